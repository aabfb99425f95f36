"""Time-based codes: which clock is near enough, what is no code, and how a code is good once."""

import base64
import traceback
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors import TotpOptions, new_totp_secret, totp_uri, verify_totp
from nextauth.factors.hotp import Generator
from nextauth.factors.steps import _KEPT

RAW = bytes(range(100, 120))
SECRET = base64.b32encode(RAW).decode()
NOW = 1_800_000_000.0
STEP = int(NOW // 30)

times = st.floats(min_value=1000, max_value=4e9)
shown = st.characters(categories=("L", "N", "P", "S"), exclude_characters=":")
tolerances = st.integers(0, 5)


def code_of(step: int, **options: Any) -> str:  # noqa: ANN401
    known = TotpOptions(**options)
    generator = Generator(
        SECRET,
        digits=known.digits,
        period=known.period,
        algorithm=known.algorithm,
        least_bits=known.least_bits,
    )
    return generator.code(step)


@given(at=times, skew=st.integers(-12, 12), tolerance=tolerances)
def test_a_clock_that_is_wrong_by_the_tolerance_is_right_enough(
    at: float, skew: int, tolerance: int
) -> None:
    now = int(at // 30)
    step = now + skew
    code = code_of(step)
    accepted = verify_totp(SECRET, code, at=at, options=TotpOptions(tolerance=tolerance))
    if abs(skew) <= tolerance:
        assert accepted is not None
        assert code_of(accepted) == code
        assert accepted >= step
    else:
        # Two steps may have one code; then it is the code of that step too.
        assert accepted is None or code_of(accepted) == code
        assert accepted is None or abs(accepted - now) <= tolerance


@given(
    moments=st.lists(st.tuples(st.integers(0, 20), st.integers(-3, 3)), min_size=1, max_size=30),
    tolerance=st.integers(0, 3),
)
def test_whatever_is_posted_when_no_step_is_accepted_twice(
    moments: list[tuple[int, int]], tolerance: int
) -> None:
    options = TotpOptions(tolerance=tolerance)
    last: int | None = None
    accepted: list[int] = []
    for passed, skew in sorted(moments):
        at = NOW + passed * 7
        code = code_of(int(at // 30) + skew)
        step = verify_totp(SECRET, code, at=at, options=options, after=last)
        if step is not None:
            accepted.append(step)
            last = step
            assert verify_totp(SECRET, code, at=at, options=options, after=last) is None
    assert accepted == sorted(set(accepted))


@given(code=st.text(max_size=80) | st.sampled_from(["", None, "0" * 10_000, "\ud800" * 6]))
def test_nothing_that_is_submitted_raises(code: str | None) -> None:
    accepted = verify_totp(SECRET, code, at=NOW)
    right = {code_of(step) for step in (STEP - 1, STEP, STEP + 1)}
    assert (accepted is not None) == ("".join((code or "").split()) in right)


@pytest.mark.parametrize("value", [654321, 12.5, b"123456", ["123456"], {}, True, object()])
def test_what_is_no_text_is_no_code(value: Any) -> None:  # noqa: ANN401
    assert verify_totp(SECRET, value, at=NOW) is None


@pytest.mark.parametrize(
    "written", ["{0}{1}", "{0} {1}", " {0}{1}\n", "{0}\u00a0{1}", "\t{0}  {1}"]
)
def test_blanks_do_not_count(written: str) -> None:
    code = code_of(STEP)
    assert verify_totp(SECRET, written.format(code[:3], code[3:]), at=NOW) == STEP


def test_the_digits_of_other_scripts_are_no_digits() -> None:
    code = code_of(STEP)
    arabic = "".join(chr(0x0660 + int(digit)) for digit in code)
    wide = "".join(chr(0xFF10 + int(digit)) for digit in code)
    for each in (arabic, wide, f"+{code}", f"{code}.0", f"{code}0", code[1:], f"{code}\0"):
        assert verify_totp(SECRET, each, at=NOW) is None


def test_of_two_steps_with_one_code_the_later_is_taken() -> None:
    """Else the code would be good once more, for the other."""
    earlier, later = 2_582_961, 2_582_964  # found by looking
    code = code_of(later)
    assert code == code_of(earlier)
    at = (earlier + 1) * 30
    options = TotpOptions(tolerance=2)
    assert verify_totp(SECRET, code, at=at, options=options) == later
    assert verify_totp(SECRET, code, at=at, options=options, after=earlier) == later
    assert verify_totp(SECRET, code, at=at, options=options, after=later) is None


@pytest.mark.parametrize("options", [TotpOptions.standard(), TotpOptions.eight_digits()])
def test_the_presets_make_codes_of_their_length(options: TotpOptions) -> None:
    code = code_of(STEP, digits=options.digits)
    assert len(code) == options.digits
    assert verify_totp(SECRET, code, at=NOW, options=options) == STEP


def test_strict_takes_the_current_step_alone() -> None:
    strict = TotpOptions.strict()
    assert strict.lifetime == 30
    taken = [verify_totp(SECRET, code_of(STEP + by), at=NOW, options=strict) for by in (-1, 0, 1)]
    assert taken == [None, STEP, None]
    assert TotpOptions.standard().lifetime == 90


@pytest.mark.parametrize(
    "options",
    [
        {"digits": 5},
        {"digits": 9},
        {"digits": "6"},
        {"digits": True},
        {"period": 0},
        {"period": 14},
        {"period": 121},
        {"period": 30.0},
        {"tolerance": -1},
        {"tolerance": 6},
        {"tolerance": False},
        {"algorithm": "MD5"},
        {"algorithm": "sha1"},
        {"least_bits": 79},
        {"least_bits": 0},
    ],
)
def test_options_that_are_out_of_range(options: dict[str, Any]) -> None:
    [name] = options
    with pytest.raises(ValueError, match=rf"TotpOptions\({name}="):
        TotpOptions(**options)


def test_the_longest_life_of_a_code_is_shorter_than_a_step_is_remembered() -> None:
    assert TotpOptions(period=120, tolerance=5).lifetime < _KEPT


@pytest.mark.parametrize("at", [-1.0, float("nan"), float("inf"), NOW * 1000])
def test_what_is_no_time(at: float) -> None:
    with pytest.raises(ValueError, match="Unix seconds"):
        verify_totp(SECRET, "123456", at=at)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "JBSWY3DPEHPK3PXP",
        "geheim!",
        "A" * 25,
        "\u0130" * 32,
        "\u00df" * 16,  # SS in upper case
        "\u017f" * 32,  # S
        "\u0131" * 32,  # I
    ],
)
def test_a_secret_that_is_none_is_refused_and_not_shown(secret: str) -> None:
    """An empty one would let everybody in: its codes are public."""
    with pytest.raises(ValueError, match="the TOTP secret") as caught:
        verify_totp(secret, "123456", at=NOW)
    shown = "".join(traceback.format_exception(caught.value))
    assert not secret or secret not in shown


def test_secrets_of_eighty_bits_where_they_are_asked_for() -> None:
    short = "JBSWY3DPEHPK3PXP"
    options = TotpOptions.for_short_secrets()
    code = Generator(short, digits=6, period=30, algorithm="SHA1", least_bits=80).code(STEP)
    assert verify_totp(short, code, at=NOW, options=options) == STEP
    with pytest.raises(ValueError, match="the TOTP secret"):
        verify_totp(short[:-2], "123456", at=NOW, options=options)


def test_a_secret_may_be_written_as_people_write_it() -> None:
    grouped = " ".join(SECRET[at : at + 4] for at in range(0, 32, 4)).lower()
    assert verify_totp(grouped, code_of(STEP), at=NOW) == STEP


def test_a_new_secret_has_the_bits_of_its_entropy() -> None:
    assert new_totp_secret(lambda size: RAW[:size]) == SECRET
    assert len(base64.b32decode(SECRET)) * 8 == 160
    with pytest.raises(ValueError, match="entropy"):
        new_totp_secret(lambda _: b"short")


def test_a_slash_does_not_end_the_label() -> None:
    uri = totp_uri(SECRET, account="a/b", issuer="AC/DC?")
    assert uri.partition("?")[0] == "otpauth://totp/AC%2FDC%3F:a%2Fb"
    assert parse_qs(urlsplit(uri).query)["issuer"] == ["AC/DC?"]


@pytest.mark.parametrize("counter", [-1, 2**64, 2**64 + 5])
def test_a_counter_that_is_none(counter: int) -> None:
    """With more than 64 bits it would be the code of no step, and not of one that exists."""
    generator = Generator(SECRET, digits=6, period=30, algorithm="SHA1", least_bits=128)
    assert len(generator.code(2**64 - 1)) == 6
    with pytest.raises(ValueError, match=r"Generator\.code"):
        generator.code(counter)


@given(
    account=st.text(shown, min_size=1, max_size=60),
    issuer=st.text(shown, min_size=1, max_size=60),
)
def test_no_name_gets_out_of_its_place_in_the_address(account: str, issuer: str) -> None:
    issuer = f"Our {issuer}"
    uri = totp_uri(SECRET, account=account, issuer=issuer)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("otpauth", "totp", "")
    assert unquote(parts.path) == f"/{issuer}:{account}"
    assert parse_qs(parts.query, strict_parsing=True) == {"secret": [SECRET], "issuer": [issuer]}


def test_the_address_tells_what_is_not_usual() -> None:
    options = TotpOptions(digits=8, period=60, algorithm="SHA256")
    uri = totp_uri(SECRET, account="ada@example.com", issuer="Our Site & Co", options=options)
    assert uri == (
        "otpauth://totp/Our%20Site%20%26%20Co:ada%40example.com"
        f"?secret={SECRET}&issuer=Our%20Site%20%26%20Co&algorithm=SHA256&digits=8&period=60"
    )


@pytest.mark.parametrize("name", ["", "  ", "a:b", "a\nb", "\ud800", "x" * 255])
def test_a_name_that_the_address_cannot_hold(name: str) -> None:
    with pytest.raises(ValueError, match="account"):
        totp_uri(SECRET, account=name, issuer="Site")
    with pytest.raises(ValueError, match="issuer"):
        totp_uri(SECRET, account="ada", issuer=name)


def test_the_secret_is_in_no_repr() -> None:
    generator = Generator(SECRET, digits=6, period=30, algorithm="SHA1", least_bits=128)
    assert SECRET not in repr(generator)
    assert SECRET not in repr(TotpOptions())
