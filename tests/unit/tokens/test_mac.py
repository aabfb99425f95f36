"""Shows that a key which is hashed in once gives the codes of RFC 2104, again and again."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from nextauth.tokens.mac import MacKey


@given(st.binary(max_size=200), st.lists(st.binary(), min_size=1, max_size=3))
def test_one_key_serves_many_messages(key: bytes, messages: list[bytes]) -> None:
    mac = MacKey(key)
    for message in (*messages, messages[0]):
        assert mac.code(message) == hmac.digest(key, message, "sha256")


def test_the_key_is_not_in_its_repr() -> None:
    assert "Jefe" not in repr(MacKey(b"Jefe"))
