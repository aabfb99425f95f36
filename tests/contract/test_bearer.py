"""A program that bears the session's token is somebody in every integration that is asked to."""

import pytest

from nextauth import SessionOptions, User
from nextauth.testing import mint_session
from tests.contract.applications import WITH_PAGES
from tests.contract.conftest import OpenSite
from tests.contract.site import Site, cookies_of

pytestmark = pytest.mark.parametrize("kind", WITH_PAGES, indirect=True)
BEARER = SessionOptions(max_age=1000, update_age=100, accept_bearer=True)


def test_a_token_is_somebody_and_is_not_written_anew(open_site: OpenSite) -> None:
    site = open_site(session=BEARER)
    ((_, token),) = mint_session(site.auth, User(id="1", name="Ada")).items()
    site.clock.advance(500)
    reply = site.get("/private", headers={"authorization": f"Bearer {token}"})
    assert (reply.status_code, reply.text) == (200, "Ada")
    assert cookies_of(reply) == []


def test_a_damaged_token_is_nobody(open_site: OpenSite) -> None:
    site = open_site(session=BEARER)
    assert site.get("/private", headers={"authorization": "Bearer %E0%A4"}).status_code == 401


def test_a_token_is_nobody_where_it_is_not_asked_for(site: Site) -> None:
    ((_, token),) = mint_session(site.auth, User(id="1", name="Ada")).items()
    assert site.get("/private", headers={"authorization": f"Bearer {token}"}).status_code == 401
