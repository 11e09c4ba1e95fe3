"""A form counts only with a token of its own session, and a session only with the seal of this site."""

import base64
import json
import time

import pytest
from flask.sessions import SecureCookieSessionInterface

from deliberation.access import sessions
from tests.attacks.conftest import EVERYTHING, NEIGHBOUR, RESIDENT, Whole
from tests.attacks.ways import Attacker, each, known, token
from tests.web.conftest import SECRET, Site
from tests.web.visitor import token_of

ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Referer": "https://evil.example/"},
    {"Sec-Fetch-Site": "same-origin"},
]


def sent_with(site: Site, whole: Whole, forged: dict[str, str], headers: dict[str, str]) -> set[int]:
    """Send every form, as somebody who may send them all, with another token; return the answers."""
    attacker, size, seen = Attacker(site, EVERYTHING), site.council.head().size, set()
    for _, address in each(site.app, known(whole.ids), "POST"):
        answer = attacker.send("POST", address, data={"csrf_token": "", **forged}, headers=headers)
        seen.add(answer.status_code if answer else 500)
    assert (attacker.broken, site.council.head().size) == ([], size)
    return seen


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_no_form_is_taken_without_a_token(site: Site, whole: Whole, headers: dict[str, str]) -> None:
    assert sent_with(site, whole, {}, headers) == {400}


@pytest.mark.parametrize("forged", ["x", "IjAwIg.aR2xIA.", "null", "\u6587", "0" * 5000])
def test_no_form_is_taken_with_a_token_made_up(site: Site, whole: Whole, forged: str) -> None:
    assert sent_with(site, whole, {"csrf_token": forged}, ELSEWHERE[2]) == {400}


def test_no_form_is_taken_with_the_token_of_somebody_else(site: Site, whole: Whole) -> None:
    stolen = token(site.visitor(NEIGHBOUR))
    assert sent_with(site, whole, {"csrf_token": stolen}, ELSEWHERE[2]) == {400}


def test_a_token_in_the_address_is_none(site: Site, whole: Whole) -> None:
    attacker, size = Attacker(site, EVERYTHING), site.council.head().size
    for _, address in each(site.app, known(whole.ids), "POST"):
        answer = attacker.send("POST", f"{address}?csrf_token={attacker.token}", data={"csrf_token": ""})
        assert answer is not None
        assert answer.status_code == 400
    assert site.council.head().size == size


# sessions


def plain(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def sealed(site: Site, data: object, secret: bytes = SECRET) -> str:
    """A session as this site would seal it, if it had that secret."""
    key, site.app.secret_key = site.app.secret_key, secret
    try:
        serializer = SecureCookieSessionInterface().get_signing_serializer(site.app)
        assert serializer is not None
        return str(serializer.dumps(data))
    finally:
        site.app.secret_key = key


def desk_with(site: Site, cookie: str) -> int:
    """Where a cookie leads: 303 is nobody, 403 somebody without an office, 200 the staff's desk."""
    visitor = site.visitor()
    visitor.client.set_cookie("session", cookie)
    return visitor.get("/desk").status_code


def test_a_session_that_this_site_sealed_is_somebody(site: Site) -> None:
    assert desk_with(site, sealed(site, claim_of(site, EVERYTHING))) == 200
    assert desk_with(site, sealed(site, claim_of(site, RESIDENT))) == 403


def claim_of(site: Site, person: str) -> dict[str, str]:
    """What the cookie of somebody who is signed in says."""
    return {"token": token_of(site.visitor().client, person)}


def test_a_seal_without_a_session_of_this_server_is_nobody(site: Site) -> None:
    """Whoever steals the secret that seals cookies still has to know a session."""
    for claim in ({"person": EVERYTHING}, {"token": EVERYTHING}, {"token": ""}, {"token": None}, {"token": ["x"]}, {"token": "\0"}):
        assert desk_with(site, sealed(site, claim)) == 303, claim


def test_a_session_without_the_seal_is_nobody(site: Site) -> None:
    claim = claim_of(site, EVERYTHING)
    good = sealed(site, claim)
    body, stamp, seal = good.split(".")
    forged = [
        plain(claim),
        f"{plain(claim)}.{stamp}.",
        f"{plain(claim)}..{seal}",
        f".{body}.{stamp}.{seal}",
        good[:-1],
        good[:-4] + "AAAA",
        good + "A",
        f"{sealed(site, claim_of(site, RESIDENT)).split('.')[0]}.{stamp}.{seal}",
        sealed(site, claim, b"another secret of thirty-two byte"),
        sealed(site, claim, b"0"),
        "",
        ".",
        "..",
        "\u00ff" * 20,
        "A" * 4000,
        f"{plain(claim)}.{plain({'alg': 'none'})}.",
    ]
    assert {cookie: desk_with(site, cookie) for cookie in forged} == dict.fromkeys(forged, 303)


def test_a_session_of_the_staff_ends_after_two_hours_without_a_page_and_after_half_a_day(site: Site) -> None:
    council, begun = site.council, int(site.now.timestamp())
    for seen, made, status in ((7_200, 7_200, 200), (7_201, 7_201, 303), (0, 43_200, 200), (0, 43_201, 303)):
        with council.beside() as connection:
            token = sessions.begin(connection, council.community, EVERYTHING, staff=True, label="", at=begun - made)
            sessions.touch(connection, council.community, token, begun - seen)
        assert desk_with(site, sealed(site, {"token": token})) == status, (seen, made)


def test_a_cookie_is_not_good_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now - 61 * 86_400)
    cookie = sealed(site, claim_of(site, EVERYTHING))
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now)
    assert desk_with(site, cookie) == 303


def test_a_kept_form_is_not_a_session_nor_the_other_way_round(site: Site) -> None:
    from web.kept import Kept, fold_up

    with site.app.test_request_context():
        folded = fold_up(Kept("/", [("person", EVERYTHING)], False))
    assert desk_with(site, folded) == 303
    visitor = site.visitor()
    fields = {"csrf_token": dict(visitor.form("/sign-in", "/sign-in").fields)["csrf_token"]}
    fields |= {"person": RESIDENT, "kept": sealed(site, {"path": "/", "fields": []})}
    assert visitor.send("/sign-in", fields).status_code == 303


def test_nobody_signs_in_by_a_parameter_a_header_or_a_second_cookie(site: Site) -> None:
    visitor = site.visitor()
    visitor.client.set_cookie("person", EVERYTHING)
    headers = {"X-Person": EVERYTHING, "Authorization": f"Bearer {EVERYTHING}", "X-Remote-User": EVERYTHING}
    answer = visitor.get("/desk", query_string={"person": EVERYTHING, "session": "x"}, headers=headers)
    assert answer.status_code == 303
