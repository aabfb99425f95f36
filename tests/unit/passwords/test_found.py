"""Hashes as other systems wrote them: each right, each wrong, none that stops the server."""

import logging
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from passlib.registry import get_crypt_handler  # type: ignore[import-untyped]

from nextauth.passwords import ALL_SALTED, CHEAPEST, Argon2Profile, CostLimits, FoundPasswords
from nextauth.passwords.formats import FORMATS, Format
from nextauth.passwords.formats.base import Verify
from tests.unit.passwords.vectors import CHEAP, EVERY, ONE_EACH, ROWS, TOO_LONG, WEAK, fresh


def names(rows: list[dict[str, str]]) -> list[str]:
    return [f"{number}-{each['format']}" for number, each in enumerate(rows)]


# --- vectors


@pytest.mark.parametrize("row", ROWS, ids=names(ROWS))
def test_what_each_program_wrote_is_right_and_becomes_argon2id(row: dict[str, str]) -> None:
    right, renewed = fresh(row["family"]).verify_and_upgrade(row["password"], row["hash"])
    assert right
    assert renewed is not None
    assert "$argon2id$v=19$m=8,t=1,p=1$" in renewed
    assert fresh().verify_and_upgrade(row["password"], renewed) == (True, None)


@pytest.mark.parametrize("row", ONE_EACH, ids=names(ONE_EACH))
def test_another_password_is_wrong(row: dict[str, str]) -> None:
    found, password = fresh(row["family"]), row["password"]
    for other in (f"{password} ", password[:-1], password.swapcase(), f"{password}\0", ""):
        assert found.verify_and_upgrade(other, row["hash"]) == (False, None), other


@pytest.mark.parametrize("row", ONE_EACH, ids=names(ONE_EACH))
def test_a_format_that_was_not_asked_for_is_refused(
    row: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    others = [each for each in EVERY if each != row["family"]]
    with caplog.at_level(logging.WARNING, "nextauth.passwords"):
        assert not fresh(*others).verify(row["password"], row["hash"])
    assert row["hash"] not in caplog.text
    assert row["password"] not in caplog.text
    assert repr(row["family"]) in caplog.text


@pytest.mark.parametrize("row", ONE_EACH, ids=names(ONE_EACH))
def test_no_hash_is_taken_for_a_password(row: dict[str, str]) -> None:
    plain = FoundPasswords(("plaintext",), profile=CHEAPEST)
    assert not plain.verify(row["hash"], row["hash"])


def test_every_format_has_a_vector() -> None:
    assert {each.name for each in FORMATS} <= {each["format"] for each in ROWS}


def test_what_protects_nothing_has_to_be_named() -> None:
    assert {each.family for each in FORMATS if each.is_weak} == WEAK
    found = FoundPasswords(profile=CHEAPEST)
    for row in ROWS:
        if row["family"] in WEAK:
            assert not found.verify(row["password"], row["hash"])
    assert not found.verify("correct horse", "correct horse")


# --- particular formats


def test_a_password_beyond_bcrypts_72_bytes_is_wrong_although_php_says_yes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    [row] = TOO_LONG
    for wrapped in (row["hash"], f"bcrypt${row['hash']}", f"{{CRYPT}}{row['hash']}"):
        assert not fresh().verify(row["password"], wrapped)
        assert fresh().verify(row["password"][:72], wrapped)
    assert caplog.text == ""  # the hash is not what is wrong


def test_a_long_password_does_not_take_seconds_where_each_round_reads_it_anew() -> None:
    handler = get_crypt_handler("phpass").using(rounds=7)
    assert fresh().verify("x" * 512, handler.hash("x" * 512))
    assert not fresh().verify("x" * 513, handler.hash("x" * 513))


def test_of_two_passwords_that_bcrypt_cannot_tell_apart_one_is_right() -> None:
    row = next(each for each in ROWS if each["password"] == "a" * 72)
    assert fresh().verify("a" * 72, row["hash"])
    assert not fresh().verify("a" * 73, row["hash"])


def test_a_hash_stays_readable_for_who_wrote_it() -> None:
    django = next(each for each in ROWS if each["format"] == "django_pbkdf2_sha256")
    ldap = next(each for each in ROWS if each["format"] == "ldap_ssha")
    _, renewed = fresh().verify_and_upgrade(django["password"], django["hash"])
    assert renewed is not None
    assert renewed.startswith("argon2$argon2id$")
    _, renewed = fresh().verify_and_upgrade(ldap["password"], ldap["hash"])
    assert renewed is not None
    assert renewed.startswith("{ARGON2}$argon2id$")


def test_the_case_of_a_scheme_does_not_matter() -> None:
    for row in ROWS:
        scheme, brace, value = row["hash"].partition("}")
        if brace and row["family"].startswith("ldap"):
            assert fresh().verify(row["password"], f"{scheme.lower()}}}{value}")


def test_an_argon2_hash_of_another_cost_is_renewed() -> None:
    dearer = FoundPasswords(profile=Argon2Profile(memory_cost=16, time_cost=2))
    known = fresh().hash("correct horse")
    right, renewed = dearer.verify_and_upgrade("correct horse", known)
    assert right
    assert renewed is not None
    assert dearer.verify_and_upgrade("correct horse", renewed) == (True, None)


def test_passwords_as_they_are_are_compared_when_they_were_named() -> None:
    plain = FoundPasswords(("plaintext",), profile=CHEAPEST)
    assert plain.verify("p$ss", "p$ss")
    assert plain.verify("пароль", "пароль")
    assert not plain.verify("p$s", "p$ss")
    for locked in ("", "!", "*", "!x", "{SSHA}x", "$1$x", "md5$a$b", "A" * 32, "0" * 64):
        assert not plain.verify(locked, locked), locked


# --- what asks for too much


BOMBS = [
    f"$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ${'A' * 43}",
    f"$argon2id$v=19$m=65536,t=999999999,p=1$c2FsdHNhbHQ${'A' * 43}",
    f"argon2$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ${'A' * 43}",
    f"{{ARGON2}}$argon2i$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ${'A' * 43}",
    f"$2b$31${'A' * 21}u{'A' * 31}",
    f"bcrypt$$2b$31${'A' * 21}u{'A' * 31}",
    f"bcrypt_sha256$$2b$31${'A' * 21}u{'A' * 31}",
    f"$bcrypt-sha256$v=2,t=2b,r=31${'A' * 21}u${'A' * 31}",
    f"$wp$2y$31${'A' * 21}u{'A' * 31}",
    f"$scrypt$ln=30,r=8,p=1$c2FsdA${'A' * 43}",
    f"$scrypt$ln=14,r=8,p=9999$c2FsdA${'A' * 43}",
    f"scrypt$1073741824$salt$8$1${'A' * 86}==",
    f"scrypt$16384$salt$8$9999${'A' * 86}==",
    f"scrypt:1073741824:8:1$salt${'a' * 128}",
    f"$pbkdf2-sha256$1000000000$c2FsdA${'A' * 43}",
    f"pbkdf2_sha256$1000000000$salt${'A' * 43}=",
    f"pbkdf2:sha256:1000000000$salt${'a' * 64}",
    f"{{PBKDF2-SHA512}}1000000000$c2FsdA${'A' * 86}",
    f"$6$rounds=999999999$salt${'A' * 86}",
    f"$5$rounds=999999999$salt${'A' * 43}",
    f"{{CRYPT}}$6$rounds=999999999$salt${'A' * 86}",
    f"$P$S{'a' * 8}{'a' * 22}",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_a_hash_that_would_stop_the_server_is_not_computed(
    bomb: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "nextauth.passwords"):
        assert fresh().verify_and_upgrade("correct horse", bomb) == (False, None)
    assert "CostLimits" in caplog.text


def test_limits_may_be_others() -> None:
    row = next(each for each in ROWS if each["format"] == "django_pbkdf2_sha256")
    strict = FoundPasswords(limits=CostLimits(pbkdf2=999), profile=CHEAPEST)
    assert not strict.verify(row["password"], row["hash"])
    assert FoundPasswords(limits=CostLimits(pbkdf2=1_000)).verify(row["password"], row["hash"])


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "9"])
def test_a_limit_is_a_number_of_one_or_more(value: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="memory"):
        CostLimits(memory=value)


# --- nobody


def counting(found: FoundPasswords) -> Counter[str]:
    """Count what is computed of the formats that were met so far."""
    counted: Counter[str] = Counter()

    def counts(each: Format) -> Verify:
        def verify(password: str, match: re.Match[str]) -> bool:
            counted[each.name] += 1
            return each.verify(password, match)

        return verify

    for name, each in found._met.items():
        counted_format = replace(each.format, verify=counts(each.format))
        found._met[name] = replace(each, format=counted_format)
    return counted


@pytest.mark.parametrize("password", ["wrong", "x" * 200, "\0", "\ud800"])
def test_nobodys_hash_is_one_of_each_format_of_the_table(password: str) -> None:
    found = fresh()
    met = CHEAP[:6]
    for row in met:
        found.verify("wrong", row["hash"])
    counted = counting(found)
    assert not found.verify(password, None)
    assert counted == {each["format"]: 1 for each in met}
    counted.clear()
    assert not found.verify(password, "!")
    assert counted == {each["format"]: 1 for each in met}


def test_a_wrong_password_takes_as_much_as_nobodys() -> None:
    found = fresh()
    by_format = {each["format"]: each for each in CHEAP[:9]}
    for row in by_format.values():
        found.verify("wrong", row["hash"])
    own = next(iter(by_format.values()))
    counted = counting(found)
    assert not found.verify("wrong", own["hash"])
    others = set(by_format) - {own["format"]}
    assert counted == dict.fromkeys(others, 1)  # and its own, which was put in its place


@pytest.mark.parametrize("known", ["", "!", "*", "x", "\ud800", "é" * 40, "$", "{}", "a" * 5_000])
def test_what_is_no_hash_is_nobodys(known: str) -> None:
    assert fresh(*ALL_SALTED).verify_and_upgrade("correct horse", known) == (False, None)


def test_what_is_no_hash_is_told_without_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "nextauth.passwords"):
        assert not fresh(*ALL_SALTED).verify("a-private-word", "a-private-word")
    assert "of no known format" in caplog.text
    assert "private" not in caplog.text


@pytest.mark.parametrize("known", ["!", "*", "", "!$6$salt$x"])
def test_a_locked_account_is_not_worth_a_line(known: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "nextauth.passwords"):
        assert not fresh().verify("correct horse", known)
    assert caplog.text == ""


# --- what it is made with


@pytest.mark.parametrize(
    ("accept", "error"),
    [("bcrypt", TypeError), ((), ValueError), (("argon2", "rot13"), ValueError)],
)
def test_formats_that_make_no_sense_are_refused(accept: Any, error: type[Exception]) -> None:  # noqa: ANN401
    with pytest.raises(error, match="accept"):
        FoundPasswords(accept)


def test_its_repr_shows_no_hash() -> None:
    found = fresh("phpass")
    found.verify("test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0")
    assert repr(found) == "FoundPasswords(('phpass',))"
