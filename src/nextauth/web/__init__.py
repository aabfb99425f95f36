"""HTTP as values: requests, responses, cookies, addresses, the may-act rule; no input or output."""

from nextauth.web.cookies import Cookies
from nextauth.web.origin import AddressPolicy, Origin
from nextauth.web.request import Request, Runtime
from nextauth.web.response import Response
from nextauth.web.set_cookies import CookieAttributes, SetCookie

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
