"""Passkeys (W3C Web Authentication): what the page asks the device, and whether its answer holds.

A challenge is signed into the page, good for a while and once. The device must check its user (fingerprint, face or screen
lock, none of which leaves it), so a passkey counts as two factors.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, cast

import webauthn
from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from deliberation.access import keys, tries
from deliberation.access.private import PASSKEY, Key
from deliberation.access.refusals import PasskeyRefused
from web.guessing import once
from web.moment import now, reading

#: Seconds for which a challenge is good: nobody is hurried while looking for the glasses. Less than a used one is remembered.
GOOD_FOR = tries.WINDOW - 60
LONGEST = 8_000
#: The id of a passkey in base64url: up to 1023 bytes.
_IDS = re.compile("[A-Za-z0-9_-]{1,1364}")


class Asked(NamedTuple):
    """What the page carries: options for the device as JSON, and the signed challenge."""

    options: str
    ticket: str


def creating(person: str, called: str, known: list[Key]) -> Asked:
    """Ask a device for a new passkey of a person; those ``known`` are not made twice."""
    options = webauthn.generate_registration_options(
        rp_id=_host(), rp_name=_host(), user_id=person.encode(), user_name=called, user_display_name=called,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(key.id)) for key in known if key.kind == PASSKEY],
        timeout=GOOD_FOR * 1000,
    )  # fmt: skip
    return Asked(webauthn.options_to_json(options), _sealer().dumps(bytes_to_base64url(options.challenge)))


def asking() -> Asked:
    """Ask a device for a passkey that it has."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED, timeout=GOOD_FOR * 1000
    )
    return Asked(webauthn.options_to_json(options), _sealer().dumps(bytes_to_base64url(options.challenge)))


def created(person: str, label: str) -> Key:
    """Return the key that the form brings. Raises PasskeyRefused."""
    try:
        found = webauthn.verify_registration_response(
            credential=_answer(), expected_challenge=_challenge(), expected_rp_id=_host(), expected_origin=_origin(),
            require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # whatever the library makes of bytes that somebody made up
        raise PasskeyRefused from error
    id = bytes_to_base64url(found.credential_id)
    if not _IDS.fullmatch(id) or keys.key_with(reading(), id) is not None:
        raise PasskeyRefused
    return Key(id, person, PASSKEY, found.credential_public_key, label, int(now().timestamp()), found.sign_count)


def named() -> str:
    """Return the id of the passkey that the form claims to show, "" for none."""
    try:
        id = str(_answer().get("id", ""))
    except PasskeyRefused:
        return ""
    return id if _IDS.fullmatch(id) else ""


def shown(key: Key) -> int:
    """Return the new count of uses of a passkey that the form shows. Raises PasskeyRefused."""
    try:
        found = webauthn.verify_authentication_response(
            credential=_answer(), expected_challenge=_challenge(), expected_rp_id=_host(), expected_origin=_origin(),
            credential_public_key=key.secret, credential_current_sign_count=key.used, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # as above
        raise PasskeyRefused from error
    return int(found.new_sign_count)


def _answer() -> dict[str, Any]:
    text = request.form.get("credential", "")
    try:
        answer = json.loads(text) if 0 < len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise PasskeyRefused
    return answer


def _challenge() -> bytes:
    """The challenge of the form, once."""
    try:
        challenge = _sealer().loads(request.form.get("challenge", ""), max_age=GOOD_FOR)
    except BadData:
        raise PasskeyRefused from None
    if not once("challenge", challenge):
        raise PasskeyRefused
    return base64url_to_bytes(challenge)


def _host() -> str:
    return request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host


def _origin() -> str:
    scheme = "https" if current_app.config["SESSION_COOKIE_SECURE"] else request.scheme
    return f"{scheme}://{request.host}"


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(bytes, current_app.secret_key), salt="passkey")
