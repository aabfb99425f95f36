"""How the application's functions are called, and the callbacks that it may give."""

from collections.abc import Callable
from functools import partial
from types import coroutine
from typing import Any

import pytest

from nextauth.callbacks import Callbacks, JWTParams, RedirectParams, SessionParams, SignInParams
from nextauth.errors import CallbackError
from nextauth.hooks import Hook, is_async_callable
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.web.request import DirectRuntime, P, T, step


def plain(*args: object) -> object:
    return args


async def asynchronous(*args: object) -> object:
    return args


class Plain:
    def __call__(self, *args: object) -> object:
        return args

    async def method(self, *args: object) -> object:
        return args


class Asynchronous:
    async def __call__(self, *args: object) -> object:
        return args


class CountingRuntime(DirectRuntime):
    """Runs functions where it stands, and notes them."""

    def __init__(self) -> None:
        self.called: list[object] = []

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        self.called.append(fn)
        return fn(*args, **kwargs)


@pytest.mark.parametrize(
    ("fn", "is_async"),
    [
        (plain, False),
        (asynchronous, True),
        (partial(plain, 1), False),
        (partial(partial(asynchronous, 1), 2), True),
        (Plain(), False),
        (Asynchronous(), True),
        (partial(Asynchronous(), 1), True),
        (Plain().method, True),
        (lambda: None, False),
        (print, False),
        (Asynchronous, False),
        (None, False),
    ],
)
def test_is_async_callable(fn: object, is_async: bool) -> None:  # noqa: FBT001
    assert is_async_callable(fn) is is_async


@pytest.mark.parametrize(
    "fn", [plain, asynchronous, Plain(), Asynchronous(), partial(asynchronous)]
)
def test_a_hook_calls_and_answers(fn: Callable[..., Any]) -> None:
    runtime = CountingRuntime()
    hook = Hook("callbacks.jwt", fn)
    assert step(hook(runtime, 1, "a")) == (1, "a")
    # Only what may block goes where it may block.
    assert runtime.called == ([] if hook.is_async else [fn])
    assert (hook.name, hook.fn) == ("callbacks.jwt", fn)


def test_what_it_raises_comes_through() -> None:
    def fails() -> None:
        message = "its own"
        raise LookupError(message)

    with pytest.raises(LookupError, match="its own"):
        step(Hook("x", fails)(DirectRuntime()))


class Awaitable:
    @coroutine
    def __await__(self) -> Any:  # noqa: ANN401 - never run
        yield


def test_a_plain_def_that_returns_a_coroutine_is_a_named_error() -> None:
    hook = Hook("authorize of provider 'ldap'", lambda: asynchronous())  # noqa: PLW0108
    # A coroutine that is left open would warn, and warnings are errors here.
    with pytest.raises(CallbackError, match=r"^authorize of provider 'ldap' is a plain `def`"):
        step(hook(DirectRuntime()))


def test_so_is_one_that_returns_another_awaitable() -> None:
    with pytest.raises(CallbackError, match="Write `async def`, and await inside"):
        step(Hook("x", Awaitable)(DirectRuntime()))


# --- callbacks


def test_configured_names_the_callbacks_that_are_set() -> None:
    assert Callbacks().configured() == {}

    def sign_in(_: SignInParams) -> bool:
        return True

    def jwt(params: JWTParams) -> dict[str, Any]:
        return params.token

    assert Callbacks(sign_in=sign_in, jwt=jwt).configured() == {"sign_in": sign_in, "jwt": jwt}


SECRET = "hunter2"
USER = User(id="1", extra={"key": SECRET})
HELD = {"key": SECRET}


@pytest.mark.parametrize(
    "params",
    [
        SignInParams(
            USER, Account("a", "b", "c"), HELD, SubmittedCredentials({"password": SECRET}), HELD
        ),
        JWTParams(
            dict(HELD),
            USER,
            profile=HELD,
            credentials=SubmittedCredentials({"password": SECRET}),
            trigger="update",
            session=HELD,
        ),
        SessionParams({"expires": "soon"}, HELD, USER, "update", HELD),
    ],
)
def test_no_repr_of_params_shows_a_secret(params: object) -> None:
    assert "User(id='1'" in repr(params)
    assert SECRET not in repr(params)


def test_the_defaults_of_params() -> None:
    jwt = JWTParams({})
    told = (jwt.user, jwt.account, jwt.profile, jwt.credentials, jwt.trigger, jwt.session)
    assert told == (None,) * 6
    session = SessionParams({}, {}, USER)
    assert (session.trigger, session.new_session) == (None, None)
    redirect = RedirectParams("/a", "https://example.com")
    assert (redirect.url, redirect.base_url) == ("/a", "https://example.com")
