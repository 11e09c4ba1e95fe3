"""存证钥匙: the key that signs checkpoints. Its public half is in the log, so that nobody can put another in its place.

| state   | verb              | event             |
|---------|-------------------|-------------------|
| none    | ``LogKey.adopt``  | ``log_key.adopted``|
| adopted | ``LogKey.rotate`` | ``log_key.rotated``|
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from deliberation.actors import Actor
from deliberation.custody.refusals import KeyAlreadyThere, KeyUnfit, TwoForTheKey
from deliberation.log.aggregate import Aggregate, Event, id_of
from deliberation.log.note import NoteUnreadable, Verifier

#: Domain of the message that the old key signs.
PURPOSE = "yishihui/log-key/v1"

#: why a key is changed -> (Chinese, English)
REASONS: dict[str, tuple[str, str]] = {
    "planned": ("定期更换", "a planned change"),
    "moved": ("换了机器", "the machine was changed"),
    "exposed": ("可能被别人看到", "others may have seen it"),
    "staff": ("保管人换了", "its keeper changed"),
}


class LogKey(Aggregate):
    """The key of a community's log: id = uuid5(community, "log-key"); the first event adopts it, later ones change it."""

    ALREADY = KeyAlreadyThere

    class Adopted(Event):
        """``key`` is the public key as notes name it (C2SP signed-note 1.0.0): name+id+base64."""

        TYPE = "log_key.adopted"
        zh = "启用存证钥匙。"
        en = "The key that signs checkpoints was adopted."
        origin: str
        key: str

        def apply(self, aggregate: LogKey) -> None:
            aggregate.keys.append(self.key)

    class Rotated(Event):
        """``signature`` (base64) is the old key's, under ``message(origin, old, key)``."""

        TYPE = "log_key.rotated"
        RELIED_ON = True
        zh = "{by}和另一位工作人员更换存证钥匙（{reason_zh}）。"
        en = "{by} and a second person changed the key that signs checkpoints ({reason_en})."
        origin: str
        old: str
        key: str
        signature: str
        reason: str
        reason_zh: str
        reason_en: str
        second: str

        def apply(self, aggregate: LogKey) -> None:
            aggregate.keys.append(self.key)

    #: Public keys in the order in which they came into force.
    keys: list[str]

    def start(self) -> None:
        """No key yet."""
        self.keys = []

    @property
    def key(self) -> str:
        """The public key in force."""
        return self.keys[-1]

    @property
    def matter(self) -> str | None:
        """Filed with the register."""
        return None

    @classmethod
    def adopt(cls, community: str, origin: str, verifier: Verifier, *, by: Actor) -> LogKey:
        """Put the public key on record. ``community`` is the community's id. Raises KeyUnfit."""
        if verifier.name != origin:
            raise KeyUnfit
        key = cls.new(key_of(community), by)
        key.trigger(cls.Adopted, by, origin=origin, key=str(verifier))
        return key

    def rotate(
        self, origin: str, verifier: Verifier, sign: Callable[[bytes], bytes], *, reason: str, second: str, by: Actor
    ) -> None:
        """Change the key; ``sign`` signs with the old one. Raises KeyUnfit, TwoForTheKey."""
        if second in ("", by.person):
            raise TwoForTheKey
        text = message(origin, self.key, str(verifier))
        signature = sign(text)
        fits = verifier.name == origin and str(verifier) != self.key and reason in REASONS
        if not fits or not _read(self.key).accepts(text, signature):
            raise KeyUnfit
        zh, en = REASONS[reason]
        self.trigger(
            self.Rotated, by, origin=origin, old=self.key, key=str(verifier), signature=base64.b64encode(signature).decode(),
            reason=reason, reason_zh=zh, reason_en=en, second=second,
        )  # fmt: skip


def key_of(community: str) -> str:
    """Return the id of the key of a community, given its id."""
    return id_of(community, "log-key")


def message(origin: str, old: str, new: str) -> bytes:
    """Return what the old key signs to hand over to the new one."""
    return f"{PURPOSE}\n{origin}\n{old}\n{new}\n".encode()


def _read(key: str) -> Verifier:
    try:
        return Verifier.read(key)
    except NoteUnreadable:
        raise KeyUnfit from None
