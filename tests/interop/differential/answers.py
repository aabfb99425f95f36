"""Owns what is compared of an answer, in words that do not depend on the moment or on chance."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from nextauth.errors import TokenError
from tests.interop.differential.sites import SECRET, Site
from tests.interop.differential.wire import CSRF_TOKEN, HOUR, SID, codec_of

__all__ = ["Answer", "Raw", "address", "flat", "read"]

_PORTS = {"http": 80, "https": 443}
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
_STAMPS = ("iat", "jti", "exp")


@dataclass(frozen=True)
class Raw:
    """An answer as it came over HTTP."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)


@dataclass(frozen=True)
class Answer:
    """What is compared.

    Args:
        status: The status code.
        type: The content type.
        allow: The ``Allow`` header.
        location: Where it sends the browser, taken apart.
        json: The JSON body, wrapped as ``{"is": …}``; empty for another body.
        text: A body that is neither JSON nor a page.
        forms: The forms of a page; None for another body.
        cookies: What is set, by name.
        session: Claims and header of the session token that is set.
    """

    status: int
    type: str | None = None
    allow: str | None = None
    location: Mapping[str, Any] | None = None
    json: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    forms: Sequence[Mapping[str, Any]] | None = None
    cookies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    session: Mapping[str, Any] | None = None


def read(raw: Raw, *, site: Site, target: str) -> Answer:
    """Read an answer.

    Args:
        raw: The answer.
        site: The site that answered.
        target: The path and query that were asked for.
    """
    kind = raw.value("content-type")
    media_type = (kind or "").partition(";")[0]
    body = raw.body.decode()
    has_json = media_type == "application/json" and bool(body)
    has_page = media_type == "text/html" and bool(body)
    location = raw.value("location")
    cookies = [_Cookie.parse(each) for each in raw.values("set-cookie")]
    planted = _planted(cookies, site)
    return Answer(
        status=raw.status,
        type=kind,
        allow=raw.value("allow"),
        location=None if location is None else address(location, site),
        json={"is": _json(json.loads(body), site, planted)} if has_json else {},
        text="" if has_json or has_page else body,
        forms=_forms(body, f"{site.origin}{target}", site, planted) if has_page else None,
        cookies=_by_name(cookies, site),
        session=_session(cookies, site),
    )


def address(text: str, site: Site) -> Mapping[str, Any]:
    """Take a URL apart, as seen from a site's root."""
    try:
        parts = urlsplit(urljoin(f"{site.origin}/", text))
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return {"unreadable": text}
    return {
        "is_absolute": bool(urlsplit(text).scheme),
        "origin": f"{parts.scheme}://{parts.netloc.lower().removesuffix(f':{port}')}:{port}",
        "path": parts.path or "/",
        "query": {
            name: values[0] if len(values) == 1 else values
            for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        },
        "fragment": parts.fragment,
    }


def flat(answer: Answer) -> dict[str, Any]:
    """Answer each comparable thing by its path, such as ``location.query.error``."""
    return dict(_leaves(vars(answer), ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and (value or not path):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, (list, tuple)) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{number}")
    else:
        yield path, value


def _hours(moment: float) -> str:
    return f"{round((moment - time.time()) / HOUR)} hours"


def _csrf(token: str, planted: str | None) -> str:
    if token == CSRF_TOKEN:
        return "the one that was sent"
    return "the one that is set" if token == planted else f"unknown: {token}"


def _planted(cookies: Sequence[_Cookie], site: Site) -> str | None:
    """Answer the CSRF token that a cookie of this answer sets."""
    name = site.cookie("csrf-token")
    return next((each.value.partition("|")[0] for each in cookies if each.name == name), None)


def _json(value: Any, site: Site, planted: str | None) -> Any:
    if not isinstance(value, dict):
        return value
    read: dict[str, Any] = dict(value)
    if isinstance(value.get("url"), str):
        read["url"] = address(value["url"], site)
    if isinstance(value.get("csrfToken"), str):
        read["csrfToken"] = _csrf(value["csrfToken"], planted)
    if _ISO_8601.match(str(value.get("expires"))):
        read["expires"] = _hours(datetime.fromisoformat(value["expires"]).timestamp())
    return read


# Cookies ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cookie:
    name: str
    value: str
    attributes: Mapping[str, str]

    @classmethod
    def parse(cls, header: str) -> _Cookie:
        pair, *rest = header.split("; ")
        name, _, sent = pair.partition("=")
        value = unquote(sent)
        if sent != quote(value, safe="-_.!~*'()"):
            value = f"not written as JavaScript does: {sent}"
        named = (each.partition("=") for each in rest)
        return cls(name, value, {key: text for key, _, text in named})

    @property
    def life(self) -> str:
        if "Max-Age" in self.attributes:
            seconds = int(self.attributes["Max-Age"])
            return "deleted" if seconds <= 0 else f"{round(seconds / HOUR)} hours"
        if "Expires" in self.attributes:
            return _hours(parsedate_to_datetime(self.attributes["Expires"]).timestamp())
        return "as long as the browser runs"

    def is_session_of(self, site: Site) -> bool:
        return self.name.startswith(site.cookie("session-token"))


def _by_name(cookies: Sequence[_Cookie], site: Site) -> dict[str, dict[str, Any]]:
    named: dict[str, dict[str, Any]] = {}
    for each in cookies:
        name = each.name if each.name not in named else f"{each.name} again"
        named[name] = {"value": _value(each, site), "life": each.life}
        for attribute, text in each.attributes.items():
            if attribute not in {"Max-Age", "Expires"}:
                named[name][attribute] = text
    return named


def _value(cookie: _Cookie, site: Site) -> str:
    if cookie.name == site.cookie("csrf-token"):
        token, _, signature = cookie.value.partition("|")
        signed = hashlib.sha256(f"{token}{SECRET}".encode()).hexdigest()
        is_good = signature == signed and re.fullmatch("[0-9a-f]{64}", token)
        return "a new token" if is_good and token != CSRF_TOKEN else f"odd: {cookie.value}"
    if cookie.value and cookie.is_session_of(site):
        return "a token"
    return cookie.value


def _session(cookies: Sequence[_Cookie], site: Site) -> dict[str, Any] | None:
    chunks = [each for each in cookies if each.value and each.is_session_of(site)]
    if not chunks:
        return None
    token = "".join(each.value for each in sorted(chunks, key=lambda each: each.name))
    try:
        opened = codec_of(site).open(token, now=time.time())
    except TokenError as error:
        return {"unreadable": error.reason}
    claims = {name: value for name, value in opened.claims.items() if name not in _STAMPS}
    for name in ("auth_time", "nextauth_adopted"):
        if name in claims:
            claims[name] = _hours(claims[name])
    if claims.get("sid") != SID and "sid" in claims:
        claims["sid"] = "a new one"
    if "note" in claims:
        claims["note"] = len(claims["note"])
    stamped = {name in opened.claims for name in _STAMPS} == {True}
    segments = token.split(".")
    expected = codec_of(site).seal({"exp": 1}).split(".")[0]
    return {
        "claims": claims,
        "life": _hours(opened.claims["exp"]),
        "is_stamped": stamped,
        "has_usual_header": segments[0] == expected,
    }


# Pages ------------------------------------------------------------------------------------------


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            method = (given.get("method") or "get").lower()
            self.forms.append({"action": given.get("action") or "", "method": method, "fields": {}})
        elif tag == "input" and self.forms:
            name = given.get("name") or f"nameless {given.get('id')}"
            kind = given.get("type") or "text"
            self.forms[-1]["fields"][name] = {"type": kind}
            if given.get("value") is not None:
                self.forms[-1]["fields"][name]["value"] = given["value"]


def _forms(page: str, here: str, site: Site, planted: str | None) -> list[dict[str, Any]]:
    reader = _FormReader()
    reader.feed(page)
    for form in reader.forms:
        form["action"] = address(urljoin(here, form["action"]), site)
        token = form["fields"].get("csrfToken")
        if token is not None:
            token["value"] = _csrf(token["value"], planted)
    return reader.forms
