"""Owns why a security key's answer is refused: one exception, with a stable word for the page."""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from nextauth.errors import NextauthError

__all__ = ["REASONS", "Reason", "WebAuthnError"]

Reason = Literal[
    "attestation-invalid",
    "attestation-untrusted",
    "attestation-unsupported",
    "backup-changed",
    "backup-invalid",
    "challenge-mismatch",
    "counter-regressed",
    "credential-mismatch",
    "cross-origin",
    "key-invalid",
    "malformed",
    "model-not-allowed",
    "origin-mismatch",
    "rp-mismatch",
    "signature-invalid",
    "type-mismatch",
    "unsupported-algorithm",
    "user-mismatch",
    "user-not-present",
    "user-not-verified",
]
"""What `WebAuthnError.reason` may be. None of them tells which accounts or keys there are."""

REASONS: tuple[Reason, ...] = get_args(Reason)
"""All of them, for a catalogue of texts."""


class WebAuthnError(NextauthError):
    """What a browser sent for a security key is refused. Nobody is signed in, nothing is enrolled.

    Neither the message nor a chained exception holds anything of what was sent.

    Args:
        reason: Why; one of `REASONS`.
    """

    code: ClassVar[str] = "WebAuthn"

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(f"the security key's answer is refused: {reason}")
