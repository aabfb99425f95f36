"""Who is signed in, as the application's own pages see it, and how its cookie rolls on."""

import pytest

from nextauth import Callbacks, JWTParams, Revocation
from nextauth.events import SessionEnded
from tests.contract.applications import (
    CACHEABLE,
    PIECES,
    ROLLS_STREAMS,
    WITH_MIDDLEWARE,
    WITH_PAGES,
)
from tests.contract.conftest import OpenSite
from tests.contract.site import ORIGIN, SESSION, Site, cookies_of, writes_session

DAY = 24 * 60 * 60
HTML = {"accept": "text/html,application/xhtml+xml"}

with_pages = pytest.mark.parametrize("kind", WITH_PAGES, indirect=True)
# Where Starlette has no middleware, only its decorator can put a cookie on a response.
sends_cookies = pytest.mark.parametrize(
    ("kind", "path"),
    [
        (kind, path)
        for kind in WITH_PAGES
        for path in ("/whoami", "/private")
        if (kind, path) != ("starlette-mount", "/whoami")
    ],
    indirect=["kind"],
)
with_middleware = pytest.mark.parametrize("kind", WITH_MIDDLEWARE, indirect=True)


class Counter:
    """A ``jwt`` callback that counts how often an existing token is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self, params: JWTParams) -> dict[str, object]:
        self.reads += params.trigger is None
        return params.token


def test_nobody_is_shown_as_null(site: Site) -> None:
    reply = site.get(site.route("session"))
    assert (reply.status_code, reply.text) == (200, "null")
    assert reply.headers["content-type"] == "application/json"
    assert "no-store" in reply.headers["cache-control"]


def test_somebody_is_shown_with_the_sessions_end(site: Site) -> None:
    site.sign_in()
    assert site.session() == {
        "user": {"name": "Ada", "email": "ada@example.com"},
        "expires": "2100-01-31T00:00:00.000Z",
    }


def test_a_session_that_is_not_used_ends(site: Site) -> None:
    site.sign_in()
    site.clock.advance(31 * DAY)
    assert site.session() is None


@with_pages
def test_an_optional_session_is_the_person_or_nobody(site: Site) -> None:
    assert site.get("/whoami").text == "nobody"
    site.sign_in()
    assert site.get("/whoami").text == "Ada"


@with_pages
def test_a_required_session_lets_the_person_in(site: Site) -> None:
    site.sign_in()
    reply = site.get("/private")
    assert (reply.status_code, reply.text) == (200, "Ada")


@with_pages
def test_without_one_a_program_gets_401(site: Site) -> None:
    assert site.get("/private").status_code == 401
    fetched = {**HTML, "sec-fetch-mode": "cors"}
    assert site.get("/private", fetched).status_code == 401


@with_pages
@pytest.mark.parametrize("headers", [HTML, {"sec-fetch-mode": "navigate"}])
def test_without_one_a_page_is_sent_to_sign_in_and_back(
    site: Site, headers: dict[str, str]
) -> None:
    reply = site.get("/private?tab=2", headers)
    assert reply.status_code == 302
    back = "http%3A%2F%2Flocalhost%3A3000%2Fprivate%3Ftab%3D2"
    assert reply.headers["location"] == f"{ORIGIN}/api/auth/signin?callbackUrl={back}"


@with_pages
def test_the_way_back_leads_to_the_page(site: Site) -> None:
    form = site.get("/private?tab=2", HTML).headers["location"]
    assert site.get(form.removeprefix(ORIGIN)).status_code == 200
    reply = site.sign_in()
    assert reply.headers["location"] == f"{ORIGIN}/private?tab=2"


@pytest.mark.parametrize(
    "kind", ["starlette", "starlette-mount", "fastapi", "fastapi-router"], indirect=True
)
def test_a_refusal_is_kept_by_no_cache(site: Site) -> None:
    for headers in ({}, HTML):
        reply = site.get("/private", headers)
        assert reply.status_code in {302, 401}
        assert reply.headers.get_list("cache-control") == ["private, no-store"]


@with_pages
def test_a_used_session_rolls_on_with_the_applications_own_answer(site: Site) -> None:
    site.sign_in()
    site.clock.advance(2 * DAY)
    reply = site.get("/private")
    assert reply.text == "Ada"
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]
    site.clock.advance(29 * DAY)
    assert site.get("/whoami").text == "Ada"


@pytest.mark.parametrize("kind", ROLLS_STREAMS, indirect=True)
def test_a_streamed_answer_carries_the_cookie_too(site: Site) -> None:
    site.sign_in()
    site.clock.advance(2 * DAY)
    reply = site.get("/stream")
    assert reply.content == b"".join(PIECES)
    assert writes_session(reply)
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


@with_middleware
def test_a_cacheable_answer_stays_so_until_it_carries_the_cookie(site: Site) -> None:
    site.sign_in()
    fresh = site.get("/whoami")
    assert fresh.headers.get_list("cache-control") == [CACHEABLE]
    assert cookies_of(fresh) == []
    site.clock.advance(2 * DAY)
    due = site.get("/whoami")
    assert writes_session(due)
    assert due.headers.get_list("cache-control") == ["private, no-store"]


@with_pages
def test_an_answer_that_does_not_ask_stays_cacheable(site: Site) -> None:
    site.sign_in()
    site.clock.advance(2 * DAY)
    reply = site.get("/public")
    assert reply.headers.get_list("cache-control") == [CACHEABLE]
    assert cookies_of(reply) == []


@sends_cookies
@pytest.mark.parametrize("headers", [{}, HTML], ids=["program", "page"])
def test_a_damaged_cookie_goes(site: Site, path: str, headers: dict[str, str]) -> None:
    reply = site.get(path, {**headers, "cookie": f"{SESSION}=damaged"})
    assert reply.text != "Ada"
    assert any(cookie.startswith(f"{SESSION}=;") for cookie in cookies_of(reply))
    assert reply.headers.get_list("cache-control") == ["private, no-store"]


@sends_cookies
def test_a_session_that_is_over_is_told_of_once(open_site: OpenSite, path: str) -> None:
    site = open_site(revocation=Revocation())
    site.sign_in()
    site.auth.revoke_user_sync("credentials", "1")
    for _ in range(3):
        assert site.get(path).text != "Ada"
    assert [event.reason for event in site.sink.of(SessionEnded)] == ["revoked"]


@with_pages
@pytest.mark.parametrize("path", ["/whoami", "/private"])
def test_the_session_is_opened_once_a_request(open_site: OpenSite, path: str) -> None:
    counter = Counter()
    site = open_site(callbacks=Callbacks(jwt=counter))
    site.sign_in()
    assert site.get(path).text == "Ada"
    assert counter.reads == 1


@with_pages
def test_a_page_that_does_not_ask_opens_nothing(open_site: OpenSite) -> None:
    counter = Counter()
    site = open_site(callbacks=Callbacks(jwt=counter))
    site.sign_in()
    assert site.get("/public").text == "public"
    assert counter.reads == 0


@with_pages
def test_a_failing_jwt_callback_means_nobody_and_keeps_the_cookie(open_site: OpenSite) -> None:
    class Outage:
        lasts = False

        def __call__(self, params: JWTParams) -> dict[str, object]:
            if self.lasts:
                message = "the directory is away"
                raise OSError(message)
            return params.token

    outage = Outage()
    site = open_site(callbacks=Callbacks(jwt=outage))
    site.sign_in()
    outage.lasts = True
    assert site.get("/whoami").text == "nobody"
    assert site.get("/private").status_code == 401
    assert {event.reason for event in site.sink.of(SessionEnded)} == {"callback-failed"}
    outage.lasts = False
    assert site.get("/whoami").text == "Ada"
