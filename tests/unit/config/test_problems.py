"""Each problem of a configuration has its code and its fix, and all come in one error."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nextauth import Auth
from nextauth.callbacks import Callbacks
from nextauth.config import (
    Accept,
    CookieOptions,
    ForwardAuth,
    Pages,
    Revocation,
    SessionOptions,
    Theme,
    TimePadding,
    settle,
)
from nextauth.errors import ConfigurationError
from nextauth.factors import SecondFactor, TotpFactor
from nextauth.providers import Credentials, FormField
from nextauth.stores import Limit, MemoryStore
from nextauth.throttle import STANDARD, Throttle
from tests.unit.config.arguments import (
    DAY,
    NOW,
    SECRET,
    make_credentials,
    nobody,
    settle_with,
)


def _codes(**changed: Any) -> list[str]:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as caught:
        settle_with(**changed)
    assert SECRET not in str(caught.value)
    assert all(problem.message and problem.fix for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def _options(kind: Callable[..., object], argument: str, member: str) -> Callable[..., Any]:
    """Answer what makes rows of the table: a code, and values of an option that lead to it."""

    def rows(code: str, *values: object) -> list[tuple[str, dict[str, Any]]]:
        return [(code, {argument: kind(**{member: value})}) for value in values]

    return rows


def _plain(code: str, argument: str, *values: object) -> list[tuple[str, dict[str, Any]]]:
    return [(code, {argument: value}) for value in values]


def _provider(code: str, **members: object) -> tuple[str, dict[str, Any]]:
    return (code, {"providers": [make_credentials(**members)]})


def _cookies(code: str, base_url: str | None = None, **members: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    return (code, {"cookies": CookieOptions(**members), "base_url": base_url})


def _remember(code: str, fields: dict[str, FormField]) -> tuple[str, dict[str, Any]]:
    options = SessionOptions(remember_field="remember")
    return (code, {"session": options, "providers": [make_credentials(fields=fields)]})


def _limits(code: str, *values: Any) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401
    kinds = ("account", "pair", "address", "device")
    return [
        (code, {"throttle": replace(STANDARD, **{kind: value})})
        for kind in kinds
        for value in values
    ]


SOON = datetime.fromtimestamp(NOW, UTC) + timedelta(days=30)
OLD_SECRET = "weak-and-old"
KEY = '{"kty":"oct","k":"c2VjcmV0"}'  # of six bytes


def _accept(
    code: str,
    version: object = "next-auth-v3",
    **members: Any,  # noqa: ANN401
) -> tuple[str, dict[str, Any]]:
    arguments: dict[str, Any] = {"secret": OLD_SECRET, "until": SOON, **members}
    return (code, {"accept": [Accept(version, **arguments)]})  # type: ignore[arg-type]


def _accept_beside(code: str, **options: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    return (code, {**_accept(code)[1], **options})


async def is_waited_for(_credentials: object) -> str:
    return "ada"


def unpacked(email: object, password: object) -> None:
    del email, password


class NoDirectory:
    """Lacks what `Credentials` needs beside."""

    def check(self, _credentials: object) -> None: ...


SITE = "https://example.com"
WRONG_VERSIONS: tuple[object, ...] = ("next-auth-v5", "v4", "", None, 4, [])
V3_KEYS = ("signing_key", "encryption_key")
NO_KEYS = ("", "{}", "[]", 7, '{"kty":"RSA","k":"c2VjcmV0"}', '{"kty":"oct","k":""}', "[" * 9_000)
ASKED_AGAIN = make_credentials(revalidate=lambda user: user, revalidate_after=60)
BOOLS = (True, False)
PROBLEMS: list[tuple[str, dict[str, Any]]] = [
    *_plain("base-url", "base_url", "", "example.com", "https://a/b", "ftp://example.com", 7),
    *_plain("base-url", "base_url", f"{SITE}/api/auth/x", "https://a@example.com"),
    *_plain("trusted-origin", "trusted_origins", "*", ["null"], ["a.example"], [7]),
    *_plain("trusted-origin", "trusted_origins", ["https://*.example.com"], ["https://a/b"]),
    *_plain("trusted-proxy", "trusted_proxies", "*", ["a"], -1, *BOOLS),
    *_plain("trusted-proxy", "trusted_proxies", [2], [b"\x7f\x00\x00\x01"], 5.5, None),
    *_plain("trusted-origin", "trusted_origins", None, 7),
    *_plain("trusted-proxy-anybody", "trusted_proxies", ["0.0.0.0/0"], "::/0", "1.2.3.4/0"),
    *_plain("trust-host", "trust_host", "true", 1, None),
    *_plain("provider-type", "providers", [None], [nobody], [Credentials]),
    *_plain("list-type", "providers", None, make_credentials(), {}, "credentials"),
    *_plain("list-type", "sinks", None, print, {}, "log"),
    *_plain("provider-duplicate", "providers", [make_credentials(), make_credentials()]),
    _provider("provider-id", id="a/b"),
    _provider("provider-id", id=["a"]),
    _provider("authorize-missing", authorize=None),
    _provider("authorize-directory", authorize=NoDirectory()),
    _provider("authorize-arity", authorize=lambda: None),
    _provider("authorize-arity", authorize=unpacked),
    _provider("credentials-account", account=None),
    _provider("credentials-account", account=None, fields={"pin": FormField("PIN", "password")}),
    _provider("credentials-account-unknown", account="e-mail", fields={"mail": FormField("A")}),
    *[_provider("credentials-account-unknown", account=each) for each in ("", 7, is_waited_for)],
    _provider("field-type", fields={"a": "A"}),
    _provider("field-input-type", fields={"a": FormField("A", "file")}),
    _provider("field-name", fields={"csrfToken": FormField("A")}),
    *_plain("secret-missing", "secrets", []),
    *_plain("secret-known", "secrets", ["changeme"]),
    *_plain("secret-too-short", "secrets", ["k3Jx9QmZ7v"]),
    *_plain("secret-repetitive", "secrets", ["a" * 40]),
    *_plain("secret-encoding", "secrets", [SECRET + "\udcff"]),
    *_plain("secret-type", "secrets", [SECRET.encode()]),
    *_plain("base-path", "base_path", "", "/", "api", "/api/", "/a b", "/a?b", None, 7),
    *_plain("base-path", "base_path", "/a/../b", "/./a", "//a", "/a\n"),
    *_plain("dialect", "dialect", "v5", None, ["authjs"], 7),
    *_plain("session-type", "session", {"strategy": "jwt"}),
    *_options(SessionOptions, "session", "strategy")("session-strategy", "database", None),
    *_options(SessionOptions, "session", "max_age")("session-age", -1, *BOOLS, "1", 1.5),
    *_options(SessionOptions, "session", "update_age")("session-age", -1, None),
    *_options(SessionOptions, "session", "accept_bearer")("session-bearer", 1, "yes", None),
    *_options(SessionOptions, "session", "bearer")("session-bearer", 1, "yes", None),
    *_options(SessionOptions, "session", "max_age")("session-max-age", 400 * DAY + 1),
    ("session-max-age", {"session": SessionOptions(max_age=0, update_age=0)}),
    *_options(SessionOptions, "session", "absolute_max_age")("session-max-age", 0, 400 * DAY + 1),
    *_options(SessionOptions, "session", "browser_max_age")("session-max-age", 0),
    *_options(SessionOptions, "session", "remember_field")("session-remember", "", 7),
    _remember("session-remember", {"email": FormField("E-mail")}),
    *_plain("revocation-type", "revocation", 1, MemoryStore()),
    *_options(Revocation, "revocation", "store")("revocation-store", None, "redis://", MemoryStore),
    *_options(Revocation, "revocation", "staleness")("revocation-seconds", -1, "5", None),
    *_options(Revocation, "revocation", "seen_every")("revocation-seconds", -1, DAY + 1),
    *_options(Revocation, "revocation", "on_failure")("revocation-failure", "shut", None),
    *_options(Revocation, "revocation", "adopt_until")(
        "revocation-adopt",
        "2030-01-31",
        datetime(2030, 1, 31),  # noqa: DTZ001 - that is the case
    ),
    *_plain("forward-type", "forward_auth", {"X-Auth-User": "id"}, ForwardAuth),
    *_options(ForwardAuth, "forward_auth", "headers")("forward-headers", {}, None),
    *_options(ForwardAuth, "forward_auth", "headers")(
        "forward-header-name", {"Remote-User": "id"}, {"X_Auth": "id"}, {"X-A\n": "id"}, {7: "id"}
    ),
    *_options(ForwardAuth, "forward_auth", "headers")("forward-header-value", {"X-A": ""}),
    *_options(ForwardAuth, "forward_auth", "headers")(
        "forward-header-twice", {"X-A": "id", "x-a": "name"}
    ),
    *_plain("accept-type", "accept", None, "next-auth-v4", Accept, ["next-auth-v4"]),
    *_plain("accept-type", "accept", Accept("next-auth-v4", secret=OLD_SECRET, until=SOON)),
    *[_accept("accept-version", each) for each in WRONG_VERSIONS],
    *[_accept("accept-secret", secret=each) for each in ("", None, b"weak", ["weak"], "\udcff")],
    *[
        _accept("accept-until", until=each)
        for each in (None, "2030-01-31", SOON.replace(tzinfo=None))
    ],
    _accept("accept-until-far", until=SOON + timedelta(days=370, seconds=1)),
    *[_accept("accept-key-unused", "next-auth-v4", **{each: KEY}) for each in V3_KEYS],
    *[_accept("accept-key", signing_key=each) for each in NO_KEYS],
    _accept("accept-key", encryption_key=KEY),
    *[_accept("accept-cookie", cookie=each) for each in ("", "a b", "a;", 7, ["a"])],
    _accept("cookie-names-collide", cookie="__Host-authjs.csrf-token"),
    _accept_beside("accept-adoption", revocation=Revocation()),
    _accept_beside("accept-revalidation", providers=[ASKED_AGAIN]),
    *_plain("padding-type", "padding", 0.2, TimePadding),
    *_options(TimePadding, "padding", "floor")("padding-seconds", 0, "0.2", 0.6, None),
    *_options(TimePadding, "padding", "longest")("padding-floor", 0.1),
    *_options(TimePadding, "padding", "most_held")("padding-most-held", 0, None),
    *_plain("throttle-type", "throttle", Throttle, "strict", 1, MemoryStore()),
    *_limits("throttle-limits", (), Limit(5, 60), [Limit(5, 60)], (5,), None),
    *_plain("throttle-alarm", "throttle", replace(STANDARD, alarm=1000)),  # type: ignore[arg-type]
    *_plain("throttle-store", "throttle", Throttle.strict(store=MemoryStore)),  # type: ignore[arg-type]
    *_plain("throttle-store", "throttle", Throttle.strict(store=object())),  # type: ignore[arg-type]
    ("session-update-age", {"session": SessionOptions(max_age=60, update_age=61)}),
    *_plain("callbacks-type", "callbacks", None, {"jwt": nobody}),
    *_options(Callbacks, "callbacks", "jwt")("callback-arity", lambda: None, "jwt"),
    *_plain("event-sink", "sinks", [None], [lambda: None]),
    *_plain("pages-type", "pages", {"sign_in": "/login"}),
    *_options(Pages, "pages", "error")("page-url", "login", "//a", "https://a.example", "", 7),
    *_plain("theme-type", "theme", {"name": "Site"}),
    *_options(Theme, "theme", "brand_color")("theme-color", "red", "#12", "#1234567", 7),
    *_options(Theme, "theme", "button_text")("theme-color", "#fff;}"),
    *_options(Theme, "theme", "logo")("theme-logo", "//a", "https://a", "data:text/html,a"),
    *_options(Theme, "theme", "logo_dark")("theme-logo", "javascript:1", 7),
    *_options(Theme, "theme", "color_scheme")("theme-scheme", "blue", None, []),
    *_plain("cookies-type", "cookies", {"secure": True}),
    *_options(CookieOptions, "cookies", "secure")("cookie-secure", 0, 1, "no"),
    _cookies("cookie-insecure", SITE, secure=False),
    _cookies("cookie-same-site", same_site="Lax"),
    _cookies("cookie-same-site", same_site=[]),
    _cookies("cookie-same-site-insecure", same_site="none"),
    *_options(CookieOptions, "cookies", "session_token")("cookie-name", "a b", "a;", 5),
    _cookies("cookie-prefix", secure=False, csrf_token="__Host-a"),
    _cookies("cookie-csrf-prefix", secure=True, csrf_token="csrf"),
    _cookies("cookie-host-domain", session_token="__Host-a", domain="a.example"),
    *_options(CookieOptions, "cookies", "host_prefix")("cookie-host-prefix-type", 0, 1, "no"),
    _cookies("cookie-host-prefix", host_prefix=True, domain="a.example"),
    _cookies("cookie-host-prefix", host_prefix=True, session_token="a"),
    _cookies("cookie-host-prefix", host_prefix=True, secure=False),
    *_options(CookieOptions, "cookies", "budget")("cookie-budget", 1023, -1, "8 KiB"),
    *_options(CookieOptions, "cookies", "over_budget")("cookie-over-budget", "fail", None),
    _cookies("cookie-names-collide", session_token="a", csrf_token="a"),
    _cookies("cookie-names-collide", session_token="a", callback_url="a.0"),
    *_options(CookieOptions, "cookies", "domain")("cookie-domain", "", "a", "10.0.0.10", "a b.de"),
    *_options(CookieOptions, "cookies", "domain")("cookie-domain", "*.a.de", 7),
    _cookies("cookie-domain-elsewhere", SITE, domain="ample.com"),
    _cookies("cookie-domain-elsewhere", SITE, domain="a.example.com"),
]


def test_every_code_of_the_configuration_has_a_row() -> None:
    source = Path(inspect.getfile(settle)).parent
    credentials = Path(inspect.getfile(Credentials))
    own = [file for file in source.glob("*.py") if file.name != "factor_checks.py"]
    beside = [credentials.with_name(name) for name in ("accounts.py", "form_checks.py")]
    files = [*own, credentials, *beside]
    written = {
        code
        for file in files
        for code in re.findall(r'Problem\(\s*"([a-z-]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(written) > 40
    assert {code for code, _ in PROBLEMS} == written


@pytest.mark.parametrize(("code", "changed"), PROBLEMS)
def test_a_problem(code: str, changed: dict[str, Any]) -> None:
    assert _codes(**changed) == [code]


def test_all_problems_come_in_one_error() -> None:
    weak = "hunter2-hunter2"
    codes = _codes(
        providers=[
            None,
            Credentials(id="a b", account="x"),
            make_credentials(id="c"),
            make_credentials(id="c"),
        ],
        secrets=[weak, 7],
        base_url="example.com",
        trust_host="yes",
        trusted_proxies=["a", "b"],
        trusted_origins=["*"],
        base_path="api",
        callbacks=None,
        sinks=[None],
        pages=Pages(sign_in="login", error="//a"),
        theme=Theme(brand_color="red", logo="a", color_scheme="blue"),  # type: ignore[arg-type]
        session=SessionOptions(strategy="database", max_age=60),
        cookies=CookieOptions(same_site="none", session_token="a b", domain="a"),
        dialect="v5",
    )
    assert sorted(codes) == sorted(
        [
            "provider-type",
            "provider-id",
            "authorize-missing",
            "provider-duplicate",
            "secret-too-short",
            "secret-type",
            "base-url",
            "trust-host",
            "trusted-proxy",
            "trusted-proxy",
            "trusted-origin",
            "base-path",
            "callbacks-type",
            "event-sink",
            "page-url",
            "page-url",
            "theme-color",
            "theme-logo",
            "theme-scheme",
            "session-strategy",
            "session-update-age",
            "cookie-same-site-insecure",
            "cookie-name",
            "cookie-domain",
            "dialect",
        ]
    )
    with pytest.raises(ConfigurationError) as caught:
        settle_with(secrets=[weak], dialect="v5")
    said = f"{caught.value} {caught.value!r} {caught.value.problems!r}"
    assert weak not in said
    assert "Auth(...) has 2 problems:\n  1. The secret has 15 bytes" in said


class _NoSignature:
    """Like some functions written in C: callable, and cannot be asked what it takes."""

    __signature__ = 7

    def __call__(self, event: object) -> None: ...


class _Silent:
    @property
    def __signature__(self) -> object:
        raise ValueError

    def __call__(self, event: object) -> None: ...


@pytest.mark.parametrize("sink", [_Silent(), min])
def test_a_callable_without_a_signature_is_believed(sink: Callable[[object], None]) -> None:
    assert settle_with(sinks=[sink]).sinks == (sink,)


def test_one_with_a_broken_signature_is_refused() -> None:
    assert _codes(sinks=[_NoSignature()]) == ["event-sink"]


@pytest.mark.parametrize("url", ["https://ada:hunter2@example.com", "ada:hunter2@example.com"])
def test_a_password_in_base_url_is_not_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Auth(providers=[], base_url=url, environ={})
    assert "hunter2" not in str(refused.value)
    assert "[hidden]@example.com" in str(refused.value)


class _HalfAStore:
    """Hands on all but one method of a store."""

    def __init__(self) -> None:
        self._whole = MemoryStore()

    def __getattr__(self, name: str) -> object:
        if name == "find":
            raise AttributeError(name)
        return getattr(self._whole, name)


def test_what_is_only_half_of_a_part_is_told_what_it_lacks() -> None:
    store: Any = _HalfAStore()
    keeps_no_factors = SecondFactor(store, methods=(TotpFactor(),))
    with pytest.raises(ConfigurationError) as caught:
        settle_with(providers=[make_credentials(authorize=NoDirectory())])
    assert "NoDirectory, which is no directory: it lacks fields, account, revalidate." in str(
        caught.value
    )
    with pytest.raises(ConfigurationError) as caught:
        settle_with(second_factor=keeps_no_factors)
    assert "_HalfAStore, which keeps no factors: it lacks find." in str(caught.value)
    with pytest.raises(ConfigurationError) as caught:
        settle_with(providers=[Credentials])
    assert "which is no provider: it is the class Credentials, not an object of it." in str(
        caught.value
    )
