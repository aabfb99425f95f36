"""From arguments to settings: addresses, cookies, and nothing that changes."""

import dataclasses
import functools
from ipaddress import ip_network
from typing import Any

import pytest

from nextauth.callbacks import Callbacks
from nextauth.config import CookieOptions, Pages, SessionOptions, Theme
from nextauth.providers import FormField
from nextauth.tokens import DIALECTS
from nextauth.web import Origin
from tests.unit.config.arguments import DAY, SECRET, make_credentials, settle_with

# --- what is fine


def test_the_defaults() -> None:
    settings = settle_with()
    assert list(settings.providers) == ["credentials"]
    assert settings.dialect is DIALECTS["authjs"]
    assert (settings.session.max_age, settings.session.update_age) == (30 * DAY, DAY)
    assert settings.address.base_url is None
    assert (settings.trusted_origins, settings.sinks) == (frozenset(), ())
    assert SECRET not in repr(settings)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.base_path = "/"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.providers["other"] = make_credentials()  # type: ignore[index]


def test_everything_set() -> None:
    def sink(_event: object) -> None: ...

    pages = Pages("/login", "https://app.example.com/bye", "/oops?a=b", "/sent")
    theme = Theme("Site", "/logo.svg", "data:image/png;base64,AAAA", "#1a73e8", "#FFF", "dark")
    settings = settle_with(
        providers=[
            make_credentials(id="b"),
            make_credentials(id="a", fields={"p": FormField("P")}),
        ],
        secrets=[SECRET, SECRET[::-1]],
        base_url="https://example.com",
        trust_host=True,
        trusted_proxies=["10.0.0.0/8", "::1"],
        trusted_origins=["https://app.example.com/"],
        sinks=[sink, print, functools.partial(sink)],
        callbacks=Callbacks(sign_in=lambda _: True),
        pages=pages,
        theme=theme,
        session=SessionOptions(max_age=60, update_age=0),
    )
    assert list(settings.providers) == ["b", "a"]
    assert settings.secrets == (SECRET, SECRET[::-1])
    assert settings.address.trust_host
    assert settings.address.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.trusted_origins == {Origin("https", "app.example.com", 443)}
    assert (settings.pages, settings.theme, len(settings.sinks)) == (pages, theme, 3)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com/api/auth", "https://example.com"),
        ("https://example.com/api/auth/", "https://example.com"),
        ("HTTP://Example.com:8080", "http://example.com:8080"),
    ],
)
def test_base_url(text: str, origin: str) -> None:
    assert str(settle_with(base_url=text).address.base_url) == origin


@pytest.mark.parametrize("hops", [0, 1, 7])
def test_trusted_proxies_may_be_a_number(hops: int) -> None:
    assert settle_with(trusted_proxies=hops).address.trusted_proxies == hops


def test_one_network_or_origin_may_stand_alone() -> None:
    settings = settle_with(trusted_proxies="10.1.2.3/8", trusted_origins="https://a.example")
    assert settings.address.trusted_proxies == (ip_network("10.0.0.0/8"),)
    assert settings.trusted_origins == {Origin("https", "a.example", 443)}


# --- cookies

HTTP = Origin("http", "localhost", 80)
HTTPS = Origin("https", "example.com", 443)


@pytest.mark.parametrize(
    ("dialect", "prefix", "other"),
    [("authjs", "authjs", "next-auth"), ("next-auth-v4", "next-auth", "authjs")],
)
def test_the_names_of_the_cookies(dialect: str, prefix: str, other: str) -> None:
    settings = settle_with(dialect=dialect)
    plain, secure = settings.cookies_on(HTTP), settings.cookies_on(HTTPS)
    assert (plain.session, plain.callback_url, plain.csrf) == (
        f"{prefix}.session-token",
        f"{prefix}.callback-url",
        f"{prefix}.csrf-token",
    )
    assert (secure.session, secure.callback_url, secure.csrf) == (
        f"__Secure-{prefix}.session-token",
        f"__Secure-{prefix}.callback-url",
        f"__Host-{prefix}.csrf-token",
    )
    assert list(plain.readable.values()) == [f"{prefix}.session-token", f"{other}.session-token"]
    assert list(plain.readable)[0] == dialect  # noqa: RUF015 - the order is what is shown
    assert (plain.attributes.secure, secure.attributes.secure) == (False, True)
    assert (plain.csrf_attributes.secure, secure.csrf_attributes.secure) == (False, True)


@pytest.mark.parametrize("on", [HTTP, HTTPS])
def test_secure_may_be_said(on: Origin) -> None:
    plan = settle_with(cookies=CookieOptions(secure=True)).cookies_on(on)
    assert plan.session == "__Secure-authjs.session-token"
    plan = settle_with(cookies=CookieOptions(secure=False)).cookies_on(on)
    assert (plan.session, plan.attributes.secure) == ("authjs.session-token", False)


def test_names_may_be_given() -> None:
    options = CookieOptions(session_token="s", callback_url="cb", csrf_token="__Host-c")
    plan = settle_with(cookies=options).cookies_on(HTTPS)
    assert (plan.session, plan.callback_url, plan.csrf) == ("s", "cb", "__Host-c")
    assert plan.readable == {"authjs": "s", "next-auth-v4": "__Secure-next-auth.session-token"}


@pytest.mark.parametrize(
    ("same_site", "csrf"), [("lax", "lax"), ("strict", "lax"), ("none", "none")]
)
def test_same_site(same_site: Any, csrf: str) -> None:  # noqa: ANN401
    options = CookieOptions(same_site=same_site)
    plan = settle_with(cookies=options, base_url="https://example.com").cookies_on(HTTPS)
    assert (plan.attributes.same_site, plan.csrf_attributes.same_site) == (same_site, csrf)


@pytest.mark.parametrize("domain", ["example.com", ".Example.com"])
def test_a_domain_widens_all_but_the_csrf_cookie(domain: str) -> None:
    settings = settle_with(cookies=CookieOptions(domain=domain), base_url="https://app.example.com")
    plan = settings.cookies_on(HTTPS)
    assert (plan.attributes.domain, plan.csrf_attributes.domain) == ("example.com", None)
