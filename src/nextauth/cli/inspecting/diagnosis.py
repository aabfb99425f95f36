"""Owns what one token is: a good session, or which of the possible reasons it fails for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.findings import Finding, Times
from nextauth.cli.inspecting.names import shown_name
from nextauth.cli.inspecting.shapes import enc_of, is_cut, is_misspelt, other_shape, unwrapped
from nextauth.cli.inspecting.sites import SessionName, Site
from nextauth.cli.inspecting.trials import (
    UNTIMED,
    Opened,
    is_check_cookie,
    is_recognised,
    open_bearer,
    open_session,
    purpose_of,
)
from nextauth.tokens.jwe import CLOCK_TOLERANCE, LONGEST_TOKEN

__all__ = ["diagnose"]

_LATEST = 1e15
_OWN_NAME = "If the site's session cookie has a name of its own, say so: --cookie NAME, or --auth."


def diagnose(token: str, site: Site, cookie: str | None) -> Finding:
    """Answer what a token is.

    Args:
        token: What a cookie held, its chunks joined; or a bare token.
        site: What it is judged by.
        cookie: The cookie's name; None for a bare token.
    """
    plain, layer = token, None
    found = _recognised(token, site, cookie)
    if found is None:
        plain, layer = unwrapped(token)
        found = _recognised(plain, site, cookie) if layer is not None else None
    if found is None:
        found = _damaged(plain, site, cookie)
    if layer is not None:
        found = _beneath(found, layer)
    enc = found.enc or enc_of(plain) or enc_of(token)
    return replace(found, cookie=cookie, size=len(token), enc=enc)


def _recognised(token: str, site: Site, cookie: str | None) -> Finding | None:
    return (
        _opened(token, site, cookie)
        or (_borne(token, site) if cookie is None else None)
        or _of_older_release(token, site, cookie)
        or _sealed_for_something_else(token, site)
        or _shaped(token, site)
    )


def _opened(token: str, site: Site, cookie: str | None) -> Finding | None:
    expected = site.names if cookie is None else site.named(cookie)
    opened = open_session(token, site.secrets, expected)
    if opened is not None:
        return _judged(opened, site)
    opened = open_session(token, site.secrets, site.elsewhere(cookie))
    if opened is not None:
        finding = _judged(opened, site)
        if opened.name.name == cookie and opened.name.dialect == "authjs" and not site.is_known:
            note = f"{shown_name(cookie)} is not a usual name; this one was sealed for it."
            return replace(finding, notes=(*finding.notes, note))
        return replace(finding, **_misplaced(opened.name, expected, site, cookie))
    opened = open_session(token, site.unused, site.elsewhere(cookie))
    if opened is None:
        return None
    used = site.secrets[0].label
    return Finding(
        Cause.WRONG_SECRET,
        detail=f"{opened.secret.label} opens it, and {used} is what the site uses.",
        dialect=opened.name.dialect,
    )


def _borne(token: str, site: Site) -> Finding | None:
    """Answer what the token of a client without a browser is, which no cookie brings."""
    opened = open_bearer(token, site.secrets)
    if opened is None:
        return None
    finding = _judged(opened, site)
    if finding.cause is None and not site.reads_bearer:
        detail = "It is for the Authorization header; this site has no SessionOptions(bearer=True)."
        return replace(finding, cause=Cause.OTHER_PURPOSE, detail=detail)
    return finding


def _misplaced(
    name: SessionName, expected: tuple[SessionName, ...], site: Site, cookie: str | None
) -> dict[str, Any]:
    dialects = {each.dialect for each in expected}
    if expected and name.dialect not in dialects:
        return {"cause": Cause.OTHER_DIALECT, "detail": f"The token is {name.dialect}'s."}
    read = ", ".join(each.name for each in site.names if each.dialect == name.dialect)
    sealed = f"It was sealed for {shown_name(name.name)}. " if name.dialect == "authjs" else ""
    came = "" if cookie is None else f"It came in {shown_name(cookie)}. "
    known = f"The site reads {read or 'none of this dialect'}." if site.is_known else ""
    return {"cause": Cause.OTHER_COOKIE_NAME, "detail": f"{sealed}{came}{known}".strip()}


def _judged(opened: Opened, site: Site) -> Finding:
    claims = opened.claims
    cause, detail = (Cause.NO_EXPIRY, "") if claims is None else _untimely(claims, site)
    is_newest = opened.place == 0
    notes = []
    if not is_newest:
        number = f"Secret {opened.place + 1} of {len(site.secrets)} opened it, not the newest"
        notes.append(f"{number}: it will be rewritten under the newest when it is next renewed.")
    return Finding(
        cause,
        detail=detail,
        dialect=opened.name.dialect,
        sealed_for=opened.name.name if opened.name.dialect == "authjs" else None,
        secret=opened.secret.label,
        is_newest=is_newest,
        times=None if claims is None else _times(claims, site),
        claims=claims,
        notes=tuple(notes),
    )


def _of_older_release(token: str, site: Site, cookie: str | None) -> Finding | None:
    opened = site.older.open(token, untimed=UNTIMED, now=site.now)
    if opened is None:
        return None
    cause, detail = _untimely(opened.claims, site)
    if cause is None and not opened.is_read:
        cause, detail = Cause.OLDER_RELEASE, "The moment of its Accept(until=...) has passed."
    elif cause is None and cookie is not None and cookie not in site.older.names:
        read = ", ".join(site.older.names)
        cause, detail = Cause.OTHER_COOKIE_NAME, f"Older sessions are read from {read}."
    return Finding(
        cause,
        detail=detail,
        dialect=opened.release,
        secret="of Accept(...)",  # noqa: S106 - words for it
        times=_times(opened.claims, site),
        claims=opened.claims,
        notes=("An older release wrote it: the next answer replaces it.",),
    )


def _shaped(token: str, site: Site) -> Finding | None:
    shape = other_shape(token)  # (a CSRF cookie is percent-encoded by right)
    if shape is None:
        return None
    cause, detail = shape
    if cause is Cause.OLDER_RELEASE and site.older.reads(unquote(token)):
        return Finding(Cause.WRONG_SECRET, detail="No Accept(...) of its release opens it.")
    return Finding(cause, detail=detail)


def _times(claims: Mapping[str, Any], site: Site) -> Times:
    issued, expires, not_before = (_moment(claims, name) for name in ("iat", "exp", "nbf"))
    return Times(site.now, issued, expires, not_before)


def _untimely(claims: Mapping[str, Any], site: Site) -> tuple[Cause | None, str]:
    expires, latest = _moment(claims, "exp"), site.now + CLOCK_TOLERANCE
    if expires is not None and expires <= site.now - CLOCK_TOLERANCE:
        return Cause.EXPIRED, ""
    not_before = _moment(claims, "nbf")
    if not_before is not None and not_before > latest:
        return Cause.CLOCK_SKEW, "Its nbf (not before) has not come."
    issued = _moment(claims, "iat")
    if issued is not None and issued > latest:
        return Cause.CLOCK_SKEW, "Its iat (issued at) has not come. It would be read nevertheless."
    if site.lifetimes is not None and site.lifetimes.is_over(claims, site.now):
        return Cause.EXPIRED, "It has lasted as long as any may: see absolute_max_age."
    return None, ""


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(min(value, _LATEST))  # an integer may be larger than any float


def _sealed_for_something_else(token: str, site: Site) -> Finding | None:
    purpose = purpose_of(token, site)
    if purpose is not None:
        return Finding(Cause.OTHER_PURPOSE, detail=f"It stands for {purpose}.")
    return Finding(Cause.CHECK_COOKIE) if is_check_cookie(token, site) else None


def _beneath(inner: Finding, layer: Cause) -> Finding:
    """Answer what is beneath quotes or an encoding, which are the cause unless there is worse."""
    if inner.cause is None:
        return replace(inner, cause=layer)
    if inner.cause is Cause.MALFORMED:
        return inner
    return replace(inner, notes=(*inner.notes, layer.meaning))


def _damaged(token: str, site: Site, cookie: str | None) -> Finding:
    if len(token) > LONGEST_TOKEN:
        return Finding(Cause.TOO_LARGE, detail=f"{LONGEST_TOKEN} characters are the most.")
    if is_cut(token):
        return Finding(Cause.TRUNCATED)
    if is_recognised(token, site, cookie):
        return Finding(Cause.ALTERED)
    if is_misspelt(token):
        return Finding(Cause.ALTERED, detail="It has letters or lengths that no token has.")
    enc = enc_of(token)
    if enc is not None:
        may_be_named = cookie is None and enc != "A256GCM" and not site.is_known
        return Finding(Cause.WRONG_SECRET, detail=_OWN_NAME if may_be_named else "")
    return Finding(Cause.MALFORMED)
