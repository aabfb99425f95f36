"""Which CBOR is let through to a decoder."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors.webauthn.cbor import end_of_item

SCALARS = (
    st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=300)
    | st.text(max_size=50)
    | st.booleans()
    | st.none()
)
ITEMS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def depth(item: object) -> int:
    if isinstance(item, dict):
        item = list(item.values())
    return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0


@given(ITEMS.filter(lambda item: depth(item) <= 6), st.binary(max_size=5))
def test_the_end_is_where_a_decoder_finds_it(item: object, rest: bytes) -> None:
    encoded = cbor2.dumps(item)
    assert end_of_item(encoded + rest) == len(encoded)
    assert end_of_item(rest + encoded, len(rest)) == len(rest) + len(encoded)


@given(ITEMS.filter(lambda item: depth(item) <= 6), st.data())
def test_what_is_cut_off_has_no_end(item: object, data: st.DataObject) -> None:
    encoded = cbor2.dumps(item)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(ValueError, match="not the CBOR"):
        end_of_item(encoded[:cut])


@given(st.binary(max_size=64))
def test_an_end_is_within_what_was_sent(raw: bytes) -> None:
    try:
        end = end_of_item(raw)
    except ValueError:
        return
    assert 0 < end <= len(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes.fromhex("5f4101ff"),  # bytes of an indefinite length
        bytes.fromhex("9f01ff"),
        bytes.fromhex("bf0102ff"),
        bytes.fromhex("1c"),  # reserved
        bytes.fromhex("c074323031332d30332d32315432303a30343a30305a"),  # a date
        bytes.fromhex("c249010000000000000000"),  # a big number
        bytes.fromhex("d81c81d81d00"),  # a list that is in itself
        bytes.fromhex("c482201a00ffffff"),  # a decimal fraction
        bytes.fromhex("f97e00"),  # not a number
        bytes.fromhex("fb3ff0000000000000"),
        bytes.fromhex("f7"),  # undefined
        bytes.fromhex("f8ff"),
        bytes.fromhex("ff"),
        bytes.fromhex("9bffffffffffffffff"),  # 2**64 - 1 items
        bytes.fromhex("bbffffffffffffffff"),
        bytes.fromhex("5bffffffffffffffff"),
        b"\x81" * 7 + b"\x00",
        b"\x81" * 60_000,
        b"\xa1" * 60_000,
    ],
)
def test_what_no_authenticator_writes(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not the CBOR"):
        end_of_item(raw)
