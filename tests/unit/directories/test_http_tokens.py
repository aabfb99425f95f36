"""The system's tokens in a session: refreshed once, given to who comes late, ended when refused."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from redis import Redis

from nextauth import Auth, Callbacks, Credentials, Session
from nextauth.callbacks import JWTParams
from nextauth.directories import Breaker
from nextauth.directories.http import HttpDirectory, Tokens
from nextauth.stores.backends.redis import RedisStore
from nextauth.testing import FakeClock
from tests.contract.stores.services import RedisServer, redis_server
from tests.login_api import LoginApi, fixed
from tests.unit.directories.http_desk import ADA, login_api, made
from tests.unit.protocol.wire import CALLBACK, SESSION, Browser, Reply, make_auth

LIFETIME = 900
FIRST = {"system_tokens": {"access": "access-1", "refresh": "refresh-1"}}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server() -> Iterator[LoginApi]:
    with login_api() as server:
        yield server


@pytest.fixture(scope="module")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(running_redis: RedisServer) -> RedisServer:
    """The server, empty."""
    with Redis.from_url(running_redis.url) as client:
        client.flushall()
    return running_redis


@pytest.fixture
def open_store(redis: RedisServer) -> Callable[[], RedisStore]:
    """Open one more store on the same data, as another process would."""
    return lambda: RedisStore(redis.url, timeout=20)


def directory_of(
    server: LoginApi,
    clock: FakeClock,
    **options: Any,  # noqa: ANN401
) -> HttpDirectory:
    tokens = {"early": 30, "grace": 600}
    options.setdefault("breaker", Breaker("it", pause=0.01))
    return made(server, clock=clock, tokens=tokens, **options)


def site_of(directory: HttpDirectory, clock: FakeClock, **options: Any) -> Auth:  # noqa: ANN401
    callbacks = Callbacks(jwt=directory.jwt)
    return make_auth(
        providers=[Credentials(directory)], clock=clock, callbacks=callbacks, **options
    )


def signed_in(auth: Auth) -> Browser:
    browser = Browser(auth, way="json")
    assert browser.post(CALLBACK, ADA).status == 200
    return browser


def look(browser: Browser) -> Session | None:
    """Read the session as the application does."""
    return browser.auth.session_sync(browser.request("GET", "/"))


def at_once(auth: Auth, browser: Browser, count: int) -> list[Reply]:
    """Send several requests with one cookie at once."""

    async def send() -> list[Reply]:
        requests = [browser.request("GET", "/api/auth/session") for _ in range(count)]
        return [Reply(each) for each in await asyncio.gather(*map(auth.handle, requests))]

    return asyncio.run(send())


def held(session: Session | None) -> Any:  # noqa: ANN401
    assert session is not None
    return session.token["system_tokens"]


class TestSigningIn:
    def test_the_tokens_are_in_the_session_and_not_where_pages_look(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        directory = directory_of(server, clock)
        browser = signed_in(site_of(directory, clock))
        session = look(browser)
        assert session is not None
        assert dict(session.user.extra) == {}
        assert held(session)["access"] == "access-1"
        assert held(session)["refresh"] == "refresh-1"
        assert directory.access_token(session) == "access-1"
        assert "access-1" not in browser.get("session").text
        assert "access-1" not in repr(session)

    def test_nothing_is_refreshed_before_it_is_due(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        browser = signed_in(site_of(directory_of(server, clock), clock))
        clock.advance(LIFETIME - 31)
        assert held(look(browser))["access"] == "access-1"
        assert server.api.refreshed == {}

    def test_a_callback_of_ones_own_goes_on(self, server: LoginApi, clock: FakeClock) -> None:
        directory = directory_of(server, clock)

        async def jwt(params: JWTParams) -> Any:  # noqa: ANN401
            token = await directory.jwt(params)
            return None if token is None else {**token, "theme": "dark"}

        auth = make_auth(
            providers=[Credentials(directory)], clock=clock, callbacks=Callbacks(jwt=jwt)
        )
        browser = signed_in(auth)
        clock.advance(LIFETIME)
        session = look(browser)
        assert held(session)["access"] == "access-2"
        assert session is not None
        assert session.token["theme"] == "dark"

    def test_sessions_without_tokens_are_left_alone(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        for directory in (made(server, clock=clock), directory_of(server, clock)):
            for token in ({"sub": "1"}, {"sub": "1", "system_tokens": "?"}):
                assert asyncio.run(directory.jwt(JWTParams(dict(token)))) == token
            session = look(signed_in(site_of(made(server, clock=clock), clock)))
            assert session is not None
            assert directory.access_token(session) is None


class TestRefreshing:
    def test_the_cookie_holds_what_followed(self, server: LoginApi, clock: FakeClock) -> None:
        directory = directory_of(server, clock)
        browser = signed_in(site_of(directory, clock))
        for number in range(2, 6):
            clock.advance(LIFETIME - 30)
            assert browser.session() is not None
            session = look(browser)
            assert session is not None
            assert directory.access_token(session) == f"access-{number}"
        assert set(server.api.refreshed.values()) == {1}

    def test_ten_at_once_refresh_once(self, server: LoginApi, clock: FakeClock) -> None:
        auth = site_of(directory_of(server, clock), clock)
        browser = signed_in(auth)
        clock.advance(LIFETIME)
        replies = at_once(auth, browser, 10)
        assert server.api.refreshed == {"refresh-1": 1}
        for reply in replies:
            assert reply.signs_in()
            other = Browser(auth)
            other.jar[SESSION] = reply.set[SESSION].value
            assert held(look(other))["access"] == "access-2"

    def test_ten_threads_at_once_refresh_once(self, server: LoginApi, clock: FakeClock) -> None:
        directory = directory_of(server, clock)
        token = {"system_tokens": {**FIRST["system_tokens"], "expires": 0, "due": 0}}
        server.api.give("ada")
        together, found = Barrier(10), []

        def refresh() -> None:
            together.wait(60)
            found.append(asyncio.run(directory.jwt(JWTParams(dict(token)))))

        threads = [Thread(target=refresh) for _ in range(10)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert server.api.refreshed == {"refresh-1": 1}
        assert {each and each["system_tokens"]["access"] for each in found} == {"access-2"}

    def test_who_comes_late_is_given_the_successor(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        auth = site_of(directory_of(server, clock), clock)
        browser, late = signed_in(auth), Browser(auth)
        late.jar.update(browser.jar)
        clock.advance(LIFETIME)
        browser.session()
        clock.advance(LIFETIME + 40)  # the successor is over, too: its own follows
        assert held(look(late))["access"] == "access-3"
        assert held(look(browser))["access"] == "access-3"
        assert set(server.api.refreshed.values()) == {1}

    def test_who_comes_too_late_is_signed_out(self, server: LoginApi, clock: FakeClock) -> None:
        auth = site_of(directory_of(server, clock), clock)
        browser, late = signed_in(auth), Browser(auth)
        late.jar.update(browser.jar)
        clock.advance(LIFETIME)
        browser.session()
        clock.advance(LIFETIME + 61)
        assert late.session() is None
        assert SESSION not in late.jar
        assert browser.session() is not None

    def test_a_refresh_token_that_never_changes(self, server: LoginApi, clock: FakeClock) -> None:
        numbers = iter(range(2, 100))

        async def renew(request: Any) -> Any:  # noqa: ANN401
            answer = {"access_token": f"access-{next(numbers)}", "expires_in": str(LIFETIME)}
            return await fixed(answer)(request)

        server.api.answers["/refresh"] = renew
        browser = signed_in(site_of(directory_of(server, clock), clock))
        for number in range(2, 6):
            clock.advance(LIFETIME)
            browser.session()
            assert held(look(browser))["access"] == f"access-{number}"
            assert held(look(browser))["refresh"] == "refresh-1"

    def test_tokens_that_are_always_over_are_not_refreshed_for_ever(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        server.api.lifetime = -5
        browser = signed_in(site_of(directory_of(server, clock), clock))
        clock.advance(1)
        assert look(browser) is not None
        assert len(server.api.refreshed) == 1

    def test_whoever_goes_away_does_not_take_the_successor_along(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        directory = directory_of(server, clock)
        server.api.give("ada")
        token = {"system_tokens": {**FIRST["system_tokens"], "expires": 0, "due": 0}}
        reached, may_go_on = Event(), Event()
        follow = server.api._route

        async def slow(request: Any) -> Any:  # noqa: ANN401
            reached.set()
            await asyncio.to_thread(may_go_on.wait, 60)
            return await follow(request)

        server.api.answers["/refresh"] = slow

        async def leave_and_come_back() -> Any:  # noqa: ANN401
            first = asyncio.create_task(directory.jwt(JWTParams(dict(token))))
            await asyncio.to_thread(reached.wait, 60)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            may_go_on.set()
            return await directory.jwt(JWTParams(dict(token)))

        assert asyncio.run(leave_and_come_back())["system_tokens"]["access"] == "access-2"
        assert server.api.refreshed == {"refresh-1": 1}

    def test_without_a_way_to_refresh_the_session_stays_and_the_token_does_not(
        self, server: LoginApi, clock: FakeClock
    ) -> None:
        directory = made(server, clock=clock, tokens=Tokens())
        browser = signed_in(site_of(directory, clock))
        clock.advance(LIFETIME)
        session = look(browser)
        assert session is not None
        assert directory.access_token(session) is None


class TestRefusals:
    def test_who_is_refused_is_signed_out(self, server: LoginApi, clock: FakeClock) -> None:
        auth = site_of(directory_of(server, clock), clock)
        browser = signed_in(auth)
        server.api.refuses_refresh = True
        clock.advance(LIFETIME)
        for reply in at_once(auth, browser, 5):
            assert reply.json is None
            assert reply.deletes()
        assert server.api.refreshed == {"refresh-1": 1}

    @pytest.mark.parametrize("status", [401, 403])
    def test_other_ways_to_refuse(self, server: LoginApi, clock: FakeClock, status: int) -> None:
        browser = signed_in(site_of(directory_of(server, clock), clock))
        server.api.answers["/refresh"] = fixed("no", status)
        clock.advance(LIFETIME)
        assert browser.session() is None

    @pytest.mark.parametrize(
        "answer",
        [
            fixed({"error": "invalid_client"}, 401),
            fixed({"error": "unsupported_grant_type"}, 400),
            fixed("", 404),
            fixed("", 429),
            fixed("", 500),
            fixed("", 302, location="/login"),
            fixed("<p>Back at noon"),
            fixed({"refresh_token": "x"}),
            fixed({"access_token": "a\r\nb"}),
        ],
        ids=map(str, range(9)),
    )
    def test_nobody_is_signed_out_by_what_is_no_refusal(
        self,
        server: LoginApi,
        clock: FakeClock,
        answer: Any,  # noqa: ANN401
    ) -> None:
        directory = directory_of(server, clock)
        browser = signed_in(site_of(directory, clock))
        server.api.answers["/refresh"] = answer
        clock.advance(LIFETIME + 10)
        session = look(browser)
        assert held(session)["access"] == "access-1"
        assert session is not None
        assert directory.access_token(session) is None  # it is over, and nobody is told otherwise
        server.api.answers.clear()
        assert held(look(browser))["access"] == "access-2"

    def test_while_it_is_down_the_session_goes_on_for_a_while(
        self, server: LoginApi, clock: FakeClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        browser = signed_in(site_of(directory_of(server, clock), clock))
        server.stop()
        clock.advance(LIFETIME + 599)
        assert browser.session() is not None
        cookie = browser.jar[SESSION]
        clock.advance(2)
        assert browser.session() is None
        assert browser.jar[SESSION] == cookie  # an outage signs nobody out for good
        assert "refresh-1" not in caplog.text
        assert "access-1" not in caplog.text
        server.start()
        for _ in range(400):
            if browser.session() is not None:
                break
        assert held(look(browser))["access"] == "access-2"


class WatchedStore(RedisStore):
    """Says when somebody else has the turn."""

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout=20)
        self.waits_for_another = Event()

    async def claim(self, key: str, *, until: float, now: float) -> bool:
        is_ours = await super().claim(key, until=until, now=now)
        if not is_ours:
            self.waits_for_another.set()
        return is_ours


@pytest.mark.service
class TestTwoProcesses:
    def test_one_waits_for_what_the_other_finds(
        self, server: LoginApi, clock: FakeClock, redis: RedisServer
    ) -> None:
        stores = [WatchedStore(redis.url) for _ in range(2)]
        first, second = (site_of(directory_of(server, clock, store=each), clock) for each in stores)
        browser, late = signed_in(first), Browser(second)
        late.jar.update(browser.jar)
        clock.advance(LIFETIME)
        follow, reached = server.api._route, Event()

        async def slow(request: Any) -> Any:  # noqa: ANN401
            reached.set()
            await asyncio.to_thread(stores[1].waits_for_another.wait, 60)
            return await follow(request)

        server.api.answers["/refresh"] = slow
        found: list[Session | None] = []
        leading = Thread(target=lambda: found.append(look(browser)))
        leading.start()
        assert reached.wait(60)
        assert held(look(late))["access"] == "access-2"
        leading.join()
        assert held(found[0])["access"] == "access-2"
        assert server.api.refreshed == {"refresh-1": 1}

    def test_what_cannot_be_shared_is_kept_by_this_process(
        self, server: LoginApi, clock: FakeClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with redis_server(tmp_path) as own:
            auth = site_of(directory_of(server, clock, store=RedisStore(own.url, timeout=1)), clock)
            browser, late = signed_in(auth), Browser(auth)
            late.jar.update(browser.jar)
            clock.advance(LIFETIME)
            follow = server.api._route

            async def last(request: Any) -> Any:  # noqa: ANN401
                own.kill()
                return await follow(request)

            server.api.answers["/refresh"] = last
            assert held(look(browser))["access"] == "access-2"
            assert held(look(late))["access"] == "access-2"
        assert server.api.refreshed == {"refresh-1": 1}
        assert "was not shared" in caplog.text
        assert "refresh-1" not in caplog.text

    def test_they_refresh_once_together(
        self, server: LoginApi, clock: FakeClock, open_store: Callable[[], RedisStore]
    ) -> None:
        directories = [directory_of(server, clock, store=open_store()) for _ in range(2)]
        first, second = (site_of(each, clock) for each in directories)
        browser = signed_in(first)
        clock.advance(LIFETIME)
        together, replies = Barrier(2), []

        def send(auth: Auth) -> None:
            together.wait(60)
            replies.extend(at_once(auth, browser, 5))

        threads = [Thread(target=send, args=[auth]) for auth in (first, second)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert server.api.refreshed == {"refresh-1": 1}
        assert [each.json["user"]["name"] for each in replies] == ["Ada"] * 10
        for reply in replies:
            other = Browser(second)
            other.jar[SESSION] = reply.set[SESSION].value
            assert held(look(other))["access"] == "access-2"

    def test_a_refusal_is_one_for_both(
        self, server: LoginApi, clock: FakeClock, open_store: Callable[[], RedisStore]
    ) -> None:
        first, second = (
            site_of(directory_of(server, clock, store=open_store()), clock) for _ in range(2)
        )
        browser, late = signed_in(first), Browser(second)
        late.jar.update(browser.jar)
        server.api.refuses_refresh = True
        clock.advance(LIFETIME)
        assert browser.session() is None
        assert late.session() is None
        assert server.api.refreshed == {"refresh-1": 1}

    def test_who_reads_redis_learns_no_token(
        self,
        server: LoginApi,
        clock: FakeClock,
        open_store: Callable[[], RedisStore],
        redis: RedisServer,
    ) -> None:
        browser = signed_in(site_of(directory_of(server, clock, store=open_store()), clock))
        clock.advance(LIFETIME)
        assert browser.session() is not None
        with Redis.from_url(redis.url) as client:
            keys = list(client.scan_iter())
            assert len(keys) == 1  # the successor, and no turn that was not given back
            kept = b"".join([*keys, *(client.get(each) or b"" for each in keys)])
            assert client.ttl(keys[0]) > 0
        for text in (b"access-", b"refresh-", b"ada"):
            assert text not in kept

    def test_a_process_that_died_in_its_turn_holds_up_nobody_for_long(
        self, server: LoginApi, clock: FakeClock, open_store: Callable[[], RedisStore]
    ) -> None:
        directory = directory_of(server, clock, store=open_store(), timeout=0.5)
        browser = signed_in(site_of(directory, clock))
        clock.advance(LIFETIME)
        keeper = directory._keeper
        assert keeper is not None
        old = "refresh-1\naccess-1"

        async def die() -> None:
            other = directory_of(server, clock, store=open_store())._keeper
            assert other is not None
            shared = other._successors._shared
            assert shared is not None
            # Not by `turn`: a loop that ends closes it, and so the turn would be given back.
            assert await other._successors._wait_for_turn(shared, old, 60.0) is None
            await shared.aclose()

        asyncio.run(die())
        assert held(look(browser))["access"] == "access-1"  # within the grace
        assert server.api.refreshed == {}
        clock.advance(61)
        assert held(look(browser))["access"] == "access-2"

    def test_without_redis_nothing_is_refreshed_and_the_session_goes_on(
        self, server: LoginApi, clock: FakeClock, tmp_path: Path
    ) -> None:
        with redis_server(tmp_path) as own:
            directory = directory_of(server, clock, store=RedisStore(own.url, timeout=1))
            browser = signed_in(site_of(directory, clock))
            clock.advance(LIFETIME)
            own.kill()
            assert held(look(browser))["access"] == "access-1"
            assert server.api.refreshed == {}
            own.start()
            assert held(look(browser))["access"] == "access-2"
