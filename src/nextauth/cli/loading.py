"""Owns how a command finds the `Auth` of an application that is named as ``MODULE:AUTH``."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from nextauth.auth import Auth
from nextauth.errors import ConfigurationError

__all__ = ["NotLoadedError", "load_auth"]

_EXTENSION = "nextauth"
_ABSENT = object()


class NotLoadedError(ValueError):
    """No `Auth` is where it was said to be. The message holds no secret.

    Args:
        message: What is wrong, and what to write instead.
        missing: The module that an import of the application's did not find; None otherwise.
    """

    def __init__(self, message: str, *, missing: str | None = None) -> None:
        self.missing: str | None = missing
        super().__init__(message)


def load_auth(where: str) -> Auth:
    """Import an application's module, as ``python -m`` does, and answer its `Auth`.

    What is named may be the `Auth` itself, a Flask or Quart application that has one, or a
    function without arguments that answers either.

    Args:
        where: ``MODULE:AUTH``, such as ``"main:auth"``, ``"shop.web:create_app"``; after the colon
            there may be attributes of attributes, as in ``"main:site.auth"``.

    Raises:
        NotLoadedError: The module cannot be imported, or what is named is missing or no `Auth`.
        ConfigurationError: The `Auth` was refused; with all that is wrong with it.
    """
    module, colon, attribute = where.partition(":")
    if not (colon and _is_dotted(module) and _is_dotted(attribute)):
        msg = f"{where!r} is not MODULE:AUTH; write it as 'main:auth'"
        raise NotLoadedError(msg)
    found = _attribute(_imported(module), attribute, where)
    auth = _auth_of(found)
    if auth is None and callable(found) and _takes_nothing(found):
        with _told(f"{where} cannot be called"):
            found = found()
        auth = _auth_of(found)
    if auth is None:
        if inspect.iscoroutine(found):
            found.close()  # or Python warns that nobody awaited it
        msg = f"{where} is a {type(found).__name__}; name the variable that holds your Auth"
        raise NotLoadedError(msg)
    return auth


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _imported(module: str) -> ModuleType:
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    with _told(f"{module} cannot be imported", module):
        return importlib.import_module(module)


class _told(contextlib.AbstractContextManager[None]):  # noqa: N801 - it is used as a function
    """Turn what an application raises into one sentence, and keep its prints out of our output."""

    def __init__(self, what: str, module: str = "") -> None:
        self._what, self._module = what, module
        self._printed = contextlib.redirect_stdout(sys.stderr)

    def __enter__(self) -> None:
        self._printed.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._printed.__exit__(None, None, None)
        match error:
            case None | ConfigurationError() | KeyboardInterrupt() | NotLoadedError():
                return
            case ModuleNotFoundError(name=str(name)) if f"{self._module}.".startswith(f"{name}."):
                msg = f"there is no module {name!r}; run this in the folder that {name} is in"
                raise NotLoadedError(msg) from None
            case ImportError():  # its message has names of modules alone
                msg = f"{self._what}: {error}"
                raise NotLoadedError(msg, missing=error.name) from None
        # A message may quote what it did not like, such as a secret: it is left out.
        msg = (
            f"{self._what}: {type(error).__name__} {_place(error)}. "
            "Import it in Python to see the whole."
        )
        raise NotLoadedError(msg) from None


def _place(error: BaseException) -> str:
    """Answer where the application raised: its own last line, rather than that of a library."""
    if isinstance(error, SyntaxError):
        return f"in {error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    folder = str(Path.cwd())
    own = [frame for frame in frames if frame.filename.startswith(folder)] or frames
    return f"in {own[-1].filename}, line {own[-1].lineno}"


def _attribute(module: ModuleType, attribute: str, where: str) -> Any:  # noqa: ANN401 - anything
    found: Any = module
    for name in attribute.split("."):
        following = _member(found, name, _ABSENT)
        if following is _ABSENT:
            holders = sorted(each for each, value in vars(module).items() if _auth_of(value))
            known = f"; there is {', '.join(holders)}" if holders else ""
            msg = f"{where}: there is no {name!r} in {module.__name__}{known}"
            raise NotLoadedError(msg)
        found = following
    return found


def _member(found: object, name: str, default: object) -> Any:  # noqa: ANN401 - anything
    """Read an attribute; what raises has none, such as a proxy of Flask outside of a request."""
    try:
        return getattr(found, name, default)
    except Exception:  # noqa: BLE001 - an object of the application may raise anything
        return default


def _auth_of(found: object) -> Auth | None:
    if isinstance(found, Auth):
        return found
    extensions = _member(found, "extensions", None)
    if isinstance(extensions, dict):
        found = extensions.get(_EXTENSION)
    auth = _member(found, "auth", None)
    return auth if isinstance(auth, Auth) else None


def _takes_nothing(function: Any) -> bool:  # noqa: ANN401 - whatever can be called
    try:
        inspect.signature(function).bind()
    except (TypeError, ValueError):
        return False
    return True
