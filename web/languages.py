"""Chinese first, English by the same keys: msgids are the Chinese sentences, so Chinese needs no catalog.

The English catalogs (``translations/en/*.po``, one for each capability) are read once, when the first app is
made, and kept in memory: nothing is written, so a read-only installation works, and no page parses a catalog.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain
from markupsafe import Markup

FOLDER = Path(__file__).parent / "translations"
COOKIE = "language"
#: cookie value -> what stands in <html lang>
LANGUAGES = {"zh": "zh-CN", "en": "en"}


@cache
def catalog(language: str = "en") -> Translations:
    """Return all catalogs of a language as one, compiled in memory."""
    whole = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        for message in part:
            if message.id:
                whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


class InMemory(Domain):
    """The one domain of messages, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: dict[str, gettext.NullTranslations] = {"zh": NullTranslations(), "en": catalog("en")}

    def get_translations(self) -> gettext.NullTranslations:
        """Return the words of this request's language."""
        return self.languages[language()]


def language() -> str:
    """Return "zh" or "en": the visitor's choice, else Chinese."""
    if not has_request_context():
        return "zh"
    try:
        return cast(str, g.language)  # asked for hundreds of times a page
    except AttributeError:
        chosen = request.cookies.get(COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else "zh"
        return cast(str, g.language)


def local(pair: Sequence[str] | str) -> str:
    """Return the Chinese or the English of a pair, or of "中文|English"."""
    if isinstance(pair, str):
        chinese, _, english = pair.partition("|")
        pair = (chinese, english or chinese)
    return pair[1 if language() == "en" else 0]


def _say(sentence: str, /, **values: Any) -> Markup:
    """Templates ask dozens of times a page, mostly for the same words."""
    words = _words(language(), sentence)
    return words % values if values else words


@lru_cache(maxsize=4096)
def _words(tongue: str, sentence: str) -> Markup:
    return Markup(catalog(tongue).gettext(sentence) if tongue == "en" else sentence)


def init_app(app: Flask) -> None:
    """Let ``_()`` speak the visitor's language."""
    babel = Babel()
    babel.domain_instance = InMemory()
    chosen = {"zh": Locale("zh"), "en": Locale("en")}
    babel.init_app(
        app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=lambda: chosen[language()]
    )
    env = app.jinja_env
    spoken = babel.domain_instance.languages
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda sentence: spoken[language()].gettext(sentence),
        lambda one, many, n: spoken[language()].ngettext(one, many, n),
        newstyle=True,
    )
    env.globals["_"] = env.globals["gettext"] = _say
    app.jinja_env.filters["local"] = local
