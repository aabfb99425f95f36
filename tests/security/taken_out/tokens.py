"""Owns the mutants of tokens (V9)."""

from tests.security.taken_out.mutant import Mutant

__all__ = ["TOKENS"]

OLDER = "unit/tokens/test_older.py"
BROWSERLESS = "security/test_browserless.py"
COOKIES = "unit/protocol/test_session_cookies.py"

TOKENS = (
    Mutant(
        "tokens-without-proof",
        "tokens/authjs.py",
        "if not compare_digest(expected, tag) or not whole_blocks:",
        "if not whole_blocks:",
        f"{COOKIES}::test_a_damaged_session_is_nobody_and_its_cookie_goes",
    ),
    Mutant(
        "tokens-of-any-algorithm",
        "tokens/jwe.py",
        ' or header.get("alg") != "dir":',
        ":",
        "unit/tokens/test_authjs.py::test_other_headers_are_refused_though_the_tag_is_right",
    ),
    Mutant(
        "tokens-that-name-their-key",
        "tokens/jwe.py",
        'if not header.keys() <= {"alg", "enc", "kid"} or ',
        "if ",
        "unit/tokens/test_authjs.py::test_other_headers_are_refused_though_the_tag_is_right",
    ),
    Mutant(
        "tokens-of-tomorrow",
        "tokens/jwe.py",
        "if not _is_number(not_before) or not_before > now + CLOCK_TOLERANCE:",
        "if not _is_number(not_before):",
        "unit/tokens/test_jwe.py::test_not_current",
    ),
    Mutant(
        "tokens-of-yesterday",
        "tokens/jwe.py",
        "if expires <= now - CLOCK_TOLERANCE:",
        "if expires <= 0:",
        "unit/tokens/test_authjs.py::test_times_are_checked",
    ),
    Mutant(
        "tokens-for-any-purpose",
        "tokens/keyring.py",
        "info = _PURPOSE.format(purpose)",
        'info = "NextAuth.js Generated Encryption Key"',
        "security/test_session_tokens.py::test_what_is_sealed_for_another_purpose_is_no_session",
    ),
    Mutant(
        "older-tokens-without-proof",
        "tokens/next_auth_v2.py",
        "if not self._jws.is_signed(signed) & is_padded:",
        "if not is_padded:",
        f"{OLDER}::test_what_is_encrypted_must_be_signed_as_well",
    ),
    Mutant(
        "older-tokens-of-any-algorithm",
        "tokens/hmac_jws.py",
        "if header != b64url_encode(self.header):",
        "if not header:",
        f"{OLDER}::test_a_signature_counts_under_the_one_header_alone",
    ),
    Mutant(
        "older-tokens-for-ever",
        "sessions/acceptance.py",
        "if now >= until:",
        "if not until:",
        "unit/protocol/test_older_sessions.py::test_from_the_date_on_it_is_nobodys",
    ),
    Mutant(
        "older-tokens-that-are-fresh",
        "sessions/older_claims.py",
        " if name in _TAKEN_OVER or not is_own(name)",
        "",
        "security/test_older_tokens.py::test_it_forges_no_recent_sign_in_and_no_second_factor",
    ),
    Mutant(
        "tokens-for-browsers",
        "web/bearer.py",
        'frozenset({b"cookie", b"origin", b"sec-fetch-site"})',
        "frozenset[bytes]()",
        f"{BROWSERLESS}::test_no_browser_gets_a_token_whatever_its_page_sends",
    ),
    Mutant(
        "tokens-of-any-kind",
        "sessions/bearer_tokens.py",
        '_PURPOSE = "bearer"',
        '_PURPOSE = "pending"',
        f"{BROWSERLESS}::test_what_is_sealed_for_another_purpose_is_not_borne",
    ),
    Mutant(
        "handles-for-anybody",
        "signin/pending.py",
        "found is not None and found.is_bearer is is_bearer",
        "found is not None",
        f"{BROWSERLESS}::test_no_handle_crosses_over",
    ),
    Mutant(
        "tokens-of-any-site",
        "tokens/keyring.py",
        ".derive(secret)",
        '.derive(b"")',
        "unit/protocol/test_bearer.py::test_a_token_under_another_secret_is_nobody",
    ),
)
