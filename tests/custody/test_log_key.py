"""The key that signs checkpoints: adopted once, at the machine; changed by two, and the old one signs for the new."""

import base64

import pytest

from deliberation.actors import operator
from deliberation.council import Council
from deliberation.custody.model import LogKey, key_of, message
from deliberation.custody.refusals import KeyAlreadyThere, KeyUnfit, TwoForTheKey
from deliberation.errors import RoleNotHeld
from deliberation.log.note import Signer
from tests.given import NOON, SLUG, VILLAGE, actor, given, moment, refuses, village, who

FIRST, SECOND = Signer(SLUG, bytes(range(32))), Signer(SLUG, bytes(range(1, 33)))
MACHINE = operator(moment(NOON))


def adopted() -> LogKey:
    return LogKey.adopt(VILLAGE, SLUG, FIRST.verifier, by=MACHINE)


def rotated(key: LogKey, second: str = "second_secretary", by: str = "secretary") -> None:
    key.rotate(SLUG, SECOND.verifier, FIRST.bytes_signed, reason="moved", second=who(second), by=actor(by))


def test_the_first_key_is_on_record() -> None:
    key = adopted()
    assert (key.id, key.key) == (key_of(VILLAGE), str(FIRST.verifier))


def test_the_old_key_signs_for_the_new_one() -> None:
    key = given(adopted())
    rotated(key)
    (event,) = key.collect_events()
    assert event.TYPE == "log_key.rotated"
    body = event.body()
    assert (body["old"], body["key"], key.key) == (str(FIRST.verifier), str(SECOND.verifier), str(SECOND.verifier))
    assert FIRST.verifier.accepts(message(SLUG, body["old"], body["key"]), base64.b64decode(body["signature"]))


def test_another_hand_cannot_sign_for_the_new_key() -> None:
    with refuses(KeyUnfit):
        given(adopted()).rotate(
            SLUG, SECOND.verifier, SECOND.bytes_signed, reason="moved", second=who("chair"), by=actor("secretary")
        )


def test_the_same_key_again_is_no_change() -> None:
    with refuses(KeyUnfit):
        given(adopted()).rotate(SLUG, FIRST.verifier, FIRST.bytes_signed, reason="moved", second=who("chair"), by=actor("secretary"))


def test_a_key_of_another_log_is_refused() -> None:
    with refuses(KeyUnfit):
        LogKey.adopt(VILLAGE, SLUG, Signer("elsewhere", bytes(32)).verifier, by=MACHINE)


@pytest.mark.parametrize("second", ["", "secretary"])
def test_one_person_alone_does_not_change_the_key(second: str) -> None:
    with refuses(TwoForTheKey):
        given(adopted()).rotate(
            SLUG, SECOND.verifier, FIRST.bytes_signed, reason="moved", second=second and who(second), by=actor("secretary")
        )


@pytest.fixture
def town() -> Council:
    with village() as council:
        council.save(adopted())
        yield council


def test_a_log_adopts_its_first_key_once(town: Council) -> None:
    with refuses(KeyAlreadyThere):
        town.save(LogKey.adopt(VILLAGE, SLUG, SECOND.verifier, by=MACHINE))


def test_the_first_key_is_adopted_at_the_machine_only() -> None:
    with village() as town, refuses(RoleNotHeld):
        town.save(LogKey.adopt(VILLAGE, SLUG, FIRST.verifier, by=actor("secretary")))


def test_a_key_is_not_adopted_in_another_place_of_the_log() -> None:
    with village() as town, refuses(KeyUnfit):
        town.save(LogKey.adopt(who("zhang"), SLUG, FIRST.verifier, by=MACHINE))


def test_two_of_the_desk_change_the_key(town: Council) -> None:
    with town.change(LogKey, key_of(VILLAGE)) as key:
        rotated(key)
    assert town.get(LogKey, key_of(VILLAGE)).keys == [str(FIRST.verifier), str(SECOND.verifier)]


@pytest.mark.parametrize(("by", "second"), [("grid_worker", "secretary"), ("secretary", "zhang")])
def test_others_do_not(town: Council, by: str, second: str) -> None:
    with refuses(RoleNotHeld), town.change(LogKey, key_of(VILLAGE)) as key:
        rotated(key, second, by)
