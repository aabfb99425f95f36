"""Owns the mutants of second factors (V6.5 to V6.7)."""

from tests.security.taken_out.mutant import Mutant

__all__ = ["FACTORS"]

TWO_STEPS = "unit/protocol/test_second_factor.py"
RECOVERY = "unit/factors/test_recovery.py"
MAIL = "unit/protocol/test_mail_factor.py"

FACTORS = (
    Mutant(
        "codes-work-twice",
        "factors/totp_factor.py",
        "store.advance(*account, enrolment.id, accepted, now=step.now)",
        "store.note_use(*account, enrolment.id, now=step.now)",
        f"{TWO_STEPS}::test_a_code_is_good_once",
    ),
    Mutant(
        "recovery-codes-work-twice",
        "factors/recovery_factor.py",
        "left = await store.spend(*user, enrolment.id, spent.spent, now=step.now)",
        "left = len(enrolment.digests) - 1",
        f"{TWO_STEPS}::test_a_recovery_code_works_once_and_says_how_many_are_left",
    ),
    Mutant(
        "passwords-of-keys-work-twice",
        "factors/yubikey_factor.py",
        "taken = await step.tools.store.advance(\n"
        "            step.provider, step.user_id, enrolment.id, counter, now=step.now\n",
        "taken = await step.tools.store.note_use(\n"
        "            step.provider, step.user_id, enrolment.id, now=step.now\n",
        "unit/factors/test_yubikey_factor.py::"
        "test_what_enrolled_it_is_used_up_and_what_comes_later_is_good_once",
    ),
    Mutant(
        "waiting-sign-ins-work-twice",
        "signin/last_step.py",
        "if not await self._pendings.redeem(answer.pending):",
        "if not answer.pending:",
        "security/test_second_factors_at_once.py::"
        "test_of_right_answers_that_meet_at_the_end_one_is_taken",
    ),
    Mutant(
        "recovery-codes-in-clear",
        "factors/recovery.py",
        'digest = hmac.new(salt, plain.encode("ascii"), hashlib.sha256).hexdigest()',
        "digest = plain",
        f"{RECOVERY}::test_what_is_kept_is_hmac_sha_256_with_the_set_s_salt",
    ),
    Mutant(
        "codes-without-chance",
        "factors/totp.py",
        "raw = entropy(_SECRET_BYTES)",
        "raw = bytes(_SECRET_BYTES)",
        "unit/factors/test_totp.py::test_a_new_secret_has_the_bits_of_its_entropy",
    ),
    Mutant(
        "recovery-codes-without-chance",
        "factors/recovery.py",
        "raws = [entropy(_CODE_BYTES) for _ in range(count)]",
        'raws = [place.to_bytes(_CODE_BYTES, "big") for place in range(count)]',
        f"{RECOVERY}::test_every_bit_of_the_entropy_is_in_the_code",
    ),
    Mutant(
        "mailed-codes-without-chance",
        "factors/mail/code.py",
        'drawn = int.from_bytes(_exactly(entropy, _DRAW_BYTES), "big")',
        "drawn = 4",
        "unit/factors/test_mail_code.py::test_each_byte_of_the_entropy_counts",
    ),
    Mutant(
        "mailed-codes-are-short",
        "factors/mail_factor.py",
        "digits: int = 8",
        "digits: int = 6",
        f"{MAIL}::test_a_code_is_sent_and_signs_in",
    ),
    Mutant(
        "recovery-codes-are-short",
        "factors/recovery.py",
        "_CODE_BYTES = 15",
        "_CODE_BYTES = 5",
        f"{RECOVERY}::test_ten_codes_of_a_hundred_and_twenty_bits",
    ),
    Mutant(
        "lost-factors-stay",
        "resetting.py",
        "count = await two_steps.tools.store.remove_all(provider, key, now=now)",
        "count = 1",
        "unit/protocol/test_resetting.py::"
        "test_a_sign_in_that_waits_for_a_removed_factor_cannot_go_on",
    ),
    Mutant(
        "keys-without-signature",
        "factors/webauthn/assertion.py",
        "    library.verify_signature(\n",
        "    dict(\n",
        "unit/factors/webauthn/test_assertion.py::test_another_users_key",
    ),
    Mutant(
        "codes-of-any-time",
        "factors/totp_factor.py",
        "verify_totp(secret, code, at=step.now,",
        "verify_totp(secret, code, at=86_400.0,",
        "unit/factors/test_totp_factor.py::test_a_code_is_right_one_step_around",
    ),
    Mutant(
        "codes-for-any-try",
        "signin/pending.py",
        'key = urlsafe_b64encode(self._entropy(_KEY_BYTES)).decode("ascii")',
        "key = pending.account.provider_account_id",
        "docs/test_two_steps_page.py::test_a_code_by_mail_is_for_the_sign_in_that_it_was_sent_for",
    ),
    Mutant(
        "factors-guessed-without-end",
        "throttle/factor_gate.py",
        "if taken.by is None:",
        "if taken:",
        f"{TWO_STEPS}::test_guesses_are_counted_over_all_sign_ins_and_no_password_gives_them_back",
    ),
    Mutant(
        "challenges-are-short",
        "factors/webauthn_factor.py",
        "_CHALLENGE_BYTES = 32",
        "_CHALLENGE_BYTES = 8",
        "unit/protocol/test_security_keys.py::test_a_key_is_a_second_factor",
    ),
    Mutant(
        "challenges-of-passkeys-are-short",
        "providers/passkey.py",
        "_CHALLENGE_BYTES = 32",
        "_CHALLENGE_BYTES = 8",
        "unit/protocol/test_passkeys.py::test_a_passkey_alone_signs_in",
    ),
    Mutant(
        "challenges-work-twice",
        "factors/webauthn_factor.py",
        "is_single_use = True",
        "is_single_use = False",
        "unit/protocol/test_security_keys.py::test_a_challenge_is_over_with_the_first_try",
    ),
)
