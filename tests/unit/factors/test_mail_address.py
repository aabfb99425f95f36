"""Addresses: exactly one, nothing that a header or a command could be made of, and masked ones."""

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors.mail import masked_address
from nextauth.factors.mail.address import split_address

LONGEST = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"

GOOD = [
    "ada@example.com",
    "ada.lovelace+tag@mail.example.co.uk",
    "a@b",
    "root@localhost",
    "o'hara/x=y!#$%&*?^_`{|}~-@example.com",
    "1@1.example",
    "ada@xn--bcher-kva.example",
    "jörg@bücher.example",
    "用户@例子.例",
    "संपर्क@डाटामेल.भारत",
    LONGEST,
]

BAD = [
    "",
    "@",
    "ada",
    "ada@",
    "@example.com",
    "ada@@example.com",
    "ada@example.com@example.org",
    "ada@example.com,eve@example.com",
    "ada@example.com;eve@example.com",
    "ada@example.com eve@example.com",
    "Ada <ada@example.com>",
    "<ada@example.com>",
    "ada@example.com (Ada)",
    "ada(x)@example.com",
    '"ada lovelace"@example.com',
    '"ada"@example.com',
    "ada@[127.0.0.1]",
    "friends: ada@example.com;",
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\n",
    "ada\r@example.com",
    "ada\x00@example.com",
    "ada@exa\tmple.com",
    " ada@example.com",
    "ada @example.com",
    "ada@ example.com",
    "ada\u00a0@example.com",
    "ada\u200b@example.com",
    "ada\u202e@example.com",
    "ada\u2028@example.com",
    "ada@example\u3002com",
    "ada@exam\u200dple.com",
    "ada@\U0001f4a9.example",
    "\ud800@example.com",
    ".ada@example.com",
    "ada.@example.com",
    "a..b@example.com",
    "ada@example..com",
    "ada@.example.com",
    "ada@example.com.",
    "ada@-example.com",
    "ada@example-.com",
    "ada@exa_mple.com",
    "ada@exa/mple.com",
    "a\\b@example.com",
    f"{'a' * 65}@example.com",
    f"{'ü' * 33}@example.com",
    f"ada@{'b' * 64}.example",
    LONGEST + "d",
    "ada@" + "ü.example" * 40,
]


@pytest.mark.parametrize("address", GOOD)
def test_one_address(address: str) -> None:
    local, domain = split_address(address)
    assert f"{local}@{domain}" == address
    assert Address(username=local, domain=domain).addr_spec == address


@pytest.mark.parametrize("address", BAD)
def test_what_is_not_one_address_and_is_not_told(address: str) -> None:
    with pytest.raises(ValueError, match="not one e-mail address") as caught:
        split_address(address)
    assert len(address) < 4 or address not in str(caught.value)
    assert "eve" not in str(caught.value)
    assert masked_address(address) == "…"


@pytest.mark.parametrize("value", [None, 5, b"ada@example.com", ["ada@example.com"]])
def test_what_is_no_text(value: str) -> None:
    with pytest.raises(ValueError, match="it is of type"):
        split_address(value)
    assert masked_address(value) == "…"


@given(text=st.text() | st.text('ab.@<>\r\n" ,'))
def test_whatever_comes_through_is_printable_and_in_two_parts(text: str) -> None:
    try:
        local, domain = split_address(text)
    except ValueError:
        return
    assert f"{local}@{domain}" == text
    assert text.isprintable()
    assert not set(text) & set(' <>()[]:;,"\\')


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ada.lovelace@example.com", "a…e@example.com"),
        ("babbage@example.com", "b…e@example.com"),
        ("turing@example.com", "t…g@example.com"),
        ("grace@example.com", "g…@example.com"),
        ("ada@example.com", "a…@example.com"),
        ("al@example.com", "…@example.com"),
        ("a@example.com", "…@example.com"),
        ("jörgjörg@bücher.example", "j…g@bücher.example"),
        (f"{'x' * 60}@example.com", "x…x@example.com"),
    ],
)
def test_what_a_page_may_show(address: str, shown: str) -> None:
    assert masked_address(address) == shown


@given(local=st.text("abcdefghij", min_size=1, max_size=64))
def test_two_characters_at_most_and_not_the_length(local: str) -> None:
    hidden, _, domain = masked_address(f"{local}@example.com").partition("@")
    assert domain == "example.com"
    assert len(hidden) <= 3
    assert len(hidden) - 1 <= len(local) / 3
