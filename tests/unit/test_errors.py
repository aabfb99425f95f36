"""One tree of errors with stable codes, and tracebacks that hold no submitted value."""

import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import errors
from nextauth.errors import (
    AccessDenied,
    BadRequest,
    CallbackError,
    ConfigurationError,
    CredentialsSignin,
    MethodNotAllowed,
    NextauthDeprecationWarning,
    NextauthError,
    Problem,
    RequestError,
    SignInError,
    TokenError,
)
from nextauth.tracebacks import describe_exception

WITHHELD = "[message withheld: it contains a submitted value]"


@pytest.mark.parametrize(
    ("name", "parent", "code", "status"),
    [
        ("ConfigurationError", NextauthError, "Configuration", None),
        ("CredentialsSignin", SignInError, "CredentialsSignin", None),
        ("AccessDenied", SignInError, "AccessDenied", None),
        ("BadRequest", RequestError, "BadRequest", 400),
        ("UnknownAction", RequestError, "UnknownAction", 400),
        ("MissingCSRF", RequestError, "MissingCSRF", 403),
        ("WrongAddress", errors.MissingCSRF, "WrongAddress", 403),
        ("MethodNotAllowed", RequestError, "MethodNotAllowed", 405),
        ("PayloadTooLarge", RequestError, "PayloadTooLarge", 413),
        ("UnsupportedMediaType", RequestError, "UnsupportedMediaType", 415),
        ("TooManyRequests", RequestError, "TooManyRequests", 429),
        ("UntrustedHost", RequestError, "UntrustedHost", 500),
        ("Busy", RequestError, "Busy", 503),
        ("CallbackError", NextauthError, "Configuration", None),
        ("StoreUnavailable", NextauthError, "StoreUnavailable", None),
        ("TokenError", NextauthError, "TokenError", None),
    ],
)
def test_the_tree(name: str, parent: type, code: str, status: int | None) -> None:
    error = getattr(errors, name)
    assert error.__bases__ == (parent,)
    assert (error.code, getattr(error, "status", None)) == (code, status)
    assert issubclass(error, NextauthError)
    assert name in errors.__all__


def test_every_problem_is_in_one_configuration_error() -> None:
    problems = [Problem("a", "A is wrong.", "Mend A."), Problem("b", "B is wrong.", "Mend B.")]
    error = ConfigurationError(iter(problems))
    assert error.problems == tuple(problems)
    assert str(error) == (
        "Auth(...) has 2 problems:\n"
        "  1. A is wrong. Fix: Mend A. [a]\n"
        "  2. B is wrong. Fix: Mend B. [b]"
    )
    assert str(ConfigurationError(problems[:1])).startswith("Auth(...) has 1 problem:\n")


@pytest.mark.parametrize("code", ["locked", "A-z_0", "x" * 64])
def test_a_public_code(code: str) -> None:
    assert CredentialsSignin(code).public_code == code


@pytest.mark.parametrize("code", ["", "a b", "x" * 65, "a\n", "\u00fc", "<b>", None, 7])
def test_what_is_no_public_code(code: str) -> None:
    with pytest.raises(ValueError, match="a public code is 1 to 64 letters"):
        CredentialsSignin(code)


def test_what_the_errors_carry() -> None:
    assert CredentialsSignin().public_code == "credentials"
    assert str(AccessDenied()) == "access denied"
    assert str(BadRequest("why")) == "why"
    assert MethodNotAllowed("why", allow=("GET", "HEAD")).allow == ("GET", "HEAD")
    assert str(CallbackError("why")) == "why"
    assert TokenError("expired").reason == "expired"
    assert str(TokenError("expired")) == "the token does not open: expired"
    assert issubclass(NextauthDeprecationWarning, DeprecationWarning)


# --- what a log shows of an exception


def _raise(message: object, kind: type[Exception]) -> None:
    local_secret = "kept-in-a-local"
    assert local_secret
    raise kind(message)


def _raised(message: object, kind: type[Exception] = LookupError) -> Exception:
    with pytest.raises(kind) as caught:
        _raise(message, kind)
    return caught.value


def test_frames_are_kept_and_local_values_are_not() -> None:
    said = describe_exception(_raised("a message"))
    assert said.startswith("Traceback (most recent call last):\n")
    assert "in _raise\n" in said
    assert "raise kind(message)" in said
    assert said.endswith("builtins.LookupError: a message")
    assert "kept-in-a-local" not in said


def _raise_second(*, cause: bool, hidden: bool) -> None:
    message = "second"
    try:
        _raise("first", LookupError)
    except LookupError as error:
        if cause or hidden:
            raise OSError(message) from (error if cause else None)
        raise OSError(message)  # noqa: B904 - without a cause, to show its context


def _chained(*, cause: bool, hidden: bool = False) -> Exception:
    with pytest.raises(OSError, match="second") as caught:
        _raise_second(cause=cause, hidden=hidden)
    return caught.value


@pytest.mark.parametrize("cause", [True, False])
def test_causes_come_first(cause: bool) -> None:  # noqa: FBT001
    said = describe_exception(_chained(cause=cause))
    assert said.count("Traceback") == 2
    assert said.index("builtins.LookupError: first") < said.index("builtins.OSError: second")


def test_a_suppressed_context_is_left_out() -> None:
    said = describe_exception(_chained(cause=False, hidden=True))
    assert said.count("Traceback") == 1
    assert "LookupError: first" not in said


def test_a_circle_of_causes_ends() -> None:
    first, second = LookupError("first"), OSError("second")
    first.__cause__, second.__cause__ = second, first
    said = describe_exception(first)
    assert said.count("Traceback") == 2


def test_a_value_in_a_cause_is_withheld_too() -> None:
    said = describe_exception(_chained(cause=True), withhold=["first"])
    assert f"builtins.LookupError: {WITHHELD}" in said
    assert said.endswith("builtins.OSError: second")


WRITTEN: dict[str, Callable[[str], object]] = {
    "as it is": lambda value: value,
    "in the middle": lambda value: f"password={value}; next",
    "repr": repr,
    "ascii": ascii,
    "bytes": lambda value: repr(value.encode()),
    "json": json.dumps,
    "json in utf-8": lambda value: json.dumps(value, ensure_ascii=False),
    "quote": quote,
    "quote all": lambda value: quote(value, safe=""),
    "quote_plus": quote_plus,
    "another case": str.upper,
    "tuple": lambda value: (value, 1),
    "dict": lambda value: {"password": value},
    "nested repr": lambda value: repr(repr({"password": value})),
}
NASTY = [
    "hunter2",
    "p\"a'ss\\w",
    "a b/c+d&e=f%",
    "pa\u00df\u4e2d\U0001f511",
    "tab\tnew\nline",
    "\u00fc'\"",
]


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_submitted_value_is_withheld_however_it_is_written(
    written: Callable[[str], object], value: str
) -> None:
    said = describe_exception(_raised(written(value)), withhold=["other", value])
    assert said.endswith(f"builtins.LookupError: {WITHHELD}")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from("sra"))
def test_any_submitted_value_is_withheld(value: str, form: str) -> None:
    message = {"s": value, "r": repr(value), "a": ascii(value)}[form]
    assert describe_exception(_raised(message, OSError), withhold=[value]).endswith(WITHHELD)


@given(st.text())
def test_it_never_raises(value: str) -> None:
    assert describe_exception(_raised(value), withhold=[value, "\ud800"])


def test_other_messages_stay() -> None:
    said = describe_exception(_raised("the server is gone"), withhold=["", "hunter2"])
    assert said.endswith("the server is gone")


def test_a_message_that_cannot_be_made() -> None:
    class Broken(Exception):  # noqa: N818 - an application's own
        def __str__(self) -> str:
            raise LookupError

    said = describe_exception(Broken(), withhold=["hunter2"])
    assert said.endswith("Broken: [its message cannot be made]")
