"""What is counted as one account, and that no name is kept as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.throttle.names import Names, folded, spelled
from nextauth.tokens import Keyring

SECRET = "kV3q-of-the-throttle-tests-9Zx7Lw"
OTHER = "pT8n-another-of-the-throttle-4Qm2"


@pytest.mark.parametrize(
    "written",
    [
        "ada@example.com",
        "ADA@Example.COM",
        "  ada@example.com\t",
        "ada @example.com",
        "ada\x00@example.com",
        "\ufeffada@example.com",
        "a\u200bd\u200da\u00ad@example.com",
        "\u202eada@example.com",
        "\uff41\uff44\uff41\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d",
        "áda@example.com",
        "a\u0301da@exämple.com",
        "\U0001d4b6\U0001d4b9\U0001d4b6@example.com",
        "ada\ufe0f@example\U000e0100.com",
        "ad\u034fa@example.com",
        "ada@example.com\u3000",
    ],
)
def test_many_ways_to_write_a_name_are_one_account(written: str) -> None:
    assert folded(written) == "ada@example.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u212bngstrom", "ångström"),
        ("İstanbul", "istanbul"),
        ("ﬁona", "FIONA"),
        ("ᾼ", "\u03b1\u03b9"),
    ],
)
def test_letter_case_is_unicode_s(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada", "adam"), ("ada", "\u0430da"), ("a.da", "ada"), ("ada+1@a.b", "ada@a.b"), ("की", "का")],
)
def test_other_names_are_other_accounts(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u200b\u2060", "\u3164", "\x00"])
def test_a_name_of_which_nothing_shows_is_no_name(blank: str) -> None:
    assert folded(blank) == ""


@pytest.mark.parametrize("letter", ["x", "é", "\ufdfa", "\U000fdead", "\udc80"])
def test_the_longest_name_is_cut_and_cannot_be_told_from_its_beginning(letter: str) -> None:
    assert len(folded(letter * 1024)) <= 256
    assert folded(letter * 1024) == folded(letter * 1025)


UNSEEN = (
    " \t\n\x00\u00a0\u00ad\u034f\u115f\u180e\u200b\u2003\u2028\u202e\u2060\u3000\u3164\ufe0f\ufeff"
    "\U000e0100"
)
LETTERS = "aZ9@. \xe9\u0345\u03b1\u1100\u1161"


@given(
    name=st.text(max_size=300) | st.text(LETTERS, max_size=300),
    unseen=st.sampled_from(UNSEEN),
    count=st.integers(1, 700),
    at=st.integers(0, 300),
)
def test_what_cannot_be_seen_makes_no_difference_however_much_and_wherever_it_is(
    name: str, unseen: str, count: int, at: int
) -> None:
    assert folded(name[:at] + unseen * count + name[at:]) == folded(name)


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_cannot_be_seen_pushes_nothing_out_of_a_name(unseen: str) -> None:
    name = "administrator"
    ways = {folded(name[:at] + unseen * 256 + name[at:]) for at in range(len(name) + 1)}
    assert ways == {name}


def test_browsers_of_two_long_names_are_not_the_same() -> None:
    assert spelled("x" * 256 + "y") != spelled("x" * 256)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ada", " ADA ", True),
        ("STRASSE", "stra\u00dfe", True),
        ("\u00e9va", "E\u0301VA", True),
        ("\uff41da", "ada", True),
        ("eva", "\u00e9va", False),
        ("ada", "a da", False),
        ("ada", "ad\u200ba", False),
    ],
)
def test_a_browser_is_known_by_a_name_with_its_accents(one: str, other: str, *, same: bool) -> None:
    assert (spelled(one) == spelled(other)) is same


def test_folding_twice_changes_nothing() -> None:
    for code in range(0x3000):
        once = folded(f"a{chr(code)}b")
        assert folded(once) == once, hex(code)


def test_a_key_tells_nothing_without_the_secret() -> None:
    names = Names(Keyring([SECRET]))
    key = names.of("account", "ada@example.com")
    assert key == names.of("account", "ada@example.com")
    assert len(key) == 32
    assert "ada" not in key
    assert key != Names(Keyring([OTHER])).of("account", "ada@example.com")


def test_no_two_things_share_a_key() -> None:
    names = Names(Keyring([SECRET]))
    asked = [
        ("account", "ada"),
        ("address", "ada"),
        ("pair", "ada", "1"),
        ("pair", "ad", "a1"),
        ("user", "credentials", "1"),
        ("user", "credentials1", ""),
        ("account",),
    ]
    assert len({names.of(*each) for each in asked}) == len(asked)


def test_a_new_secret_still_knows_the_keys_of_the_old_one() -> None:
    before = Names(Keyring([OTHER])).of("account", "ada")
    after = Names(Keyring([SECRET, OTHER]))
    assert after.of("account", "ada") != before
    assert after.every("account", "ada") == [after.of("account", "ada"), before]
