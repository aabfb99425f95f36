"""Security keys and passkeys: WebAuthn Level 3, by the library of Duo Labs (extra ``webauthn``).

Nothing here knows of a request, of a session or of a store. The library is imported with the first
`WebAuthnPolicy`, not with this package.
"""

from nextauth.factors.webauthn.assertion import Assertion, verify_assertion
from nextauth.factors.webauthn.credential import RegisteredKey, StoredKey
from nextauth.factors.webauthn.options import creation_options, request_options
from nextauth.factors.webauthn.policy import ALGORITHMS, UserVerification, WebAuthnPolicy
from nextauth.factors.webauthn.reading import credential_id_of, user_handle_of
from nextauth.factors.webauthn.refusals import REASONS, Reason, WebAuthnError
from nextauth.factors.webauthn.registration import verify_registration

__all__ = [
    "ALGORITHMS",
    "REASONS",
    "Assertion",
    "Reason",
    "RegisteredKey",
    "StoredKey",
    "UserVerification",
    "WebAuthnError",
    "WebAuthnPolicy",
    "creation_options",
    "credential_id_of",
    "request_options",
    "user_handle_of",
    "verify_assertion",
    "verify_registration",
]
