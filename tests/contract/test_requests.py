"""What each integration makes of a request: method, path, body, size, address."""

from collections.abc import Iterator

import pytest

from nextauth import Callbacks, CookieOptions, JWTParams
from nextauth.events import SignedIn
from nextauth.web.body import LARGEST_BODY
from tests.contract.applications import ON_WSGI, PLAIN, STREAMS_BODIES
from tests.contract.conftest import OpenSite
from tests.contract.site import ORIGIN, PEER, SAME_ORIGIN, SESSION, Site, cookies_of, without_length

DAY = 24 * 60 * 60
CHUNK = b"a" * 4096


def test_head_answers_like_get_and_changes_nothing(open_site: OpenSite) -> None:
    seen: list[JWTParams] = []

    def jwt(params: JWTParams) -> dict[str, object]:
        seen.append(params)
        return params.token

    site = open_site(callbacks=Callbacks(jwt=jwt))
    site.sign_in()
    site.clock.advance(2 * DAY)
    asked = len(seen)
    head = site.request("HEAD", site.route("session"))
    assert (head.status_code, head.content) == (200, b"")
    assert cookies_of(head) == []
    assert len(seen) == asked
    get = site.get(site.route("session"))
    assert head.headers["content-type"] == get.headers["content-type"]
    assert cookies_of(get)
    assert len(seen) == asked + 1


def test_another_method_is_405_with_the_methods_that_there_are(site: Site) -> None:
    reply = site.request("DELETE", site.route("session"))
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD, POST")
    reply = site.get(site.route("callback/credentials"))
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


def test_an_unknown_action_is_400(site: Site) -> None:
    assert site.get(site.route("nonsense")).status_code == 400
    assert site.get(site.route("signin/nobody")).status_code == 400


def test_a_trailing_slash_is_accepted(site: Site) -> None:
    assert site.get(site.route("session/")).text == "null"


def test_a_path_that_is_only_like_ours_is_not_ours(site: Site, kind: str) -> None:
    reply = site.get("/api/authors")
    if kind in PLAIN:
        assert reply.text == "public"  # that application answers every path
    else:
        assert reply.status_code == 404


def test_a_declared_length_above_the_limit_is_413(site: Site) -> None:
    reply = site.sign_in(way="header", filler="x" * LARGEST_BODY)
    assert reply.status_code == 413
    assert reply.json()["url"] == f"{ORIGIN}/api/auth/error?error=PayloadTooLarge"
    assert site.session() is None


@pytest.mark.parametrize("kind", STREAMS_BODIES, indirect=True)
def test_of_a_body_that_declares_too_much_nothing_is_read(site: Site) -> None:
    sent: list[bytes] = []

    def endless() -> Iterator[bytes]:
        while True:
            sent.append(CHUNK)
            yield CHUNK

    declared = {"content-length": str(LARGEST_BODY + 1)}
    assert site.post_chunks("callback/credentials", endless(), declared).status_code == 413
    assert sent == []


def test_a_streamed_body_above_the_limit_is_413_and_read_no_further(
    open_site: OpenSite, kind: str
) -> None:
    sent: list[bytes] = []

    def endless() -> Iterator[bytes]:
        for _ in range(4 * LARGEST_BODY // len(CHUNK)):
            sent.append(CHUNK)
            yield CHUNK

    is_wsgi = kind in ON_WSGI
    site = open_site(wrap=without_length if is_wsgi else None)
    reply = site.post_chunks("callback/credentials", endless())
    assert reply.status_code == 413
    # Under WSGI the client of these tests hands over the whole body before anybody reads.
    assert kind not in STREAMS_BODIES or len(sent) == LARGEST_BODY // len(CHUNK) + 1


def test_a_streamed_body_within_the_limit_signs_in(open_site: OpenSite, kind: str) -> None:
    site = open_site(wrap=without_length if kind in ON_WSGI else None)
    chunks = [b"email=ada%40exam", b"ple.com&password=correct+", b"horse"]
    assert site.post_chunks("callback/credentials", chunks).status_code == 200
    assert site.session()["user"]["name"] == "Ada"


def test_another_media_type_is_415(site: Site) -> None:
    headers = {**SAME_ORIGIN, "content-type": "text/plain"}
    path = site.route("callback/credentials")
    assert site.request("POST", path, headers=headers, content=b"a=b").status_code == 415


def test_events_tell_the_peers_address(site: Site) -> None:
    site.sign_in()
    assert [event.at.address for event in site.sink.of(SignedIn)] == [PEER]


def test_a_forwarded_address_counts_through_trusted_proxies_only(open_site: OpenSite) -> None:
    form = {"email": "ada@example.com", "password": "correct horse"}
    headers = {**SAME_ORIGIN, "x-forwarded-for": "198.51.100.7"}
    for proxies, address in ((0, PEER), (1, "198.51.100.7")):
        site = open_site(trusted_proxies=proxies, base_url=ORIGIN)
        path = site.route("callback/credentials")
        assert site.request("POST", path, data=form, headers=headers).status_code == 302
        assert [event.at.address for event in site.sink.of(SignedIn)] == [address]


@pytest.mark.parametrize("value", ["%2Fcaf%C3%A9%3Fa%3Db", "/caf%C3%A9?a=b"])
def test_the_query_arrives_as_it_was_sent(site: Site, value: str) -> None:
    page = site.get(f"{site.route('signin')}?callbackUrl={value}")
    assert page.status_code == 200
    assert site.sign_in().headers["location"] == f"{ORIGIN}/caf%C3%A9?a=b"


def test_an_address_that_nobody_told_us_is_refused(site: Site) -> None:
    reply = site.get(site.route("session"), {"host": "evil.example"})
    assert (reply.status_code, reply.json()["error"]) == (500, "UntrustedHost")


def test_both_variants_of_a_cookie_are_deleted_where_a_domain_is_configured(
    open_site: OpenSite,
) -> None:
    """They are two headers for one name, of which a framework's own cookies would keep one."""
    site = open_site(base_url="http://www.example.com", cookies=CookieOptions(domain="example.com"))
    reply = site.request(
        "POST", site.route("signout"), headers={**SAME_ORIGIN, "cookie": f"{SESSION}=stale"}
    )
    gone = [each for each in cookies_of(reply) if each.startswith(f"{SESSION}=;")]
    assert sorted("Domain=example.com" in each for each in gone) == [False, True]
