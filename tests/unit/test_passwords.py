"""Passwords: Argon2id hashes, renewed where they are outdated, and no faster for nobody."""

import bcrypt
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from pwdlib.hashers.argon2 import Argon2Hasher

from nextauth.passwords import CHEAPEST, RECOMMENDED, Argon2Profile, Passwords
from nextauth.passwords.hashing import nobodys_hash

DEARER = Argon2Profile(memory_cost=16, time_cost=2)
OLD = bcrypt.hashpw(
    b"correct horse", b"$2b$04$abcdefghijklmnopqrstuu"
).decode()  # the same each time: it names tests


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(CHEAPEST)


class CountingArgon2(Argon2Hasher):
    """The real hasher, which counts how often it is made to work."""

    verified = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - pwdlib's
        self.verified += 1
        return super().verify(password, hash)


def test_a_hash_is_argon2id_of_the_profile_with_one_lane() -> None:
    assert Passwords(DEARER).hash("correct horse").startswith("$argon2id$v=19$m=16,t=2,p=1$")


def test_the_recommended_profile_is_rfc_9106s_second() -> None:
    assert (RECOMMENDED.memory_cost, RECOMMENDED.time_cost) == (65_536, 3)


def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    assert passwords.hash("correct horse") != passwords.hash("correct horse")


@pytest.mark.parametrize("password", ["correct horse", "пароль 🐎", "x" * 1024, " "])
def test_the_right_password_is_right_and_its_hash_is_kept(
    passwords: Passwords, password: str
) -> None:
    known = passwords.hash(password)
    assert passwords.verify_and_upgrade(password, known) == (True, None)


@pytest.mark.parametrize(
    "password", ["", "correct hors", "correct horse ", "Correct horse", "correct horse\0", "\ud800"]
)
def test_a_wrong_password_is_wrong(passwords: Passwords, password: str) -> None:
    known = passwords.hash("correct horse")
    assert passwords.verify_and_upgrade(password, known) == (False, None)


def test_a_hash_of_another_cost_is_renewed(passwords: Passwords) -> None:
    right, renewed = Passwords(DEARER).verify_and_upgrade(
        "correct horse", passwords.hash("correct horse")
    )
    assert right
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert Passwords(DEARER).verify_and_upgrade("correct horse", renewed) == (True, None)


def test_a_bcrypt_hash_is_right_and_becomes_argon2id(passwords: Passwords) -> None:
    right, renewed = passwords.verify_and_upgrade("correct horse", OLD)
    assert right
    assert renewed is not None
    assert renewed.startswith("$argon2id$")
    assert passwords.verify_and_upgrade("wrong", OLD) == (False, None)


def test_nothing_beyond_bcrypts_72_bytes_is_taken_for_right(passwords: Passwords) -> None:
    whole = "a" * 72
    known = bcrypt.hashpw(whole.encode(), bcrypt.gensalt(4)).decode()
    assert passwords.verify_and_upgrade(whole, known)[0]
    assert passwords.verify_and_upgrade(f"{whole}b", known) == (False, None)
    assert passwords.verify_and_upgrade("ä" * 37, known) == (False, None)


@pytest.mark.parametrize(
    "known",
    ["", "!", "plain text", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$bad", "$2b$04$short", "$2b$"],
)
def test_a_hash_that_is_none_lets_nobody_in(passwords: Passwords, known: str) -> None:
    assert passwords.verify_and_upgrade("plain text", known) == (False, None)


@pytest.mark.parametrize("password", ["anything", "", "a password that nobody has"])
def test_an_account_that_does_not_exist_lets_nobody_in(passwords: Passwords, password: str) -> None:
    assert passwords.verify_and_upgrade(password, None) == (False, None)


@pytest.mark.parametrize(
    ("password", "known"),
    [
        ("a guess", None),
        ("a guess", ""),
        ("a guess", "plain text"),
        ("a guess", "$2b$04$short"),
        ("a guess", "$argon2id$bad"),
        ("x" * 73, OLD),
        ("\ud800", OLD),
        ("\ud800", None),
    ],
)
def test_what_no_hash_can_match_costs_one_verification_all_the_same(
    password: str, known: str | None
) -> None:
    passwords = Passwords(CHEAPEST)
    counting = CountingArgon2(time_cost=1, memory_cost=8, parallelism=1)
    passwords._hashes.hashers = (counting, *passwords._hashes.hashers[1:])
    assert passwords.verify_and_upgrade(password, known) == (False, None)
    assert counting.verified == 1


@pytest.mark.parametrize("profile", [CHEAPEST, DEARER])
def test_nobodys_hash_costs_what_somebodys_does(profile: Argon2Profile) -> None:
    nobodys, somebodys = nobodys_hash(profile), Passwords(profile).hash("analytical")
    assert len(nobodys) == len(somebodys)
    kept = extract_parameters(nobodys)
    assert kept == extract_parameters(somebodys)
    hasher = PasswordHasher.from_parameters(kept)
    with pytest.raises(VerifyMismatchError):  # rather than one that says that it is no hash
        hasher.verify(nobodys, "")
