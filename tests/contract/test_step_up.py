"""A page can ask for a recent sign-in, in every framework alike."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.conftest import OpenSite
from tests.contract.site import ORIGIN, PASSWORD, Site
from tests.contract.stepup_sites import SECOND_PAGES, SITES

BROWSER = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
ADA = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture(params=list(SITES))
def kind(request: pytest.FixtureRequest) -> str:
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture
def site(open_site: OpenSite, kind: str) -> Site:
    site = open_site(build=SITES[kind])
    site.sign_in()
    return site


def pages(kind: str) -> list[str]:
    return ["/transfer", *([SECOND_PAGES[kind]] if kind in SECOND_PAGES else [])]


def test_a_recent_sign_in_is_enough(site: Site, kind: str) -> None:
    site.clock.advance(300)
    for page in pages(kind):
        reply = site.get(page)
        assert (reply.status_code, reply.text) == (200, "done")


def test_a_program_is_told_what_is_missing(site: Site, kind: str) -> None:
    site.clock.advance(301)
    for page in pages(kind):
        reply = site.get(page)
        assert reply.status_code == 401
        told = reply.headers["www-authenticate"]
        assert told.startswith('Bearer error="insufficient_user_authentication"')
        assert 'max_age="300"' in told
        assert "no-store" in reply.headers["cache-control"]


def test_a_person_signs_in_again_and_comes_back(site: Site, kind: str) -> None:
    site.clock.advance(301)
    for page in pages(kind):
        site.clock.advance(301)
        reply = site.get(f"{page}?to=Bob", headers=BROWSER)
        assert reply.status_code == 302
        url = urlsplit(reply.headers["location"])
        assert url.path == "/api/auth/signin"
        query = parse_qs(url.query)
        assert query["callbackUrl"] == [f"{ORIGIN}{page}?to=Bob"]
        [ticket] = query["stepUp"]
        assert "Please confirm that it is you" in site.get(f"{url.path}?{url.query}").text
        signed = site.post("callback/credentials", {**ADA, "stepUp": ticket})
        assert signed.headers["location"] == f"{ORIGIN}{page}?to=Bob"
        assert site.get(page).text == "done"


def test_nobody_is_asked_to_sign_in_first(open_site: OpenSite, kind: str) -> None:
    site = open_site(build=SITES[kind])
    reply = site.get("/transfer")
    assert reply.status_code == 401
    assert "insufficient" not in reply.headers["www-authenticate"]
    page = site.get("/transfer", headers=BROWSER)
    assert page.status_code == 302
    assert "stepUp" not in page.headers["location"]
