"""Recovery codes: what they are made of, how they may be typed, and how each is good once."""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors import RecoveryCodes, new_recovery_codes, spend_recovery_code

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def counting() -> Callable[[int], bytes]:
    """Answer an entropy whose bytes differ from call to call."""
    calls = 0

    def entropy(size: int) -> bytes:
        nonlocal calls
        calls += 1
        return hashlib.shake_128(bytes([calls])).digest(size)

    return entropy


@pytest.fixture(scope="module")
def made() -> RecoveryCodes:
    return new_recovery_codes(counting())


def test_ten_codes_of_a_hundred_and_twenty_bits(made: RecoveryCodes) -> None:
    assert len(set(made.codes)) == len(set(made.hashes)) == 10
    for code in made.codes:
        assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{5}}", code)
    assert len(ALPHABET) ** 24 == 2**120
    assert not set("ilou") & set(ALPHABET)


def test_every_bit_of_the_entropy_is_in_the_code() -> None:
    raws = iter([b"s" * 16, bytes(15), b"\xff" * 15, bytes([8] + [0] * 14)])
    made = new_recovery_codes(lambda _: next(raws), 3)
    assert made.codes[0] == "-".join(["0000"] * 6)
    assert made.codes[1] == "-".join(["zzzz"] * 6)
    assert made.codes[2] == "1000-0000-0000-0000-0000-0000"


def test_what_is_kept_is_hmac_sha_256_with_the_set_s_salt(made: RecoveryCodes) -> None:
    salts = set()
    for code, kept in zip(made.codes, made.hashes, strict=True):
        scheme, salt, digest = kept.split("$")
        plain = code.replace("-", "").encode()
        assert scheme == "rc1"
        assert digest == hmac.new(bytes.fromhex(salt), plain, hashlib.sha256).hexdigest()
        salts.add(salt)
    assert len(salts) == 1
    assert len(bytes.fromhex(salts.pop())) == 16


def test_each_is_good_once(made: RecoveryCodes) -> None:
    left = made.hashes
    for number, code in enumerate(made.codes, 1):
        spent = spend_recovery_code(left, code)
        assert spent
        assert spent.spent == made.hashes[number - 1]
        assert len(spent.remaining) == 10 - number
        assert spend_recovery_code(spent.remaining, code) is None
        left = spent.remaining
    assert left == ()


def test_the_last_one_is_true_as_well() -> None:
    made = new_recovery_codes(counting(), 1)
    spent = spend_recovery_code(made.hashes, made.codes[0])
    assert spent
    assert spent.remaining == ()


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"\t{code}\r\n",
        lambda code: code.replace("-", " \u2013 "),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
    ],
    ids=range(7),
)
def test_how_it_may_be_typed(made: RecoveryCodes, typed: Callable[[str], str]) -> None:
    for code in made.codes:
        assert spend_recovery_code(made.hashes, typed(code))


@given(code=st.text(max_size=140) | st.text("0123456789abcdef-", min_size=24, max_size=30))
def test_nothing_that_is_submitted_raises_or_opens(made: RecoveryCodes, code: str) -> None:
    assert spend_recovery_code(made.hashes, code) is None


@pytest.mark.parametrize(
    "value", [None, 5, b"abcd", ["a"], object(), "0" * 10_000, "\ud800" * 24], ids=range(7)
)
def test_what_is_no_code(made: RecoveryCodes, value: Any) -> None:  # noqa: ANN401
    assert spend_recovery_code(made.hashes, value) is None


def test_a_hash_is_no_code_and_another_set_s_code_is_none(made: RecoveryCodes) -> None:
    other = new_recovery_codes(lambda size: hashlib.shake_256(bytes([size])).digest(size), 1)
    assert spend_recovery_code(made.hashes, other.codes[0]) is None
    for kept in made.hashes:
        assert spend_recovery_code(made.hashes, kept) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: "$$",
        lambda kept: kept[:-1],
        lambda kept: kept + "0",
        lambda kept: kept.upper(),
        lambda kept: kept.replace("rc1", "rc2"),
        lambda kept: "rc1$$" + kept.rpartition("$")[2],
        lambda _: "rc1$zz$00",
        lambda _: "rc1$\u0660\u0660$\ud800",
    ],
    ids=range(9),
)
def test_a_damaged_hash_is_right_for_no_code(
    made: RecoveryCodes, damage: Callable[[str], str]
) -> None:
    damaged = [damage(made.hashes[0]), *made.hashes[1:]]
    assert spend_recovery_code(damaged, made.codes[0]) is None
    spent = spend_recovery_code(damaged, made.codes[1])
    assert spent
    assert spent.remaining == (damaged[0], *made.hashes[2:])


@pytest.mark.parametrize("count", [0, -1, 101])
def test_a_count_that_is_none(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        new_recovery_codes(counting(), count)


@pytest.mark.parametrize(
    "entropy", [bytes, lambda _: b"", lambda size: b"x" * (size - 1)], ids=range(3)
)
def test_a_broken_entropy_makes_no_codes(entropy: Callable[[int], bytes]) -> None:
    with pytest.raises(ValueError, match="entropy"):
        new_recovery_codes(entropy)


def test_no_code_and_no_hash_is_in_a_repr(made: RecoveryCodes) -> None:
    spent = spend_recovery_code(made.hashes, made.codes[0])
    shown = f"{made!r} {spent!r}"
    assert not any(each in shown for each in (*made.codes, *made.hashes))


@pytest.mark.parametrize("damaged", [None, 5, b"rc1$00$00", ["rc1"]], ids=range(4))
def test_a_hash_that_is_no_text_is_right_for_no_code(
    made: RecoveryCodes,
    damaged: Any,  # noqa: ANN401
) -> None:
    assert spend_recovery_code([damaged], made.codes[0]) is None
    spent = spend_recovery_code([damaged, *made.hashes], made.codes[0])
    assert spent
    assert spent.spent == made.hashes[0]
