"""The values that travel through the house: frozen, checked when made, quiet in their repr."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.models import Account, Session, SubmittedCredentials, User

KEY = UUID("12345678-1234-5678-1234-567812345678")


def _user(**members: Any) -> User:  # noqa: ANN401 - wrong ones too
    return User(**members)


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [(None, None), ("a", "a"), (7, "7"), (0, "0"), (-1, "-1"), (KEY, str(KEY)), (" ", " ")],
)
def test_the_id_becomes_text(given_id: object, kept: str | None) -> None:
    assert _user(id=given_id).id == kept


@pytest.mark.parametrize("wrong", [True, False, 1.5, b"1", [], {}, object()])
def test_other_ids_are_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"User\.id must be .*, not " + type(wrong).__name__):
        _user(id=wrong)


def test_an_empty_id_is_refused() -> None:
    with pytest.raises(ValueError, match=r"User\.id is empty; leave it out"):
        User(id="")


@pytest.mark.parametrize("member", ["name", "email", "image"])
@pytest.mark.parametrize("wrong", [1, b"a", True, [], {}])
def test_other_members_are_text(member: str, wrong: object) -> None:
    assert getattr(_user(**{member: "a"}), member) == "a"
    with pytest.raises(TypeError, match=rf"User\.{member} must be a str or None, not"):
        _user(**{member: wrong})


@pytest.mark.parametrize("wrong", [None, [], "a", {1: 2}, {"a": 1, None: 2}])
def test_extra_is_a_mapping_with_str_keys(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"User\.extra must be a mapping with str keys"):
        _user(extra=wrong)


def test_extra_is_a_read_only_copy() -> None:
    own = {"role": "admin"}
    user = User(extra=own)
    own["role"] = "root"
    assert user.extra == {"role": "admin"}
    assert isinstance(user.extra, MappingProxyType)
    assert User(extra=user.extra).extra is user.extra
    assert User().extra == {}


def test_a_user_is_frozen_hashable_and_quiet() -> None:
    user = User(id="1", name="Ada", extra={"key": "hunter2"})
    with pytest.raises(FrozenInstanceError):
        user.name = "Eve"  # type: ignore[misc]
    assert hash(user) == hash(User(id=1, name="Ada"))
    assert user != User(id="1", name="Ada")
    assert repr(user) == "User(id='1', name='Ada', email=None, image=None)"


@pytest.mark.parametrize(
    ("mapping", "user"),
    [
        ({"id": 1}, User(id="1")),
        (
            {"name": "Ada", "email": "a@b.example", "image": "/a"},
            User(None, "Ada", "a@b.example", "/a"),
        ),
        ({"id": "1", "role": "admin"}, User(id="1", extra={"role": "admin"})),
        ({"id": "1", "extra": {"a": 1}, "b": 2}, User(id="1", extra={"a": 1, "b": 2})),
        ({"id": "1", "extra": {"a": 1}, "a": 2}, User(id="1", extra={"a": 1})),
        ({"id": "1", "extra": None}, User(id="1")),
        ({"extra": {"a": 1}}, User(extra={"a": 1})),
        (MappingProxyType({"id": None}), User()),
    ],
)
def test_from_mapping(mapping: Mapping[str, Any], user: User) -> None:
    assert User.from_mapping(mapping) == user


@pytest.mark.parametrize("mapping", [{}, {"user": "a"}, {"ID": "a"}])
def test_a_mapping_of_nothing_known_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="none of the members of a User"):
        User.from_mapping(mapping)


@pytest.mark.parametrize(
    "mapping",
    [{"id": "1", "extra": 7}, {"id": "1", "extra": ["a"]}, {"id": True}, {"id": "1", 2: 3}],
)
def test_a_mapping_of_other_types_is_refused(mapping: dict[Any, Any]) -> None:
    with pytest.raises(TypeError, match=r"User\.(id|extra) must be"):
        User.from_mapping(mapping)


def test_from_mapping_refuses_an_empty_id() -> None:
    with pytest.raises(ValueError, match="is empty"):
        User.from_mapping({"id": ""})


@given(
    st.dictionaries(st.text(min_size=1).filter(lambda key: key not in User.__slots__), st.text())
)
def test_the_whole_object_is_kept(others: dict[str, str]) -> None:
    assert User.from_mapping({**others, "id": "1"}).extra == others


@pytest.mark.parametrize(
    ("token", "provider"),
    [
        ({"provider": "ldap"}, "ldap"),
        ({}, None),
        ({"provider": 7}, None),
        ({"provider": None}, None),
    ],
)
def test_the_provider_of_a_session(token: dict[str, Any], provider: str | None) -> None:
    session = Session(User(id="1"), datetime(2030, 1, 1, tzinfo=UTC), token)
    assert session.provider == provider


def test_a_session_is_hashable_and_hides_its_token() -> None:
    session = Session(User(id="1"), datetime(2030, 1, 1, tzinfo=UTC), {"key": "hunter2"}, 7)
    assert "hunter2" not in repr(session)
    assert (session.auth_time, session.amr, session.sid) == (7, (), None)
    assert hash(session) == hash(Session(User(id="1"), session.expires, {}, 7))


def test_accounts_are_compared_by_their_members() -> None:
    assert Account("a", "credentials", "1") == Account("a", "credentials", "1")
    assert Account("a", "credentials", "1") != Account("b", "credentials", "1")


def test_submitted_credentials_are_a_read_only_copy() -> None:
    fields = {"email": "a@b.example", "password": "hunter2"}
    credentials = SubmittedCredentials(fields)
    fields["password"] = "other"
    assert dict(credentials) == {"email": "a@b.example", "password": "hunter2"}
    assert (len(credentials), credentials.get("missing")) == (2, None)
    assert not hasattr(credentials, "__setitem__")
    with pytest.raises(KeyError):
        credentials["missing"]


@given(st.dictionaries(st.sampled_from(["email", "password"]), st.just("hunter2")))
def test_the_repr_of_credentials_shows_names_only(fields: dict[str, str]) -> None:
    shown = f"{SubmittedCredentials(fields)!r} {SubmittedCredentials(fields)}"
    assert "hunter2" not in shown
    assert all(name in shown for name in fields)


def test_the_repr_of_credentials() -> None:
    credentials = SubmittedCredentials({"email": "a", "password": "b"})
    assert repr(credentials) == "SubmittedCredentials({'email': [hidden], 'password': [hidden]})"
