"""Owns the directory that is a Django project: its own authentication backends are asked."""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from inspect import isclass, isfunction, ismethod
from typing import Any

try:
    import django
    from django.apps import apps
    from django.conf import ENVIRONMENT_VARIABLE, settings
    from django.contrib.auth import authenticate, get_user_model
    from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
    from django.db import DataError, close_old_connections
    from django.db import Error as DjangoDatabaseError
except ImportError as _error:  # pragma: no cover - the packaging test runs without Django
    message = "DjangoDirectory needs Django: pip install 'nextauth[django]'"
    raise ImportError(message) from _error

from nextauth.directories.base import UsualForm
from nextauth.directories.breaker import Breaker
from nextauth.directories.mapping import UserMap
from nextauth.errors import CallbackError, CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials, User
from nextauth.tracebacks import describe_exception

__all__ = ["DjangoDirectory"]

_log = logging.getLogger("nextauth.directories")


class DjangoDirectory(UsualForm):
    """Signs in the users of a Django project, as its ``AUTHENTICATION_BACKENDS`` decide.

    For programs that are no Django: the project's settings are loaded once, and its models,
    password hashers (which upgrade a hash as they do there) and signals work as at home. Blocks:
    `check` is a plain ``def``, which runs in a worker thread. How long a database may take, and
    whether connections are kept, the project's ``DATABASES`` say: ``connect_timeout``,
    ``CONN_MAX_AGE``.

    Args:
        settings_module: The project's settings, such as ``"shop.settings"``. None where Django is
            configured already, or by the environment's DJANGO_SETTINGS_MODULE.
        users: Which attribute of the user model becomes what: a field, a property, or a method
            whose name begins with ``get_``. A relation to many, such as ``"groups"``, gives their
            names. By default the primary key, the full name and the e-mail address.
        breaker: Leaves the project alone for a while when its database cannot be reached.

    Raises:
        ValueError: There are no such settings, or others are loaded; or `users` names what the user
            model has not, or what may not leave it.
    """

    def __init__(
        self,
        settings_module: str | None = None,
        *,
        users: UserMap | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        _set_up(settings_module)
        self._model: Any = get_user_model()
        self._users = _checked(self._model, users or _default(self._model))
        self._breaker = breaker or Breaker("The Django project")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._model.__module__}.{self._model.__qualname__})"

    def check(self, credentials: SubmittedCredentials) -> User | None:
        """Ask the project's backends.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if no backend knows them with this password. Django's own backend says
            the same of a disabled account.

        Raises:
            CredentialsSignin: A backend says that the password is right, and the account is
                disabled: "disabled".
            SystemUnavailable: The project's database cannot be reached, or a backend failed.
            CallbackError: `users` maps the user's key to nothing.
        """
        given = self._submitted(credentials)
        if given is None:
            return None
        name, password = given
        found = None
        # What a database cannot compare is nobody's name.
        with suppress(DataError), self._asking(name, password):
            # As Django's own form writes a name, and its `create_user` too.
            normal = unicodedata.normalize("NFKC", name)
            who = authenticate(None, username=normal, password=password)
            if who is not None:
                found = bool(getattr(who, "is_active", True)), self._attributes(who)
        if found is None:
            return None
        is_active, attributes = found
        if not is_active:
            raise CredentialsSignin(code="disabled")
        return self._users.user(attributes)

    def revalidate(self, user: User) -> bool:
        """Tell whether somebody is still a user of the project, and active.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: The project's database cannot be reached.
        """
        with suppress(DataError), self._asking():
            try:
                who = self._model._default_manager.get(**{self._users.id: user.id})  # noqa: SLF001 - documented
            except (self._model.DoesNotExist, self._model.MultipleObjectsReturned):
                return False
            except (ValueError, TypeError, OverflowError, ValidationError):  # no key of this model
                return False
            return bool(getattr(who, "is_active", True))
        return False

    def _attributes(self, who: object) -> dict[str, Any]:
        return {each: _value(who, each) for each in self._users.attributes}

    @contextmanager
    def _asking(self, *withhold: str) -> Iterator[None]:
        """Ask within: with connections that are still good, and every failure told as one."""
        try:
            with self._breaker.trying(), _connected():
                yield
        except (SystemUnavailable, CallbackError, DataError):
            raise
        except Exception as error:  # noqa: BLE001 - a backend is the project's own code
            told = describe_exception(error, withhold=withhold)
            _log.error(
                "A backend of the Django project failed.\n%s",
                told,
                extra={"code": "django-backend"},
            )
            problem = f"a backend of the Django project raised {type(error).__name__}"
            raise SystemUnavailable(problem) from None


@contextmanager
def _connected() -> Iterator[None]:
    """Let go of connections that have ended or are too old, as Django does around a request."""
    try:
        close_old_connections()
        try:
            yield
        finally:
            close_old_connections()
    except DataError:
        raise
    except (DjangoDatabaseError, OSError) as error:
        problem = f"the Django project's database cannot be asked: {type(error).__name__}"
        raise SystemUnavailable(problem) from None


def _set_up(settings_module: str | None) -> None:
    if settings_module is not None and not settings.configured:
        # The one way to tell Django.
        os.environ.setdefault(ENVIRONMENT_VARIABLE, settings_module)  # noqa: TID251
    try:
        loaded = getattr(settings, "SETTINGS_MODULE", None)  # reads them, if nothing has yet
        if settings_module is not None and loaded != settings_module:
            msg = f"DjangoDirectory({settings_module!r}): Django has loaded {loaded!r} already"
            raise ValueError(msg)
        if not apps.ready:
            django.setup()
    except (ImproperlyConfigured, ModuleNotFoundError) as error:
        wanted = settings_module or "DjangoDirectory()"
        msg = (
            f"the settings of the Django project ({wanted}) cannot be loaded: {error} "
            "Pass the dotted path of its settings, and start where it can be imported."
        )
        raise ValueError(msg) from error


def _default(model: Any) -> UserMap:  # noqa: ANN401 - the project's own user model
    email = model.get_email_field_name() if hasattr(model, "get_email_field_name") else ""
    return UserMap(
        id="pk",
        name="get_full_name" if hasattr(model, "get_full_name") else "get_username",
        email=email if email and hasattr(model, email) else None,
    )


def _checked(model: Any, users: UserMap) -> UserMap:  # noqa: ANN401 - the project's own user model
    try:
        _ = users.id == "pk" or model._meta.get_field(users.id)  # noqa: SLF001 - documented
    except FieldDoesNotExist as error:
        msg = f"DjangoDirectory(users=UserMap(id={users.id!r})): {error}; use a field, such as 'pk'"
        raise ValueError(msg) from None
    for each in users.attributes:
        found = getattr(model, each, None)
        if not hasattr(model, each):
            problem = f"which {model.__qualname__} has not"
        elif each in {"password", "_password"} or each.startswith("__"):
            problem = "which is not for a session"
        elif _is_called(found) and not each.startswith("get_"):
            problem = "a method that may change something"
        else:
            continue
        msg = f"DjangoDirectory(users=...) names {each!r}, {problem}; name a field or a property"
        raise ValueError(msg)
    return users


def _is_called(found: object) -> bool:
    return isfunction(found) or ismethod(found) or isclass(found)


def _value(who: object, name: str) -> Any:  # noqa: ANN401 - whatever a model holds
    value: Any = getattr(who, name, None)
    if hasattr(value, "all"):  # a manager of a relation, which can be called too
        return [str(each) for each in value.all()]
    return value() if callable(value) else value
