"""The code by e-mail: how it is drawn, what is kept of it, and what alone is right."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nextauth.factors.mail import KeptMailCode, keep_mail_code, new_mail_code, verify_mail_code
from nextauth.tokens import Keyring

ADA = "ada.lovelace@example.com"
PEPPER = b"p" * 32
NOW = 1_750_000_000.5
CODE = "00123456"
ANY_CODE = st.text("0123456789", min_size=6, max_size=10)


def entropy(size: int) -> bytes:
    return hashlib.shake_128(b"entropy").digest(size)


def drawing(*numbers: int) -> Callable[[int], bytes]:
    """Answer an entropy that gives these numbers, one after the other."""
    left = iter(numbers)
    return lambda size: next(left).to_bytes(size, "big")


def keep(code: str = CODE, *, address: str = ADA, life: int = 600) -> KeptMailCode:
    return keep_mail_code(code, address=address, at=NOW, entropy=entropy, pepper=PEPPER, life=life)


def is_right(
    kept: KeptMailCode,
    submitted: Any,  # noqa: ANN401 - whatever is submitted
    *,
    address: str | None = ADA,
    at: float = NOW,
    pepper: bytes = PEPPER,
) -> bool:
    return verify_mail_code(kept, submitted, address=address, at=at, peppers=[pepper])


@pytest.mark.parametrize("digits", range(6, 11))
def test_a_code_has_the_digits_that_were_asked_for(digits: int) -> None:
    assert new_mail_code(drawing(0), digits) == "0" * digits
    assert new_mail_code(drawing(10**digits - 1), digits) == "9" * digits
    assert re.fullmatch(rf"[0-9]{{{digits}}}", new_mail_code(entropy, digits))


def test_eight_digits_where_nobody_says_otherwise() -> None:
    assert new_mail_code(drawing(42)) == "00000042"


@pytest.mark.parametrize("digits", range(6, 11))
def test_no_code_is_likelier_than_another(digits: int) -> None:
    """Of all that can be drawn, what is used ends with a 99…9: each code is there as often."""
    codes = 10**digits
    fair = 2**64 - 2**64 % codes
    assert new_mail_code(drawing(fair - 1), digits) == "9" * digits
    assert fair < 2**64
    for unfair in (fair, 2**64 - 1):
        assert new_mail_code(drawing(unfair, unfair, 7), digits) == f"{7:0{digits}}"


def test_each_byte_of_the_entropy_counts() -> None:
    drawn = [new_mail_code(drawing(1 << 8 * at), 10) for at in range(8)]
    assert len(set(drawn)) == 8


@pytest.mark.parametrize("digits", [5, 11, 0, -8, 8.0, "8", None, True])
def test_a_number_of_digits_that_is_none(digits: Any) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match="use 6 to 10"):
        new_mail_code(entropy, digits)


@pytest.mark.parametrize(
    "broken",
    [lambda _: b"", lambda size: b"x" * (size + 1), lambda size: b"\xff" * size],
    ids=range(3),
)
def test_a_broken_entropy_makes_no_code(broken: Callable[[int], bytes]) -> None:
    with pytest.raises(ValueError, match="entropy"):
        new_mail_code(broken)


def test_a_salt_that_is_short_is_refused() -> None:
    with pytest.raises(ValueError, match="entropy"):
        keep_mail_code(CODE, address=ADA, at=NOW, entropy=lambda _: b"salt", pepper=PEPPER)


@given(code=ANY_CODE)
def test_the_code_is_right_for_ten_minutes(code: str) -> None:
    kept = keep(code)
    assert kept.expires == int(NOW) + 600
    for at in (NOW, NOW + 599):
        assert is_right(kept, code, at=at)
    for at in (kept.expires, NOW + 601, float("nan"), float("inf")):
        assert not is_right(kept, code, at=at)


@pytest.mark.parametrize("life", [120, 3600])
def test_its_life_can_be_chosen(life: int) -> None:
    kept = keep(life=life)
    assert is_right(kept, CODE, at=kept.expires - 1)
    assert not is_right(kept, CODE, at=kept.expires)
    assert kept.expires == int(NOW) + life


@given(submitted=st.text() | ANY_CODE | st.none() | st.integers() | st.binary())
def test_nothing_else_is_right_and_nothing_raises(submitted: object) -> None:
    assume(submitted != CODE)
    told = submitted if isinstance(submitted, str) else ""
    bare = "".join(each for each in told if each in "0123456789")
    assert is_right(keep(), submitted) is (bare == CODE and _is_only_code(told))


def _is_only_code(text: str) -> bool:
    return len(text) <= 64 and all(
        each.isspace() or each in "0123456789-\u2010\u2011\u2012\u2013\u2014\u2212" for each in text
    )


@pytest.mark.parametrize(
    "typed",
    [
        " 00123456\r\n",
        "0012 3456",
        "0012-3456",
        "00 12\u00a034\u202f56",
        "0012 \u2013 3456",
        "\t00123456",
    ],
)
def test_how_it_may_be_typed(typed: str) -> None:
    assert is_right(keep(), typed)


@pytest.mark.parametrize(
    "typed",
    [
        None,
        b"00123456",
        123456,
        ["00123456"],
        "",
        "123456",
        "000123456",
        "00123457",
        "٠٠١٢٣٤٥٦",
        "⁰⁰¹²³⁴⁵⁶",
        "\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16",
        "00123456x",
        "+0123456",
        "0012.3456",
        "0012\x003456",
        "\ud800" * 8,
        "00123456" + " " * 60,
        "0" * 100_000,
    ],
    ids=range(18),
)
def test_what_is_no_code_or_not_this_one(typed: object) -> None:
    assert not is_right(keep(), typed)


@pytest.mark.parametrize(
    "address",
    ["ada@example.com", "ada.lovelace@example.org", "Ada.Lovelace@example.com", "", None, "\ud800"],
)
def test_a_changed_address_makes_it_wrong(address: str | None) -> None:
    assert not is_right(keep(), CODE, address=address)


def test_each_part_of_what_is_kept_is_bound_to_the_others() -> None:
    kept = keep()
    later = KeptMailCode(kept.expires + 3600, kept.salt, kept.digest)
    salted = KeptMailCode(kept.expires, bytes(16), kept.digest)
    assert not is_right(later, CODE)
    assert not is_right(salted, CODE)
    assert not is_right(kept, CODE, pepper=b"q" * 32)


def test_a_secret_that_was_renewed_still_reads_what_it_kept() -> None:
    new, old = Keyring(["n" * 32, "o" * 32]), Keyring(["o" * 32])
    kept = keep_mail_code(
        CODE, address=ADA, at=NOW, entropy=entropy, pepper=old.purpose("mail-code")[0]
    )
    peppers = new.purpose("mail-code")
    assert verify_mail_code(kept, CODE, address=ADA, at=NOW, peppers=peppers)
    assert not verify_mail_code(kept, CODE, address=ADA, at=NOW, peppers=peppers[:1])
    assert not verify_mail_code(kept, CODE, address=ADA, at=NOW, peppers=[])


@given(code=ANY_CODE, life=st.integers(120, 3600))
def test_what_is_kept_survives_as_text(code: str, life: int) -> None:
    kept = keep(code, life=life)
    text = kept.to_text()
    assert KeptMailCode.from_text(text) == kept
    assert text.isascii()
    assert len(text) < 128


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: None,
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: text + "\n",
        lambda text: text.upper(),
        lambda text: text.replace("mc1", "mc2"),
        lambda text: text.replace("$1", "$-1", 1),
        lambda text: text.replace("$17", "$\u0661\u0667", 1),
        lambda text: text.replace("$", "", 1),
    ],
    ids=range(10),
)
def test_a_text_that_is_damaged_is_refused_and_not_told(damage: Callable[[str], Any]) -> None:
    text = keep().to_text()
    with pytest.raises(ValueError, match="to_text") as caught:
        KeptMailCode.from_text(damage(text))
    assert text.rpartition("$")[2] not in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("code", "12345"),
        ("code", "abcdefgh"),
        ("code", None),
        ("address", "ada"),
        ("address", f"{ADA}, eve@example.com"),
        ("life", 119),
        ("life", 3601),
        ("life", 600.5),
        ("at", NOW * 1000),
        ("at", -1),
        ("at", float("nan")),
        ("pepper", b""),
        ("pepper", b"p" * 15),
    ],
)
def test_what_cannot_be_kept(argument: str, value: object) -> None:
    arguments: dict[str, Any] = {"code": CODE, "address": ADA, "at": NOW, "pepper": PEPPER}
    arguments |= {"entropy": entropy, argument: value}
    with pytest.raises(ValueError, match=r"\w") as caught:
        keep_mail_code(**arguments)
    assert CODE not in str(caught.value)
    assert "ada.lovelace" not in str(caught.value)


def test_neither_code_nor_digest_is_in_a_repr_or_in_the_text() -> None:
    kept = keep()
    shown = repr(kept)
    assert kept.digest.hex() not in shown
    assert repr(kept.digest) not in shown
    for each in (CODE, "ada", PEPPER.hex()):
        assert each not in shown + kept.to_text()
