"""Owns what is found about the headers that protect a page, and about the page itself."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import FORGED, Visit
from nextauth.cli.doctor.site.wire import Answer

__all__ = ["CHECKS"]

_LEAVE = "Let the proxy leave the headers under base_path as they come."
CSP_MISSING = Diagnosis(
    "csp-missing",
    Severity.WARNING,
    "The Content-Security-Policy of the sign-in page does not arrive.",
    _LEAVE,
)
CSP_CHANGED = Diagnosis(
    "csp-changed",
    Severity.WARNING,
    "The Content-Security-Policy of the sign-in page arrives changed, or beside another one.",
    _LEAVE,
)
MISSING = Diagnosis(
    "security-header-missing",
    Severity.WARNING,
    "A header that protects the sign-in page does not arrive.",
    _LEAVE,
)
CHANGED = Diagnosis(
    "security-header-changed",
    Severity.WARNING,
    "A header that protects the sign-in page arrives changed, or twice with different values.",
    _LEAVE,
)
PAGE_CHANGED = Diagnosis(
    "page-changed",
    Severity.WARNING,
    "Something between changes the sign-in page, such as by adding a script.",
    "Turn off what rewrites or adds to pages under base_path.",
)
COMPRESSED = Diagnosis(
    "page-compressed",
    Severity.NOTE,
    "The sign-in page is compressed, which can tell the CSRF token to who listens (BREACH).",
    "Turn compression off under base_path; the pages are small.",
)
CORS_STAR = Diagnosis(
    "cors-star",
    Severity.WARNING,
    "Every site may read what the routes answer to somebody who is not signed in.",
    "Leave Access-Control-Allow-Origin under base_path to trusted_origins.",
)
CORS_ANYBODY = Diagnosis(
    "cors-anybody",
    Severity.ERROR,
    "Every site may read what the routes answer to who is signed in, their session among it.",
    "Leave Access-Control-Allow-Origin under base_path to trusted_origins.",
)

# What each may be: ours first, then what is not weaker.
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "x-frame-options": ("deny",),
    "x-content-type-options": ("nosniff",),
    "referrer-policy": (
        *("same-origin", "no-referrer", "strict-origin", "strict-origin-when-cross-origin"),
    ),
    "cross-origin-opener-policy": ("same-origin",),
    "cross-origin-resource-policy": ("same-origin",),
}
_NONE = ("default-src", "base-uri", "frame-ancestors")
_WEAK = frozenset({"*", "http:", "https:"})
# What our pages may load from, beside what is named by its hash; they need no nonce.
_OWN = frozenset({"'none'", "'self'", "'report-sample'"})
_BY_HASH = ("'sha256-", "'sha384-", "'sha512-")


def _page(visit: Visit) -> Answer | None:
    answer = visit.answer("signin")
    if not visit.is_served or visit.settings.pages.sign_in is not None or answer is None:
        return None
    return answer if answer.status == 200 else None  # noqa: PLR2004


def _policy(visit: Visit) -> Iterator[Finding] | None:
    page = _page(visit)
    return None if page is None else _policies(page)


def _policies(page: Answer) -> Iterator[Finding]:
    policies = set(page.values("content-security-policy"))
    if not policies:
        yield CSP_MISSING.found()
    elif len(policies) > 1:
        yield CSP_CHANGED.found(f"{len(policies)} different policies")
    elif weak := list(_weaknesses(_directives(policies.pop()))):
        yield CSP_CHANGED.found("; ".join(weak))


def _directives(policy: str) -> Mapping[str, list[str]]:
    words = [each.split() for each in policy.split(";")]
    # From its end: of directives that are there twice the first counts (CSP 3, 2.2.1).
    return {each[0].lower(): each[1:] for each in reversed(words) if each}


def _weaknesses(directives: Mapping[str, list[str]]) -> Iterator[str]:
    for name in _NONE:
        if directives.get(name) != ["'none'"]:
            yield f"{name} {' '.join(directives.get(name, ['lost']))}"
    for name in ("style-src", "form-action"):
        if name not in directives:
            yield f"{name} lost"
    for name, sources in directives.items():
        if name not in _NONE and any(_is_weak(name, source.lower()) for source in sources):
            yield f"{name} {' '.join(sources)}"


def _is_weak(name: str, source: str) -> bool:
    if "-src" not in name:  # form-action also names where a sign-in may lead
        return source in _WEAK
    if name == "img-src" and source == "data:":
        return False
    return source not in _OWN and not source.startswith(_BY_HASH)


def _others(visit: Visit) -> Iterator[Finding] | None:
    page = _page(visit)
    return None if page is None else _protections(page)


def _protections(page: Answer) -> Iterator[Finding]:
    missing, changed = [], []
    for name, allowed in _EXPECTED.items():
        values = [value.strip().lower() for value in page.values(name)]
        if not values:
            missing.append(name)
        elif not set(values) <= set(allowed):
            changed.append(f"{name}: {', '.join(values)}")
    if missing:
        yield MISSING.found(", ".join(missing))
    if changed:
        yield CHANGED.found("; ".join(changed))


def _unchanged(visit: Visit) -> Iterator[Finding] | None:
    page = _page(visit)
    return None if page is None else _alterations(page)


def _alterations(page: Answer) -> Iterator[Finding]:
    if page.first("content-encoding").lower() not in {"", "identity"}:
        yield COMPRESSED.found(f"Content-Encoding: {page.first('content-encoding')}")
    policy = _directives(page.first("content-security-policy"))
    sources = policy.get("style-src", [])
    if not any(each.startswith("'sha256-") for each in sources):
        return  # what happened to the policy is told elsewhere
    for style in _styles(page.text):
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
        if f"'sha256-{digest}'" not in sources:
            yield PAGE_CHANGED.found("its style is not the one that the policy names")
            return
    if "script-src" not in policy and "<script" in page.text.lower():
        yield PAGE_CHANGED.found("it has a script that is not ours")


def _styles(page: str) -> Iterator[str]:
    """Answer what is between each pair of tags, in one pass, whatever a page has in their place."""
    before, *rest = page.split("<style>")
    del before
    for each in rest:
        style, end, _ = each.partition("</style>")
        if end:
            yield style


def _cors(visit: Visit) -> Iterator[Finding] | None:
    answer = visit.answer("csrf again")
    if not visit.is_served or answer is None:
        return None
    return _shared(answer)


def _shared(answer: Answer) -> Iterator[Finding]:
    allowed = answer.values("access-control-allow-origin")
    with_session = "true" in answer.values("access-control-allow-credentials")
    if any(FORGED in each for each in allowed) and with_session:
        yield CORS_ANYBODY.found(f"Access-Control-Allow-Origin: https://{FORGED}")
    elif allowed:
        yield CORS_STAR.found(f"Access-Control-Allow-Origin: {allowed[0]}")


CHECKS: tuple[Check[Visit], ...] = (
    Check("the sign-in page's content security policy", (CSP_MISSING, CSP_CHANGED), _policy),
    Check("the sign-in page's other headers", (MISSING, CHANGED), _others),
    Check("the sign-in page itself", (PAGE_CHANGED, COMPRESSED), _unchanged),
    Check("what other sites may read", (CORS_STAR, CORS_ANYBODY), _cors),
)
