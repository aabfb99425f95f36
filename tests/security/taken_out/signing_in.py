"""Owns the mutants of signing in and of sessions (V6, V7)."""

from tests.security.taken_out.mutant import CONTROLS, Mutant

__all__ = ["SESSIONS", "SIGN_IN"]

PAGE = "unit/pages/test_signin_page.py"
PRESETS = "unit/test_presets.py"

SIGN_IN = (
    Mutant(
        "passwords-in-sight",
        "pages/templates/parts.html",
        'type="{{ control.field.type }}"',
        'type="text"',
        f"{PAGE}::test_the_usual_form_can_be_filled_in_by_a_password_manager",
    ),
    Mutant(
        "no-password-managers",
        "pages/templates/parts.html",
        'autocomplete="{{ control.autocomplete }}"',
        'autocomplete="off"',
        f"{PAGE}::test_the_usual_form_can_be_filled_in_by_a_password_manager",
    ),
    Mutant(
        "passwords-are-trimmed",
        "web/body.py",
        "    return body\n",
        "    return {name: value.strip() for name, value in body.items()}\n",
        f"{CONTROLS}::test_a_password_reaches_authorize_exactly_as_it_was_typed",
    ),
    Mutant(
        "passwords-are-short",
        "web/body.py",
        "LONGEST_FIELD = 1_024",
        "LONGEST_FIELD = 63",
        f"{CONTROLS}::test_a_password_reaches_authorize_exactly_as_it_was_typed",
    ),
    Mutant(
        "passwords-are-cut",
        "passwords/hashing.py",
        'return length <= _BCRYPT_BYTES or not known.startswith("$2")',
        "return length > 0",
        "unit/test_passwords.py::test_nothing_beyond_bcrypts_72_bytes_is_taken_for_right",
    ),
    Mutant(
        "guesses-without-end",
        "signin/policy.py",
        "ticket = await gate.enter(tried)",
        "ticket = None",
        f"{CONTROLS}::test_by_default_a_guesser_soon_has_to_wait_and_authorize_is_not_asked",
    ),
    Mutant(
        "refusals-at-once",
        "padding.py",
        "if seconds <= 0:",
        "if seconds:",
        "unit/test_padding.py::test_a_refusal_is_held_back_in_every_way_to_ask",
    ),
    Mutant(
        "broken-accounts-show",
        "passwords/hashing.py",
        "except UnknownHashError:\n            pass",
        "except UnknownHashError:\n            raise",
        "security/test_signing_in.py::test_who_has_an_account_does_not_show",
    ),
    Mutant(
        "people-without-provider",
        "signin/policy.py",
        "StepUpTicket(account.provider, account.provider_account_id)",
        'StepUpTicket("credentials", account.provider_account_id)',
        "unit/protocol/test_step_up.py::test_the_same_id_at_another_provider_is_another_person",
    ),
)

SESSIONS = (
    Mutant(
        "one-id-for-all-sessions",
        "sessions/beginning.py",
        "entropy(_SID_BYTES)",
        "bytes(_SID_BYTES)",
        "unit/protocol/test_sessions.py::test_a_new_sign_in_is_a_new_session",
    ),
    Mutant(
        "short-session-ids",
        "sessions/beginning.py",
        "_SID_BYTES = 16",
        "_SID_BYTES = 8",
        f"{CONTROLS}::test_a_sessions_id_is_128_bits_of_the_systems_randomness",
    ),
    Mutant(
        "the-session-before-lives-on",
        "sessions/beginning.py",
        "await self._revocation.end(before, now=now)",
        "pass",
        f"{PRESETS}::test_signing_in_anew_ends_the_session_before_for_every_copy",
    ),
    Mutant(
        "unused-sessions-live-on",
        "tokens/jwe.py",
        "if expires <= now - CLOCK_TOLERANCE:",
        "if expires <= 0:",
        "unit/protocol/test_sessions.py::"
        "test_a_session_that_is_used_lives_on_and_an_unused_one_ends",
    ),
    Mutant(
        "used-sessions-live-on",
        "sessions/lifetimes.py",
        "return now >= auth_time + self._absolute",
        "return False",
        "unit/protocol/test_lifetimes.py::"
        "test_a_session_of_another_program_that_renews_it_ends_all_the_same",
    ),
    Mutant(
        "signed-out-sessions-live-on",
        "sessions/lifecycle.py",
        "await self.revocation.end(claims, now=now)",
        "pass",
        f"{PRESETS}::test_a_session_that_is_ended_in_one_process_is_over_in_all_at_once",
    ),
    Mutant(
        "ended-sessions-are-believed",
        "presets.py",
        "staleness=0",
        "staleness=5",
        f"{PRESETS}::test_a_session_that_is_ended_in_one_process_is_over_in_all_at_once",
    ),
)
