"""Owns what is found about the cookies that arrive: their names, attributes and number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import Visit
from nextauth.cli.doctor.site.wire import Answer
from nextauth.web import CookieAttributes

__all__ = ["CHECKS"]

FOLDED = Diagnosis(
    "set-cookie-folded",
    Severity.ERROR,
    "Two cookies arrive in one Set-Cookie header, of which browsers keep one at most.",
    "Let every part between keep Set-Cookie headers apart (RFC 6265, 3).",
)
DROPPED = Diagnosis(
    "set-cookie-dropped",
    Severity.ERROR,
    "A cookie that the site sets does not arrive.",
    "Let the proxy hand on Set-Cookie: no proxy_hide_header, no rule that strips cookies.",
)
OTHER_NAMES = Diagnosis(
    "cookie-other-name",
    Severity.ERROR,
    "The cookies have the names of another configuration, or lack the prefixes of https.",
    "Let the site run on this configuration: base_url, dialect and CookieOptions decide the names.",
)
CHANGED = Diagnosis(
    "cookie-attributes-changed",
    Severity.ERROR,
    "A cookie arrives with other attributes than it was sent with.",
    "Take out what changes cookies on the way: proxy_cookie_path, -domain, -flags and their like.",
)


def _arrive(visit: Visit) -> Iterator[Finding] | None:
    answer = visit.answer("signin")
    if not visit.is_at_home or answer is None or answer.status >= 400:  # noqa: PLR2004
        return None
    return _judged(visit, answer)


def _judged(visit: Visit, answer: Answer) -> Iterator[Finding]:
    plan, lines = visit.plan, answer.values("set-cookie")
    expected = {plan.callback_url: plan.attributes}
    if visit.settings.pages.sign_in is None:
        expected[plan.csrf] = plan.csrf_attributes
    if any(f", {name}=" in line for line in lines for name in expected):
        yield FOLDED.found(", ".join(sorted(expected)))
        return
    arrived = dict(_parsed(line) for line in lines)
    missing = sorted(set(expected) - set(arrived))
    if missing:
        other = visit.settings.insecure if plan is visit.settings.secure else visit.settings.secure
        strangers = [name for name in arrived if name.endswith(("callback-url", "csrf-token"))]
        if strangers or {other.callback_url, other.csrf} & set(arrived):
            came = ", ".join(sorted(filter(None, arrived)))
            yield OTHER_NAMES.found(f"{came} in place of {missing[0]}")
        else:
            yield DROPPED.found(", ".join(missing))
        return
    changed = []
    for name in sorted(expected):
        changes = ", ".join(_changes(arrived[name], expected[name]))
        if changes:
            changed.append(f"{name}: {changes}")
    if changed:
        yield CHANGED.found("; ".join(changed))


def _parsed(line: str) -> tuple[str, Mapping[str, str]]:
    """Answer a cookie's name and attributes; its value is left where it is.

    A cookie without an equals sign is all value, and has no name (RFC 6265bis, 5.6).
    """
    pair, *rest = line.split(";")
    name, equals, _ = pair.partition("=")
    found = {}
    for part in rest:
        attribute, _, value = part.partition("=")
        found[attribute.strip().lower()] = value.strip()
    return name.strip() if equals else "", found


def _changes(arrived: Mapping[str, str], sent: CookieAttributes) -> Iterator[str]:
    for name, is_sent in (("Secure", sent.secure), ("HttpOnly", sent.http_only)):
        if is_sent != (name.lower() in arrived):
            yield f"{name} {'lost' if is_sent else 'added'}"
    for name, value in (("SameSite", sent.same_site), ("Path", sent.path)):
        seen = arrived.get(name.lower(), "")
        if seen.lower() != value.lower():
            yield f"{name}={seen or 'lost'}"
    domain = arrived.get("domain", "").lstrip(".").lower() or None
    if domain != sent.domain:
        yield f"Domain={domain or 'lost'}"


CHECKS: tuple[Check[Visit], ...] = (
    Check("cookies that arrive", (FOLDED, DROPPED, OTHER_NAMES, CHANGED), _arrive),
)
