"""A corpus of hostile redirect targets, against every place that a target can come from.

Where a browser would go is judged by the URL Standard's own parser, as Node and browsers share it.
"""

import json
import re
import shutil
from functools import cache
from html import unescape
from pathlib import Path
from subprocess import run
from typing import Any
from urllib.parse import quote

import pytest

from nextauth import Auth, Callbacks, ConfigurationError, Pages
from tests.unit.protocol.wire import CALLBACK, FORM, WAYS, Browser, Reply, make_auth

HERE = Path(__file__).parent
CORPUS: list[dict[str, str]] = json.loads((HERE.parent / "vectors" / "redirects.json").read_text())
SITES = ("http://localhost:3000", "https://shop.example")
TRUSTED = "https://app.example.com"
LINKS = re.compile(r'(?:href|action)="([^"]*)"|name="callbackUrl" value="([^"]*)"')
each_site = pytest.mark.parametrize("ours", SITES)
trusting = pytest.mark.parametrize("trusted", [(), (TRUSTED,)], ids=["alone", "trusting"])


def _targets(ours: str) -> list[str]:
    host = ours.partition("://")[2]
    named = {"{ours}": ours, "{host}": host, "{trusted}": TRUSTED}
    return [_with_names(entry["target"], named) for entry in CORPUS]


def _with_names(target: str, named: dict[str, str]) -> str:
    for name, text in named.items():
        target = target.replace(name, text)
    return target


def _judge(addresses: list[str], base: str) -> list[str | None]:
    """Answer the origin that a browser on `base` would go to for each address."""
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH; its URL parser is a browser's")
    asked = json.dumps([[address, base] for address in addresses])
    done = run(
        ["node", "where.mjs"], cwd=HERE, input=asked, capture_output=True, text=True, check=True
    )
    answers: list[str | None] = json.loads(done.stdout)
    assert len(answers) == len(addresses)
    return answers


def _site(ours: str, trusted: tuple[str, ...], **options: Any) -> Auth:  # noqa: ANN401
    return make_auth(base_url=ours, trusted_origins=trusted, **options)


def _browser(auth: Auth, ours: str, way: str = "form") -> Browser:
    scheme, _, host = ours.partition("://")
    return Browser(auth, way=way, scheme=scheme, host=host)


def _escaped(target: str) -> str:
    return "".join(f"%{byte:02X}" for byte in target.encode("utf-8", "replace"))


@cache
def _plain(ours: str, trusted: tuple[str, ...]) -> Auth:
    return _site(ours, trusted)


def _addresses_of(reply: Reply) -> list[str]:
    """Answer every address that a reply leads to: its Location, its JSON, its links and fields."""
    location = reply.header("location")
    found = [] if location is None else [location]
    if (reply.header("content-type") or "").startswith("application/json"):
        found.append(reply.url)
    elif reply.text:
        found += [unescape(one or other) for one, other in LINKS.findall(reply.text)]
    found += [each.value for name, each in reply.set.items() if name.endswith("callback-url")]
    return found


def _led_to(ours: str, trusted: tuple[str, ...], target: str) -> list[str]:
    """Answer every address that a target led to, wherever it came from."""
    auth, found = _plain(ours, trusted), []
    for way in WAYS:
        browser = _browser(auth, ours, way)
        form = {"callbackUrl": target, "email": "ada", "password": "wrong"}
        for action in (CALLBACK, "signin", "signin/credentials", "signout"):
            found += _addresses_of(browser.post(action, form))
        found += _addresses_of(browser.sign_in(callbackUrl=target))
    for page in ("signin", "signout", "error"):
        browser = _browser(auth, ours)
        found += _addresses_of(browser.get(f"{page}?callbackUrl={_escaped(target)}"))
    for name in auth.settings.secure, auth.settings.insecure:
        browser = _browser(auth, ours)
        browser.jar[name.callback_url] = _escaped(target)
        found += _addresses_of(browser.sign_in())
        browser.jar[name.callback_url] = _escaped(target)
        found += _addresses_of(browser.get("signout"))
    request = _browser(auth, ours).request("GET", target, query=_escaped(target))
    return [*found, auth.signin_url(request) or ""]


def _assert_ours(found: list[str], ours: str, trusted: tuple[str, ...]) -> None:
    ours_or_trusted = re.compile(rf"(?:{'|'.join(map(re.escape, (ours, *trusted)))})(?:[/?#]|\Z)")
    for address in found:
        # A page's own links are paths on the site.
        whole = address if not re.match(r"/(?![/\\])", address) else f"{ours}{address}"
        assert ours_or_trusted.match(whole), address
        assert address.isascii()
        assert address.isprintable()
    assert set(_judge(found, f"{ours}/api/auth/signin")) <= {ours, *trusted}


@each_site
def test_the_corpus_is_hostile(ours: str) -> None:
    targets = _targets(ours)
    assert len({entry["target"] for entry in CORPUS}) == len(CORPUS) > 350
    assert all(len(entry["reason"]) > 10 for entry in CORPUS)
    judged = _judge(targets, f"{ours}/api/auth/signin")
    elsewhere = [origin for origin in judged if origin not in {ours, TRUSTED, None}]
    assert len(elsewhere) > 150
    assert sum(origin == "null" for origin in elsewhere) > 20


@each_site
@trusting
def test_no_target_leads_elsewhere(ours: str, trusted: tuple[str, ...]) -> None:
    """Prefix match instead of origin match: CVE-2022-24858, CVE-2024-56734, CVE-2023-49438."""
    found = []
    for target in _targets(ours):
        led = _led_to(ours, trusted, target)
        assert len(led) > 25
        found += led
    _assert_ours(found, ours, trusted)


@each_site
@trusting
def test_no_callback_leads_elsewhere(ours: str, trusted: tuple[str, ...]) -> None:
    """Trusted-origin matching bypassed: GHSA-vp58-j275-797x, by what an application answers."""
    answer = {"url": ""}
    redirecting = _site(ours, trusted, callbacks=Callbacks(redirect=lambda _: answer["url"]))
    diverting = _site(ours, trusted, callbacks=Callbacks(sign_in=lambda _: answer["url"] or False))
    found: list[str] = []
    for target in _targets(ours):
        answer["url"] = target
        for way in WAYS:
            for auth in (redirecting, diverting):
                browser = _browser(auth, ours, way)
                found += _addresses_of(browser.sign_in(callbackUrl="/x"))
                found += _addresses_of(browser.get("signout"))
    assert len(found) > 6 * len(CORPUS)
    _assert_ours(found, ours, trusted)


@trusting
def test_no_page_of_ones_own_is_elsewhere(trusted: tuple[str, ...]) -> None:
    """Prefix match instead of origin match: CVE-2022-29214 (NextAuth), in the configuration."""
    ours = SITES[1]
    found: list[str] = []
    refused: list[str] = []
    for target in _targets(ours):
        try:
            auth = _site(ours, trusted, pages=Pages(sign_in=target, error=target))
        except ConfigurationError as error:
            refused += [problem.code for problem in error.problems]
            continue
        browser = _browser(auth, ours)
        for action in ("signin", "error?error=x"):
            found += _addresses_of(browser.get(action))
        found += _addresses_of(browser.post(CALLBACK, {"password": "wrong"}))
    assert set(refused) == {"page-url"}
    assert len(refused) > 2 * 250
    _assert_ours(found, ours, trusted)


@each_site
def test_what_is_ours_is_kept(ours: str) -> None:
    """Trusted-origin matching (GHSA-vp58-j275-797x) that refuses everything would pass the rest."""
    browser = _browser(_plain(ours, (TRUSTED,)), ours)
    for target in (
        f"{ours}/a?b=//evil.example#c",
        f"{TRUSTED}/x",
        f"{TRUSTED.upper()}:443/y",
        "/z",
    ):
        reply = browser.post("signin", {"callbackUrl": target})
        kept = target.replace(f"{TRUSTED.upper()}:443", TRUSTED)
        kept = f"{ours}{kept}" if kept.startswith("/") else kept
        assert reply.query["callbackUrl"] == kept
        assert quote(kept, safe="") in reply.url


@pytest.mark.parametrize("size", [2_048, 2_049, 60_000])
def test_a_very_long_target_ends_at_our_root(size: int) -> None:
    """A malformed callback URL hangs or breaks the flow: CVE-2022-31093 (NextAuth)."""
    browser = Browser(_plain(SITES[0], ()))
    for start in ("/", f"{SITES[0]}/", "//evil.example/", f"{SITES[0]}@"):
        target = start.ljust(size, "a")
        reply = browser.post_body(CALLBACK, f"password=x&callbackUrl={target}".encode(), kind=FORM)
        assert reply.status == 302
        cookie = reply.set.get("authjs.callback-url")
        fits = size == 2_048 and start.removeprefix(SITES[0]) == "/"
        kept = SITES[0] if cookie is None else cookie.value
        assert (kept != SITES[0]) is fits
        assert len(kept) <= 2_048 + len(SITES[0])
