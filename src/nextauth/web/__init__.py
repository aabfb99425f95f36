"""HTTP as values: requests, responses, cookies, addresses, the may-act rule; no input or output."""

from nextauth.web.cookies import CookieAttributes, Cookies, SetCookie
from nextauth.web.origin import AddressPolicy, Origin
from nextauth.web.request import Request, Runtime
from nextauth.web.response import Response

__all__ = [
    "AddressPolicy",
    "CookieAttributes",
    "Cookies",
    "Origin",
    "Request",
    "Response",
    "Runtime",
    "SetCookie",
]
