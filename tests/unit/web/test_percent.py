"""Percent-decoding: the short way gives what the standard library does, or leaves it alone."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web.percent import decode_single

HEX = "0123456789abcdefABCDEF"
TEXT = st.text(st.characters(exclude_characters="%", exclude_categories=["Cs"]))


@given(TEXT, st.sampled_from(HEX), st.sampled_from(HEX), TEXT)
def test_one_escape_is_what_the_standard_library_makes_of_it(
    before: str, high: str, low: str, after: str
) -> None:
    written = f"{before}%{high}{low}{after}"
    expected = unquote(written) if high in "01234567" else None  # beyond ASCII one is not enough
    assert decode_single(written) == expected


@pytest.mark.parametrize("text", ["", "a", "%", "%4", "%4g", "%%41", "%41%42", "%41%", "%c3%a9"])
def test_everything_else_is_left_to_others(text: str) -> None:
    assert decode_single(text) is None
