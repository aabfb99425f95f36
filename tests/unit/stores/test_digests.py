"""What stands for an id is equal for equal ids only."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from nextauth.stores.backends.digests import digest

anything = st.lists(st.text(st.characters()), max_size=3)


@given(anything, anything)
def test_different_ids_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@given(st.text(), st.text(), st.integers(0, 20))
def test_what_is_cut_elsewhere_is_something_else(one: str, other: str, cut: int) -> None:
    whole = one + other
    if whole[:cut] != one:
        assert digest(one, other) != digest(whole[:cut], whole[cut:])


def test_a_digest_stays_what_it_was() -> None:
    # Written down: rows and keys of one release must be found by the next.
    known = hashlib.sha256(b"11:credentials1:1").digest()
    assert digest("credentials", "1") == known
    assert len(digest("\ud800" * 1000)) == 32
