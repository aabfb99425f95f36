"""Owns the keys that people plug into Chromium in these tests: its virtual authenticator."""

from dataclasses import dataclass
from typing import Any, Self

from playwright.sync_api import CDPSession, Page

__all__ = ["PASSKEY", "SECURITY_KEY", "U2F_KEY", "VirtualKey"]

_PRESENT = {"isUserVerified": True, "automaticPresenceSimulation": True}
SECURITY_KEY: dict[str, object] = {
    **_PRESENT,
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
}
U2F_KEY: dict[str, object] = {**SECURITY_KEY, "protocol": "u2f"}
PASSKEY: dict[str, object] = {
    **_PRESENT,
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


@dataclass(frozen=True)
class VirtualKey:
    """One authenticator of one page; the page has it until it is pulled out."""

    session: CDPSession
    id: str

    @classmethod
    def plugged_into(cls, page: Page, kind: dict[str, object], **differs: object) -> Self:
        """Plug in a key that does as it is asked: there is always somebody who touches it.

        Args:
            page: Whose.
            kind: What it is.
            differs: What is otherwise, by the protocol's names.
        """
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {**kind, **differs}
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(session, made["authenticatorId"])

    def pull_out(self) -> None:
        """Take it out of the page."""
        self._send("removeVirtualAuthenticator")

    def credentials(self) -> list[dict[str, Any]]:
        """Answer everything that is on it, private keys too."""
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def copy(self, credential: dict[str, Any], **differs: object) -> None:
        """Put a credential on it, as nobody can with real keys.

        Args:
            credential: One of `credentials`, of any key.
            differs: What is otherwise.
        """
        self._send("addCredential", credential={**credential, **differs})

    def clear(self) -> None:
        """Take all credentials off it."""
        self._send("clearCredentials")

    def verifies(self, *, user: bool) -> None:
        """Say whether its user knows the PIN."""
        self._send("setUserVerified", isUserVerified=user)

    def touched(self, *, by_itself: bool) -> None:
        """Say whether there is somebody who touches it."""
        self._send("setAutomaticPresenceSimulation", enabled=by_itself)

    def set_backup(self, credential: dict[str, Any], *, state: bool) -> None:
        """Say whether a credential is backed up now."""
        self._send(
            "setCredentialProperties",
            credentialId=credential["credentialId"],
            backupEligibility=True,
            backupState=state,
        )

    def _send(self, method: str, **options: object) -> Any:  # noqa: ANN401 - JSON
        return self.session.send(f"WebAuthn.{method}", {"authenticatorId": self.id, **options})
