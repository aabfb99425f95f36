"""A system's attributes become a user by a declared mapping, and nothing else does."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.directories import UserMap
from nextauth.errors import CallbackError
from nextauth.tokens.jwe import encode_claims

MAP = UserMap(
    "uid", name="cn", email="mail", image="photo", extra={"roles": "groups", "since": "at"}
)


def test_each_member_comes_from_its_attribute() -> None:
    found = {
        "uid": "17",
        "cn": "Ada",
        "mail": "ada@example.com",
        "photo": "https://example.com/ada.png",
        "groups": ["staff", b"admin"],
        "at": date(2026, 1, 2),
        "password": "secret",
    }
    user = MAP.user(found)
    assert (user.id, user.name, user.email) == ("17", "Ada", "ada@example.com")
    assert user.image == "https://example.com/ada.png"
    assert dict(user.extra) == {"roles": ["staff", "admin"], "since": "2026-01-02"}
    assert MAP.attributes == ("uid", "cn", "mail", "photo", "groups", "at")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a", "a"),
        (7, "7"),
        (["a", "b"], "a"),
        (b"a", "a"),
        (UUID(int=1), str(UUID(int=1))),
        (Decimal(7), "7"),
    ],
    ids=range(6),
)
def test_a_key_of_any_kind_becomes_a_text(key: object, expected: str) -> None:
    assert UserMap("uid").user({"uid": key}).id == expected


@pytest.mark.parametrize("found", [{}, {"uid": None}, {"uid": ""}, {"uid": []}, {"other": "1"}])
def test_without_a_key_there_is_no_user(found: dict[str, object]) -> None:
    with pytest.raises(CallbackError, match="'uid'"):
        UserMap("uid").user(found)


def test_a_map_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        UserMap("")


def test_of_a_list_the_first_is_shown() -> None:
    user = UserMap("uid", name="cn", email="mail").user({"uid": "1", "cn": ["A", "B"], "mail": []})
    assert (user.name, user.email) == ("A", None)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(found=st.dictionaries(st.sampled_from(["cn", "mail", "photo", "groups", "at"]), values))
def test_whatever_a_system_answers_fits_a_token(found: dict[str, Any]) -> None:
    user = MAP.user({**found, "uid": "1"})
    assert encode_claims(dict(user.extra))


def test_a_moment_is_written_as_iso_8601() -> None:
    found = {"uid": "1", "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)}
    assert dict(MAP.user(found).extra) == {"since": "2026-01-02T03:04:00+00:00"}
