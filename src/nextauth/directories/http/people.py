"""Owns how a JSON answer becomes a user: from one object in it, by a declared mapping."""

from __future__ import annotations

from nextauth.directories.http.paths import MISSING, Path
from nextauth.directories.mapping import UserMap
from nextauth.errors import CallbackError
from nextauth.models import User

__all__ = ["People"]


class People:
    """Reads users.

    Args:
        users: Which member of the object becomes which of the user. One that begins with ``$`` is a
            path within the object, such as ``"$.contact.email"``.
        at: Path of the object in the answer.

    Raises:
        ValueError: A path is none.
    """

    __slots__ = ("_at", "_paths", "users")

    def __init__(self, users: UserMap, at: str) -> None:
        if not isinstance(users, UserMap):
            message = "HttpDirectory(users=...) takes a UserMap, such as UserMap(id='id')"
            raise ValueError(message)  # noqa: TRY004 - all that is wrong is one kind of error
        self.users: UserMap = users
        self._at = Path(at, where="HttpDirectory(users_at=...)")
        self._paths = {
            attribute: Path(attribute, where="HttpDirectory(users=...)")
            for attribute in users.attributes
            if attribute.startswith("$")
        }

    def user(self, document: object) -> User:
        """Answer whom an answer tells of.

        Args:
            document: The answer, as JSON.

        Raises:
            ValueError: It tells of nobody; says what is missing.
        """
        told = self._at.find(document)
        if not isinstance(told, dict):
            message = f"there is no object at {self._at.text!r}"
            raise ValueError(message)  # noqa: TRY004 - it is about an answer, not a type
        found = {
            attribute: path.find(told) if path is not None else told.get(attribute, MISSING)
            for attribute in self.users.attributes
            for path in (self._paths.get(attribute),)
        }
        given = {name: value for name, value in found.items() if value is not MISSING}
        try:
            return self.users.user(given)
        except (CallbackError, TypeError) as error:
            raise ValueError(str(error)) from None
