"""Owns the values that travel through the house: User, Account, Session, submitted credentials.

All are frozen and check themselves when they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

__all__ = ["Account", "Challenge", "Session", "SubmittedCredentials", "User", "Verified"]

_MEMBERS = frozenset({"id", "name", "email", "image", "extra"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class User:
    """Who signed in. The object is persisted to the session's token.

    Args:
        id: The user's key in the system that owns it; becomes the token's ``sub`` (RFC 7519,
            4.1.2). An int or a UUID becomes a str. None: a random one, as in Auth.js.
        name: Display name.
        email: E-mail address.
        image: URL of a picture.
        extra: Anything else to keep in the token, of JSON's types. It stays under a claim of its
            own and cannot overwrite the others. Not in the repr.

    Raises:
        TypeError: A member is of another type.
        ValueError: `id` is empty.
    """

    id: str | None = None
    name: str | None = None
    email: str | None = None
    image: str | None = None
    extra: Mapping[str, Any] = field(default_factory=_nothing, repr=False, hash=False)

    if TYPE_CHECKING:
        # What goes in for the id is wider than what comes out.
        def __init__(
            self,
            id: str | int | UUID | None = None,  # noqa: A002 - the member's name
            name: str | None = None,
            email: str | None = None,
            image: str | None = None,
            extra: Mapping[str, Any] = ...,
        ) -> None: ...

    def __post_init__(self) -> None:
        if type(self.id) is not str or not self.id:
            object.__setattr__(self, "id", _identifier(self.id))
        for value in (self.name, self.email, self.image):
            if value is not None and not isinstance(value, str):
                member = next(m for m in ("name", "email", "image") if getattr(self, m) is value)
                msg = f"User.{member} must be a str or None, not {type(value).__name__}."
                raise TypeError(msg)
        if self.extra is _NOTHING:
            return
        if not isinstance(self.extra, Mapping) or not all(isinstance(k, str) for k in self.extra):
            msg = f"User.extra must be a mapping with str keys, not {type(self.extra).__name__}."
            raise TypeError(msg)
        if not isinstance(self.extra, MappingProxyType):
            object.__setattr__(self, "extra", MappingProxyType(dict(self.extra)))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Make a user from a plain mapping, as ``authorize`` may return it.

        Args:
            mapping: Any of ``id name email image extra``; other keys join ``extra``, so that the
                whole object is persisted.

        Returns:
            The user.

        Raises:
            TypeError: A member is of the wrong type, or `mapping` has none of the members.
            ValueError: The id is empty.
        """
        known = {key: value for key, value in mapping.items() if key in _MEMBERS}
        if not known:
            msg = "The mapping has none of the members of a User (id, name, email, image, extra)."
            raise TypeError(msg)
        others = {key: value for key, value in mapping.items() if key not in _MEMBERS}
        extra = known.pop("extra", None)
        if extra is not None and not isinstance(extra, Mapping):
            msg = f"User.extra must be a mapping with str keys, not {type(extra).__name__}."
            raise TypeError(msg)
        return cls(**known, extra={**others, **(extra or {})})


def _identifier(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, UUID):
        return str(value)
    if value == "":
        msg = "User.id is empty; leave it out, or give the user's key."
        raise ValueError(msg)
    msg = f"User.id must be a str, an int or a UUID, not {type(value).__name__}."
    raise TypeError(msg)


@dataclass(frozen=True, slots=True)
class Verified:
    """What ``authorize`` answers if it has more to say than who signed in.

    Args:
        user: Who; or a mapping with a user's members.
        amr: How it was proven (RFC 8176, 2), such as ``("pwd", "otp")``; None: as the provider
            says.
        remember: Whether the session outlives the browser; None: as the form says.

    Raises:
        TypeError: A member is of another type.
        ValueError: The user's id is empty.
    """

    user: User
    amr: tuple[str, ...] | None = None
    remember: bool | None = None

    if TYPE_CHECKING:
        # What goes in for the user is wider than what comes out.
        def __init__(
            self,
            user: User | Mapping[str, Any],
            amr: Sequence[str] | None = None,
            remember: bool | None = None,  # noqa: FBT001 - the member of a dataclass
        ) -> None: ...

    def __post_init__(self) -> None:
        _settle_answer(self)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What ``authorize`` answers if who it is is right, and has to be proven once more.

    There is no session before one of the second factors was proven too: see `SecondFactor`.

    Args:
        user: Who, with an id; or a mapping with a user's members.
        methods: Names of the factors of which one must be proven, such as ``("totp",)``; none of
            them: any that the person has.
        amr: How it was proven so far (RFC 8176, 2); None: as the provider says.
        remember: Whether the session outlives the browser; None: as the form says.
        state: What a factor of the application's own needs to go on, of JSON's types. It is kept
            sealed. Not in the repr.

    Raises:
        TypeError: A member is of another type.
        ValueError: The user's id is empty.
    """

    user: User
    methods: tuple[str, ...] = ()
    amr: tuple[str, ...] | None = None
    remember: bool | None = None
    state: Mapping[str, Any] = field(default_factory=_nothing, repr=False, hash=False)

    if TYPE_CHECKING:
        # The same.
        def __init__(
            self,
            user: User | Mapping[str, Any],
            methods: Sequence[str] = (),
            amr: Sequence[str] | None = None,
            remember: bool | None = None,  # noqa: FBT001 - the member of a dataclass
            state: Mapping[str, Any] = ...,
        ) -> None: ...

    def __post_init__(self) -> None:
        _settle_answer(self)
        _settle_words(self, "methods")
        if not isinstance(self.state, Mapping):
            msg = f"Challenge.state must be a mapping, not {type(self.state).__name__}."
            raise TypeError(msg)


def _settle_answer(answer: Verified | Challenge) -> None:
    """Check what two answers of ``authorize`` have in common, and give it its final types."""
    name = type(answer).__name__
    if isinstance(answer.user, Mapping):
        object.__setattr__(answer, "user", User.from_mapping(answer.user))
    if not isinstance(answer.user, User):
        msg = f"{name}.user must be a User or a mapping, not {type(answer.user).__name__}."
        raise TypeError(msg)
    if answer.amr is not None:
        _settle_words(answer, "amr")
    if answer.remember is not None and not isinstance(answer.remember, bool):
        msg = f"{name}.remember must be a bool or None, not {type(answer.remember).__name__}."
        raise TypeError(msg)


def _settle_words(answer: Verified | Challenge, member: str) -> None:
    words = getattr(answer, member)
    if isinstance(words, str) or not isinstance(words, Sequence):
        is_right = False
    else:
        is_right = all(isinstance(each, str) for each in words)
    if not is_right:
        msg = f"{type(answer).__name__}.{member} must be a sequence of str, not {words!r}."
        raise TypeError(msg)
    object.__setattr__(answer, member, tuple(words))


@dataclass(frozen=True, slots=True)
class Account:
    """Which provider vouches for a user, and under which key.

    Users are compared by (`provider`, `provider_account_id`), never by the id alone.

    Args:
        provider: The provider's id.
        type: The provider's type, such as ``"credentials"``.
        provider_account_id: The user's id at that provider.
    """

    provider: str
    type: str
    provider_account_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in.

    Args:
        user: The person.
        expires: When the session ends unless it is used (aware, UTC).
        token: The token's claims, read-only. Not in the repr.
        auth_time: Unix seconds of the sign-in (OIDC Core, 2); None if another program made it.
        amr: How the person proved who they are (RFC 8176).
        sid: The session's id; it stays through refreshes. None if another program made it.
    """

    user: User
    expires: datetime
    token: Mapping[str, Any] = field(repr=False, hash=False)
    auth_time: int | None = None
    amr: tuple[str, ...] = ()
    sid: str | None = None

    @property
    def provider(self) -> str | None:
        """Id of the provider that vouched for the user; None if another program made the token."""
        value = self.token.get("provider")
        return value if isinstance(value, str) else None


class SubmittedCredentials(Mapping[str, str]):
    """What a person submitted: read-only, and its repr shows the names and not the values.

    Args:
        fields: All parameters of the form; the last of repeated ones.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> str:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name!r}: [hidden]" for name in self._fields)
        return f"SubmittedCredentials({{{shown}}})"
