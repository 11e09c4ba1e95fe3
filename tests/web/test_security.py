"""Headers, cookies, tokens, addresses: nobody is led elsewhere and nobody acts for another."""

import pytest

from tests.given import who
from tests.web.booth import build
from tests.web.conftest import Site
from web.security import local_path


@pytest.fixture
def site(site):
    build(site.app)
    return site


PAGES = [
    ("/", 200),
    ("/audit", 200),
    ("/help", 200),
    ("/sign-in", 200),
    ("/desk", 303),
    ("/no-such-page", 404),
    ("/booth?as_of=x", 404),
    ("/booth/grant", 405),
    ("/static/app.css", 200),
    ("/static/none.css", 404),
    ("/healthz", 200),
    ("/language/xx", 404),
]


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_answer_is_sealed_by_its_headers(site, path, status):
    answer = site.visitor().get(path)
    assert answer.status_code == status
    assert_sealed(answer)


def assert_sealed(answer):
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_refused_and_broken_answers_are_sealed_too(site):
    secretary = site.visitor("secretary")
    site.app.testing = False
    filled = {"person": "zhang", "since": "2026-04-02"}
    for remark, status in (("loud", 409), ("crash", 500)):
        answer = secretary.press("/booth", "grant", remark=remark, **filled)
        assert answer.status_code == status
        assert_sealed(answer)
    assert_sealed(site.visitor("zhang").press("/booth", "grant", **filled))


def test_pages_have_no_inline_style_or_script(site):
    for path in ("/", "/audit", "/help", "/sign-in", "/booth"):
        text = site.visitor("secretary").get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text
        assert " onclick" not in text


def test_pages_of_somebody_signed_in_are_not_stored(site):
    assert site.visitor("zhang").get("/").headers["Cache-Control"] == "no-store"
    assert site.visitor().get("/").headers["Cache-Control"] == "private, no-cache"
    assert "max-age" in site.visitor("zhang").get("/static/app.css").headers["Cache-Control"]


# Tokens


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_of_another_site_is_refused_and_not_offered_again(site, token):
    secretary = site.visitor("secretary")
    fields = {"person": "zhang", "since": "2026-04-02", "key": "a", "remark": "of the other site"}
    if token is not None:
        fields["csrf_token"] = token
    size = site.council.head().size
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = secretary.send("/booth/grant", fields, headers=headers)
        assert answer.status_code == 400
        assert "of the other site" not in answer.text
    assert site.council.head().size == size


def test_a_token_of_one_person_does_not_serve_another(site):
    token = dict(site.visitor("zhang").form("/booth", "grant").fields)["csrf_token"]
    secretary = site.visitor("secretary")
    fields = dict(secretary.form("/booth", "grant").fields) | {"csrf_token": token}
    assert secretary.send("/booth/grant", fields).status_code == 400


# Addresses

ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "ftp://localhost/",
    "http://localhost@evil.example/",
    "/\tx",
    "/\n/evil.example",
    "http://[",
    "relative",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(site, target):
    with site.app.test_request_context("/"):
        assert local_path(target, "/home") == "/home"
    visitor = site.visitor()
    for path in ("/language/en", "/size/large"):
        answer = visitor.get(path, query_string={"towards": target})
        assert answer.status_code == 303
        assert answer.location == "/"
    entered = visitor.press(
        visitor.get("/sign-in", query_string={"towards": target}), "/sign-in", follow=False, person=who("li")
    )
    assert entered.location == "/"


def test_addresses_of_this_site_are_kept(site):
    with site.app.test_request_context("/"):
        assert local_path("/booth?page=2") == "/booth?page=2"
        assert local_path("http://localhost/booth") == "/booth"
        assert local_path("/\u8bae\u9898") == "/\u8bae\u9898"


def test_what_people_type_is_text_and_no_markup(site):
    answer = site.visitor("secretary").press(
        "/booth", "grant", since="<script>alert(1)</script>", remark="</textarea><b>"
    )
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "</textarea><b>" not in answer.text


# Sessions


def test_the_cookie_holds_random_bytes_and_nothing_of_the_person(site):
    visitor = site.visitor()
    visitor.press("/sign-in", "/sign-in", person=who("zhang"))
    with visitor.client.session_transaction() as session:
        assert set(session) - {"csrf_token", "_permanent"} == {"token"}
        assert who("zhang") not in str(session)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site):
    visitor = site.visitor()
    answer = visitor.press("/sign-in", "/sign-in", follow=False, person=who("zhang"))
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    chosen = visitor.get("/size/large").headers["Set-Cookie"]
    assert "HttpOnly" in chosen
    assert "SameSite=Lax" in chosen


def test_under_tls_cookies_are_bound_to_host_and_channel(town):
    site = Site(town, tls=True)
    visitor = site.visitor()
    headers = {"Sec-Fetch-Site": "same-origin", "Referer": "https://localhost/sign-in"}
    page = visitor.get("/sign-in", base_url="https://localhost")
    fields = dict(visitor.form(page, "/sign-in").fields) | {"person": who("zhang")}
    answer = visitor.send("/sign-in", fields, base_url="https://localhost", headers=headers)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "session=" in line)
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_signing_in_starts_a_new_session(site):
    visitor = site.visitor("zhang")
    visitor.get("/booth")
    with visitor.client.session_transaction() as session:
        before = session.get("csrf_token")
    visitor.press("/sign-in", "/sign-in", person=who("li"))
    visitor.get("/booth")
    with visitor.client.session_transaction() as session:
        assert session.get("csrf_token") != before


def test_signing_out_forgets_and_needs_a_token(site):
    visitor = site.visitor("zhang")
    assert visitor.send("/sign-out", {}).status_code == 400
    assert "已经退出登录" in visitor.press("/", "/sign-out").text
    assert visitor.get("/desk").status_code == 303


def test_a_session_of_another_secret_is_nobody(site, town):
    other = Site(town, secret=b"another secret of thirty-two byte")
    visitor = site.visitor("secretary")
    cookie = visitor.client.get_cookie("session")
    stranger = other.visitor()
    stranger.client.set_cookie("session", cookie.value)
    assert stranger.get("/desk").status_code == 303


# The demonstration's door


def test_the_demonstration_opens_at_the_machine_itself_only(site):
    visitor = site.visitor()
    assert visitor.get("/sign-in").status_code == 200
    for environ in (
        {"REMOTE_ADDR": "192.168.1.7"},
        {"HTTP_X_FORWARDED_FOR": "10.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ):
        answer = visitor.get("/sign-in", environ_overrides=environ)
        assert answer.status_code == 403
        assert "127.0.0.1" in answer.text
    fields = dict(visitor.form("/sign-in", "/sign-in").fields) | {"person": who("zhang")}
    refused = visitor.send("/sign-in", fields, environ_overrides={"REMOTE_ADDR": "192.168.1.7"})
    assert refused.status_code == 403
    with visitor.client.session_transaction() as session:
        assert "token" not in session


def test_the_demonstration_bound_to_a_network_lets_nobody_in(site):
    site.app.config["BOUND_TO"] = "0.0.0.0"
    assert site.visitor().get("/sign-in").status_code == 403


def test_the_demonstration_answers_to_its_own_names_only(site):
    answer = site.visitor().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert_sealed(answer)


def test_only_people_of_the_register_are_let_in(site):
    visitor = site.visitor()
    for person in ("", "6f1e7c1e-9f0b-5a3c-8a54-1c7f0d8f4a10", "operator"):
        answer = visitor.press("/sign-in", "/sign-in", person=person)
        assert answer.status_code == 422
        assert "还没有选人" in answer.text


def test_people_are_found_by_name_and_by_door(site):
    visitor = site.visitor()
    by_name = visitor.press("/sign-in", "/sign-in", sought="赵", find="1").text
    assert by_name.index("赵某") < by_name.index("有职务的人")
    by_door = visitor.press("/sign-in", "/sign-in", sought="2号楼103", find="1").text
    assert by_door.index("周某") < by_door.index("有职务的人")
    assert "没有找到" in visitor.press("/sign-in", "/sign-in", sought="100%", find="1").text


def test_without_the_demonstration_the_door_is_closed(town):
    visitor = Site(town, demo=False).visitor()
    page = visitor.get("/sign-in")
    assert "还没有开通登录" in page.text
    with visitor.client.session_transaction() as session:
        session["csrf_token"] = "x"
    assert visitor.send("/sign-in", {"person": who("zhang")}).status_code == 400


# Sizes


def test_a_request_larger_than_a_form_is_refused(site):
    secretary = site.visitor("secretary")
    answer = secretary.send("/booth/grant", {"remark": "x" * (1 << 20)})
    assert answer.status_code == 413
    assert "太大" in answer.text
    assert_sealed(answer)


def test_a_page_that_takes_files_takes_larger_requests(site):
    from web.security import uploads

    @site.app.post("/roster")
    @uploads()
    def roster():
        return "never reached without a token"

    secretary = site.visitor("secretary")
    for name, size, status in (("file", 2, 400), ("file", 17, 413), ("words", 2, 413)):
        kind = "multipart/form-data; boundary=x"
        answer = secretary.send("/roster", multipart(name, size), content_type=kind)
        assert answer.status_code == status, (name, size)


def multipart(name, mebibytes):
    """A form with one field; called "file" it is a file."""
    kind = '; filename="roster.csv"' if name == "file" else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'
    return head.encode() + b"x" * (mebibytes << 20) + b"\r\n--x--\r\n"
