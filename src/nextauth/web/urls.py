r"""Owns "where may this redirect go?": on our origin, on a trusted one, or nowhere.

The rule compares whole origins, never prefixes. ``//host``, ``/\host``, control characters, user
names before ``@`` and everything that does not parse are elsewhere. What is refused never breaks
the flow: the caller falls back to the site's root.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import quote, urlencode

from nextauth.web.origin import Origin

__all__ = ["LONGEST_URL", "add_query", "permitted_redirect"]

LONGEST_URL = 2_048
"""Characters of a callback URL; longer ones would not fit a cookie."""

_LONGEST_ORIGIN = 270  # scheme, a host name (RFC 1035, 2.3.4) and a port
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_ABSOLUTE = re.compile(r"(?P<origin>https?://[^/?#]+)(?P<rest>[/?#].*)?\Z", re.IGNORECASE)
_URL_CHARACTERS = "%/:?#[]@!$&'()*+,;=-._~|"


def permitted_redirect(url: object, *, origin: Origin, trusted: Collection[Origin]) -> str | None:
    """Answer the absolute URL that `url` means, if it may be redirected to.

    Args:
        url: What a client or a callback asked for: an absolute URL, or a path from our root.
        origin: Our own origin.
        trusted: Other origins that are permitted.

    Returns:
        An ASCII URL of at most 2,318 characters, or None if `url` is elsewhere.
    """
    if not isinstance(url, str) or not url or len(url) > LONGEST_URL or _UNSAFE.search(url):
        return None
    if url.startswith("/"):
        return None if url.startswith("//") else _fitting(f"{origin}{_ascii(url)}")
    found = _ABSOLUTE.match(url)
    if found is None:
        return None
    target = Origin.parse(found["origin"])
    if target is None or (target != origin and target not in trusted):
        return None
    return _fitting(f"{target}{_ascii(found['rest'] or '')}")


def _fitting(url: str) -> str | None:
    return url if len(url) <= LONGEST_URL + _LONGEST_ORIGIN else None


def _ascii(rest: str) -> str:
    return rest if rest.isascii() else quote(rest, safe=_URL_CHARACTERS)


def add_query(url: str, parameters: Mapping[str, str | None]) -> str:
    """Add parameters to a URL's query; those that are None are left out.

    Args:
        url: The URL; it may have a query and a fragment.
        parameters: Names and values.
    """
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    if not query:
        return url
    base, hash_mark, fragment = url.partition("#")
    return f"{base}{'&' if '?' in base else '?'}{query}{hash_mark}{fragment}"
