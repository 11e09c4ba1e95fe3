"""When something is in the way: what happened, what was kept and what to do next; never a traceback."""

from __future__ import annotations

import secrets

from flask import (
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from deliberation.errors import NotFound, Refusal, RoleNotHeld
from web.doors import ask
from web.earlier import StillFolding, still_folding
from web.kept import kept_now, resume_page
from web.languages import language
from web.moment import NoSuchMoment, forget, here, past, reading
from web.standing import NotSignedIn, person


def init_app(app: Flask) -> None:
    """Register an answer for everything that may be raised."""
    app.register_error_handler(NotSignedIn, not_signed_in)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(InternalServerError, broken)
    app.register_error_handler(HTTPException, unusual)


def not_signed_in(_error: NotSignedIn) -> ResponseReturnValue:
    """Ask who is there; what was typed waits meanwhile."""
    if request.method != "POST":
        return redirect(url_for("signing.ask_who", towards=here()), 303)
    forget()
    return ask(kept_now(), sentence=_("办这一步要先登录。您填的内容都在，登录以后接着办。")), 401


def form_too_old(_error: CSRFError) -> ResponseReturnValue:
    """A form without a valid token: from another site, of another session, or lying open for too long."""
    kept = kept_now()
    if kept is None:
        return _page(400, _("这张表单不是从本站的页面交来的，没有记下。请从首页进入再办。"))
    if not person() and not kept.path.startswith(url_for("signing.ask_who")):
        return ask(kept, sentence=_("登录已经过了时间。您填的内容都在，登录以后接着办。")), 401
    return resume_page(
        kept, _("这一页放得太久了"), _("为了安全，表单要重新确认一次，刚才没有记下。您填的内容都在下面。")
    ), 400


def refused(refusal: Refusal) -> ResponseReturnValue:
    """A refusal that no page shows in its own place."""
    if isinstance(refusal, StillFolding):
        return still_folding(refusal)
    if isinstance(refusal, (NoSuchMoment, NotFound)):
        # What cannot be read must not be read again for the frame of this very page.
        forget()
        g.bare = _unreadable()
    if isinstance(refusal, RoleNotHeld):
        return render_template(
            "errors/role.html", sentence=refusal.say(language()), kept=kept_now()
        ), refusal.status
    kept = kept_now()
    if kept is not None and refusal.status != 404:
        return resume_page(kept, _("这一步没有办成"), refusal.say(language())), refusal.status
    return _page(refusal.status, refusal.say(language()))


def _unreadable() -> bool:
    if past():
        return True
    try:
        reading().begin()
    except Refusal:
        return True
    return False


def unusual(error: HTTPException) -> ResponseReturnValue:
    """Everything that the web itself refuses."""
    sentences = {
        400: _("浏览器发来的内容看不懂，没有记下。请回到上一页，刷新后再试。"),
        404: NotFound().say(language()),
        405: _("这个地址不能这样打开，什么也没有记下。请从首页进入。"),
        413: _("交来的内容太大，没有记下。文字请缩短一些，文件不要超过 16 MB。"),
    }
    if isinstance(error, SecurityError):
        # Called by a name that is not its own, the app has no addresses to put into a page.
        return Response("Unknown host.\n", 400, mimetype="text/plain")
    code = error.code or 500
    response = error.get_response()
    if 300 <= code < 400:
        return response
    forget()
    g.bare = _unreadable()
    headers = {name: value for name, value in response.headers if name in ("Allow", "Retry-After")}
    return (*_page(code, sentences.get(code, sentences[400])), headers)


def broken(error: InternalServerError) -> ResponseReturnValue:
    """A fault of ours: a reference number for the visitor, the rest for the operator's log."""
    reference = secrets.token_hex(4)
    current_app.logger.error(
        "fault %s: %s %s", reference, request.method, request.path, exc_info=error.original_exception
    )
    g.bare = True
    forget()
    sentence = _(
        "网站自己出了差错，已经留下记录。请过一会儿再试；要问的话，请报编号 %(number)s。", number=reference
    )
    kept = kept_now()
    if kept is not None:
        return resume_page(kept, _("出了差错"), sentence), 500
    return _page(500, sentence)


def _page(status: int, sentence: str) -> tuple[str, int]:
    return render_template("errors/plain.html", sentence=sentence, status=status), status
