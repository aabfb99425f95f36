"""Owns the mutants of tokens (V9)."""

from tests.security.taken_out.mutant import Mutant

__all__ = ["TOKENS"]

COOKIES = "unit/protocol/test_session_cookies.py"

TOKENS = (
    Mutant(
        "tokens-without-proof",
        "tokens/authjs.py",
        "if not hmac.compare_digest(b64url_encode(expected), tag) or not whole_blocks:",
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
        "tokens-of-any-site",
        "tokens/keyring.py",
        ".derive(secret)",
        '.derive(b"")',
        "unit/protocol/test_bearer.py::test_a_token_under_another_secret_is_nobody",
    ),
)
