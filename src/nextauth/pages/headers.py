"""Owns what a browser may do with a page: the content security policy and the headers beside it.

Nothing is loaded from elsewhere, no script runs but one of ours where a page needs it, nobody
frames the page, no cache keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["page_headers"]

# An origin as a CSP source (CSP level 3, 2.3.1); anything else could add a directive of its own.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+\Z")

_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"private, no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def page_headers(
    *,
    style_source: str,
    form_action: Sequence[str],
    length: int,
    script_source: str | None = None,
) -> list[tuple[bytes, bytes]]:
    """Answer the headers of one page.

    Args:
        style_source: The CSP source of the inline stylesheet.
        form_action: Origins, beside our own, where a form's redirect may lead: Chromium applies
            ``form-action`` to the redirects after the post too.
        length: Bytes of the body.
        script_source: The CSP source of the page's one inline script, which may ask this site;
            None: no script runs.

    Raises:
        ValueError: A member of `form_action` is not an origin.
    """
    for origin in form_action:
        if not _ORIGIN.match(origin):
            msg = f"form_action has {origin!r}; use an origin, such as 'https://example.com'."
            raise ValueError(msg)
    scripts = () if script_source is None else (f"script-src {script_source}", "connect-src 'self'")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {style_source}",
            *scripts,
            "img-src 'self' data:",
            " ".join(("form-action 'self'", *form_action)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
    return [
        *_ALWAYS,
        (b"content-security-policy", policy.encode("ascii")),
        (b"content-length", b"%d" % length),
    ]
