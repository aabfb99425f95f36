"""Owns what is refused of the cookies' names and reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import get_args

from nextauth.config.options import CookieOptions
from nextauth.errors import Problem
from nextauth.web import Origin
from nextauth.web.set_cookies import SameSite, is_cookie_name

__all__ = ["cookie_problems"]

_SMALLEST_BUDGET = 1024
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")


def cookie_problems(
    cookies: object, *, names: Sequence[str], base_url: Origin | None
) -> Iterator[Problem]:
    """Check names and reach of the cookies.

    Args:
        cookies: The options.
        names: The names that are in use with them.
        base_url: The site's address, if it is configured.
    """
    if not isinstance(cookies, CookieOptions):
        yield Problem(
            "cookies-type", f"cookies= is a {type(cookies).__name__}.", "Pass CookieOptions(...)."
        )
        return
    yield from _name_problems(cookies, names)
    is_https = base_url is not None and base_url.is_secure
    if cookies.secure is not None and not isinstance(cookies.secure, bool):
        yield Problem(
            "cookie-secure",
            f"CookieOptions(secure={cookies.secure!r}) is not a bool.",
            "Use True, or leave it out.",
        )
    if cookies.secure is False and is_https:
        yield Problem(
            "cookie-insecure",
            f"CookieOptions(secure=False) would send the session over plain http from {base_url}.",
            "Leave secure out.",
        )
    name = cookies.csrf_token
    if (cookies.secure or is_https) and isinstance(name, str) and not name.startswith("__Host-"):
        yield Problem(
            "cookie-csrf-prefix",
            f"CookieOptions(csrf_token={name!r}): other hosts of the domain could plant this "
            "cookie, and with it a token that they know.",
            f"Call it '__Host-{name.removeprefix('__Secure-')}'.",
        )
    if cookies.same_site not in get_args(SameSite):
        yield Problem(
            "cookie-same-site",
            f"CookieOptions(same_site={cookies.same_site!r}) is unknown.",
            "Use 'lax', 'strict' or 'none'.",
        )
    if cookies.same_site == "none" and not (cookies.secure or is_https):
        yield Problem(
            "cookie-same-site-insecure",
            "CookieOptions(same_site='none') needs secure cookies; browsers drop them otherwise.",
            "Set base_url='https://...'.",
        )
    yield from _host_prefix_problems(cookies)
    yield from _budget_problems(cookies)
    yield from _domain_problems(cookies, base_url)


def _host_prefix_problems(cookies: CookieOptions) -> Iterator[Problem]:
    if not isinstance(cookies.host_prefix, bool):
        yield Problem(
            "cookie-host-prefix-type",
            f"CookieOptions(host_prefix={cookies.host_prefix!r}) is not a bool.",
            "Use True, or leave it out.",
        )
    if cookies.host_prefix is not True:
        return
    for name in ("domain", "session_token"):
        value = getattr(cookies, name)
        if value is not None:
            yield Problem(
                "cookie-host-prefix",
                f"CookieOptions(host_prefix=True) and {name}={value!r} exclude each other.",
                f"Leave {name} out, or host_prefix.",
            )
    if cookies.secure is False:
        yield Problem(
            "cookie-host-prefix",
            "CookieOptions(host_prefix=True) needs secure cookies; browsers drop it otherwise.",
            "Leave secure out.",
        )


def _budget_problems(cookies: CookieOptions) -> Iterator[Problem]:
    budget = cookies.budget
    if not isinstance(budget, int) or isinstance(budget, bool) or budget < _SMALLEST_BUDGET:
        yield Problem(
            "cookie-budget",
            f"CookieOptions(budget={budget!r}) is no size that a session fits in.",
            f"Pass a number of bytes, at least {_SMALLEST_BUDGET}; 8192 is what proxies let pass.",
        )
    if cookies.over_budget not in {"warn", "refuse"}:
        yield Problem(
            "cookie-over-budget",
            f"CookieOptions(over_budget={cookies.over_budget!r}) is unknown.",
            "Use 'warn' or 'refuse'.",
        )


def _name_problems(cookies: CookieOptions, names: Sequence[str]) -> Iterator[Problem]:
    overridden = [cookies.session_token, cookies.callback_url, cookies.csrf_token]
    for name in overridden:
        if name is None:
            continue
        if not isinstance(name, str) or not is_cookie_name(name):
            yield Problem(
                "cookie-name",
                f"The cookie name {name!r} holds characters that no cookie name may hold.",
                "Use letters, digits, '-', '_' and '.'.",
            )
        elif name.startswith(("__Host-", "__Secure-")) and cookies.secure is False:
            yield Problem(
                "cookie-prefix",
                f"The cookie {name!r} needs secure cookies; browsers drop it otherwise.",
                "Leave secure out, or take the prefix off.",
            )
        if isinstance(name, str) and name.startswith("__Host-") and cookies.domain is not None:
            yield Problem(
                "cookie-host-domain",
                f"The cookie {name!r} may not have a domain (RFC 6265bis, 4.1.3.2).",
                "Leave domain out, or use the prefix '__Secure-'.",
            )
    names = [name for name in names if isinstance(name, str)]
    for first in range(len(names)):
        for second in range(first + 1, len(names)):
            one, other = sorted((names[first], names[second]), key=len)
            if one == other or (other.startswith(f"{one}.") and other[len(one) + 1 :].isdecimal()):
                yield Problem(
                    "cookie-names-collide",
                    f"Two cookies are called {one!r} and {other!r}; one would replace the other.",
                    "Give each a name of its own.",
                )


def _domain_problems(cookies: CookieOptions, base_url: Origin | None) -> Iterator[Problem]:
    domain = cookies.domain
    if domain is None:
        return
    host = domain.lower().lstrip(".") if isinstance(domain, str) else ""
    if not _DOMAIN.match(host) or _is_address(host):
        yield Problem(
            "cookie-domain",
            f"CookieOptions(domain={domain!r}) is no domain that cookies can be widened to.",
            "Write it as 'example.com', or leave it out.",
        )
    elif base_url is not None and not f".{base_url.host}".endswith(f".{host}"):
        yield Problem(
            "cookie-domain-elsewhere",
            f"CookieOptions(domain={domain!r}) does not cover the site's own host "
            f"{base_url.host!r}; browsers would drop the cookies.",
            "Name a domain that the site is part of.",
        )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
