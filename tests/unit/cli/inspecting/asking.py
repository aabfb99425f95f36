"""Owns how a test asks for an inspection, of a site with an `Auth` or without."""

from typing import Any

from nextauth import Auth
from nextauth.cli.inspecting import Report, Site, inspected, read_pasted
from nextauth.cli.inspecting.causes import Cause
from nextauth.testing import FakeClock
from tests.unit.cli.inspecting.planting import NOW, SECRETS, VALUE, site_of
from tests.unit.protocol.wire import make_auth

__all__ = ["CLAIMS", "auth_of", "cause_of", "inspect"]

CLAIMS = {"sub": VALUE, "name": VALUE, "iat": NOW - 60, "exp": NOW + 3600, "jti": VALUE}


def auth_of(**options: Any) -> Auth:  # noqa: ANN401 - the arguments of Auth
    options.setdefault("base_url", "https://example.com")
    return make_auth(secret=list(SECRETS), clock=FakeClock(NOW), **options)


def inspect(text: str, site: Site | Auth | None = None) -> Report:
    if isinstance(site, Auth):
        site = Site.of(site)
    return inspected(read_pasted(text), site_of() if site is None else site)


def cause_of(text: str, site: Site | Auth | None = None) -> Cause | None:
    return inspect(text, site).decisive.cause
