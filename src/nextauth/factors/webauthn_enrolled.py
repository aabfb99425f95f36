"""Owns what is kept of an enrolled security key: its id, how it is read, what a use changes."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from functools import partial

from nextauth.events import Circumstances, Incident, SignCountRegressed
from nextauth.factors.base import Proven, Unproven
from nextauth.factors.webauthn import Assertion, StoredKey, WebAuthnError
from nextauth.stores import Enrolment, FactorStore

__all__ = ["enrolment_id_of", "key_of", "note_assertion", "refused_assertion"]

_log = logging.getLogger("nextauth.factors")


def enrolment_id_of(credential_id: bytes) -> str:
    """Answer under which id a key is enrolled, so that it can be found by what it says itself.

    Args:
        credential_id: 1 to 1,023 bytes.
    """
    return f"webauthn-{hashlib.sha256(credential_id).hexdigest()}"


async def note_assertion(
    store: FactorStore, enrolment: Enrolment, key: StoredKey, assertion: Assertion, *, now: float
) -> Proven | Unproven:
    """Keep what a use of a key has changed; say what it proves.

    Args:
        store: Keeps the enrolments.
        enrolment: The key's.
        key: The key.
        assertion: What it signed.
        now: Unix seconds.

    Raises:
        StoreUnavailable: The store cannot be asked.
    """
    user = enrolment.provider, enrolment.user_id
    counts = assertion.counter > 0 and not assertion.has_regressed
    if counts:
        taken = await store.advance(*user, enrolment.id, assertion.counter, now=now)
    else:
        taken = await store.note_use(*user, enrolment.id, now=now)
    if not taken:
        return Unproven()
    if assertion.is_backed_up != key.is_backed_up:
        data = replace(key, is_backed_up=assertion.is_backed_up).to_text()
        await store.replace_data(*user, enrolment.id, data, expected=enrolment.data, now=now)
    # RFC 8176, 2: a key that may be copied is software-secured, however it is kept now.
    amr = ("swk" if assertion.is_backup_eligible else "hwk", "user")
    told = (_regressed(enrolment, is_refused=False),) if assertion.has_regressed else ()
    return Proven(amr, told)


def key_of(enrolment: Enrolment) -> StoredKey | None:
    """Read an enrolled key; None, and a line in the log, if that does not go.

    Args:
        enrolment: The key's.
    """
    try:
        return StoredKey.from_text(enrolment.data)
    except ValueError:
        _log.error(
            "An enrolled security key cannot be read: what is kept of it is damaged, or a later "
            "release wrote it.",
            extra={"code": "factor-unreadable"},
        )
        return None


def refused_assertion(error: WebAuthnError, enrolment: Enrolment) -> Unproven:
    """Answer that a key proves nothing, and what is to be told of it.

    Args:
        error: Why.
        enrolment: The key's.
    """
    _log.info("A security key is refused: %s", error.reason, extra={"code": error.code})
    is_copy = error.reason == "counter-regressed"
    return Unproven((_regressed(enrolment, is_refused=True),) if is_copy else ())


def _regressed(enrolment: Enrolment, *, is_refused: bool) -> Incident:
    return partial(_event, enrolment.provider, enrolment.user_id, enrolment.id, is_refused)


def _event(
    provider: str,
    user_id: str,
    factor_id: str,
    is_refused: bool,  # noqa: FBT001 - bound by `partial`, which has no names
    at: Circumstances,
) -> SignCountRegressed:
    return SignCountRegressed(at, provider, user_id, factor_id, is_refused)
