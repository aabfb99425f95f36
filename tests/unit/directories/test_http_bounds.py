"""A login endpoint that is slow, endless, elsewhere or an impostor: nobody waits or gets in."""

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from nextauth import User
from nextauth.directories import Breaker
from nextauth.directories.http import HttpDirectory
from nextauth.errors import SystemUnavailable
from tests.login_api import Certificates, LoginApi, endless, fixed, raw_server
from tests.servers import free_port
from tests.unit.directories.http_desk import PASSWORD, ask, asked, login_api, made, unavailable

YES = b'{"ok": true, "user": {"id": 1}}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[LoginApi]:
    with login_api() as server:
        yield server


@pytest.fixture(autouse=True)
def _anew(server: LoginApi) -> None:
    server.api.seen.clear()
    server.api.answers.clear()


class TestSize:
    def test_an_answer_as_long_as_may_be(self, server: LoginApi) -> None:
        server.api.answers["/session"] = fixed(YES + b" " * (4_096 - len(YES)))
        assert ask(made(server, longest_answer=4_096)) is not None

    def test_an_answer_that_is_longer(self, server: LoginApi) -> None:
        server.api.answers["/session"] = fixed(YES + b" " * (4_097 - len(YES)))
        unavailable(made(server, longest_answer=4_096), match="longer than 4096")

    def test_an_endless_answer(self, server: LoginApi) -> None:
        server.api.answers["/session"] = endless(b" " * 10_000)
        unavailable(made(server), match="longer than")

    @pytest.mark.parametrize("packing", ["gzip", "deflate", "x-gzip", "GZIP"])
    def test_a_packed_answer_is_read_although_nobody_asked(
        self, server: LoginApi, packing: str
    ) -> None:
        body = zlib.compress(YES) if packing == "deflate" else gzip.compress(YES, mtime=0)
        server.api.answers["/session"] = fixed(body, content_encoding=packing)
        assert ask(made(server)) is not None
        assert server.api.seen[0].header("accept-encoding") == ["identity"]

    def test_a_bomb_is_not_unpacked(self, server: LoginApi) -> None:
        bomb = gzip.compress(b" " * 50_000_000)
        assert len(bomb) < 256 * 1024
        server.api.answers["/session"] = fixed(bomb, content_encoding="gzip")
        unavailable(made(server), match="longer than")

    @pytest.mark.parametrize(
        ("body", "packing"),
        [
            (gzip.compress(YES, mtime=0)[:-4], "gzip"),
            (gzip.compress(YES, mtime=0) + gzip.compress(YES, mtime=0), "gzip"),
            (YES, "gzip"),
            (YES, "br"),
            (YES, "gzip, gzip"),
        ],
    )
    def test_what_does_not_unpack(self, server: LoginApi, body: bytes, packing: str) -> None:
        server.api.answers["/session"] = fixed(body, content_encoding=packing)
        unavailable(made(server))

    def test_packed_nothing_is_nothing(self, server: LoginApi) -> None:
        server.api.answers["/session"] = fixed(b"", 401, content_encoding="gzip")
        assert ask(made(server)) is None


class TestTime:
    """What is slow ends by the limit; how soon is not measured, only that it ends."""

    def test_a_server_that_says_nothing(self) -> None:
        with raw_server() as origin:
            unavailable(made(origin, timeout=0.2), match="no answer within")

    def test_a_body_a_byte_at_a_time(self, server: LoginApi) -> None:
        # Each byte comes within any limit of a single read.
        server.api.answers["/session"] = endless(b" ", pause=0.01)
        unavailable(made(server, timeout=0.3), match="no answer within")

    def test_headers_a_byte_at_a_time(self) -> None:
        with raw_server(HEAD, *[b"x-a: 1\r\n"] * 200) as origin:
            unavailable(made(origin, timeout=0.3), match="no answer within")

    def test_interim_answers_without_an_end(self) -> None:
        with raw_server(*[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 200) as origin:
            unavailable(made(origin, timeout=0.3), match="no answer within")

    def test_whoever_comes_when_all_connections_are_taken(self, server: LoginApi) -> None:
        server.api.answers["/session"] = endless(b" ", pause=0.05)
        directory = made(server, timeout=0.3, connections=1)

        async def many() -> list[BaseException | Any]:
            return await asyncio.gather(
                *(asked(directory) for _ in range(4)), return_exceptions=True
            )

        assert {type(each) for each in asyncio.run(many())} == {SystemUnavailable}


class TestAnswersThatAreNone:
    @pytest.mark.parametrize(
        "parts",
        [
            [b"SSH-2.0-OpenSSH_9\r\n\r\n"],
            [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nhello"],
            [b"HTTP/1.1 20\r\n\r\n"],
            [HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n"],
            [HEAD + b"x: " + b"a" * 200_000 + b"\r\n\r\n"],
            [HEAD + b"x\0y: 1\r\n\r\n"],
        ],
    )
    def test_no_http(self, parts: list[bytes]) -> None:
        with raw_server(*parts) as origin:
            unavailable(made(origin, timeout=20), match="exchange failed")

    def test_nobody_is_there(self) -> None:
        unavailable(made(f"http://127.0.0.1:{free_port()}"), match="cannot be reached")

    def test_a_body_that_breaks_off(self) -> None:
        # Were it read to where it broke off, it would be a sign-in.
        long = HEAD + b"content-length: 500\r\nconnection: close\r\n\r\n" + YES

        with raw_server(long) as origin:
            unavailable(made(origin, timeout=0.3))


class TestElsewhere:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_credentials_follow_no_redirect(self, server: LoginApi, status: int) -> None:
        with login_api() as other:
            for location in (f"{other.origin}/session", "/elsewhere", f"//127.0.0.1:{other.port}/"):
                server.api.answers["/session"] = fixed("", status, location=location)
                unavailable(made(server), match=str(status))
            assert other.api.seen == []
        assert {each.path for each in server.api.seen} == {"/session"}

    def test_no_proxy_of_the_environment(
        self, server: LoginApi, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with raw_server() as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, proxy)
            assert ask(made(server)) is not None


class TestTls:
    @pytest.fixture(scope="class")
    @classmethod
    def certificates(cls, tmp_path_factory: pytest.TempPathFactory) -> Certificates:
        return Certificates(tmp_path_factory.mktemp("tls"))

    def test_a_certificate_of_the_authority_that_is_trusted(
        self, certificates: Certificates
    ) -> None:
        ca_file, certificate = certificates.issue()
        with login_api(certificate=certificate) as server:
            assert ask(made(server, ca_file=str(ca_file))) is not None

    def test_one_that_nobody_trusts(self, certificates: Certificates) -> None:
        _, certificate = certificates.issue()
        with login_api(certificate=certificate) as server:
            unavailable(made(server), match="certificate")
            assert server.api.seen == []

    def test_one_of_another_authority(self, certificates: Certificates, tmp_path: Path) -> None:
        ca_file, _ = Certificates(tmp_path).issue()
        _, certificate = certificates.issue()
        with login_api(certificate=certificate) as server:
            unavailable(made(server, ca_file=str(ca_file)), match="certificate")
            assert server.api.seen == []

    def test_one_of_another_host(self, certificates: Certificates) -> None:
        ca_file, certificate = certificates.issue("elsewhere.test")
        with login_api(certificate=certificate) as server:
            unavailable(made(server, ca_file=str(ca_file)), match="certificate")
            assert server.api.seen == []

    def test_none_at_all(self, certificates: Certificates, server: LoginApi) -> None:
        ca_file, _ = certificates.issue()
        origin = server.origin.replace("http:", "https:")
        unavailable(made(origin, ca_file=str(ca_file)))
        assert server.api.seen == []


class TestBreaker:
    def test_what_is_down_is_left_alone(self, server: LoginApi) -> None:
        server.api.answers["/session"] = fixed("", 503)
        directory = made(server, breaker=Breaker("it", failures=3, pause=60, timer=lambda: 0.0))
        for _ in range(5):
            unavailable(directory)
        assert len(server.api.seen) == 3

    @pytest.mark.parametrize("status", [429, 500, 404, 200])
    def test_nobody_can_lock_out_the_others_with_an_answer(
        self, server: LoginApi, status: int
    ) -> None:
        directory = made(server, breaker=Breaker("it", failures=2, timer=lambda: 0.0))
        server.api.answers["/session"] = fixed("oops", status)
        for _ in range(5):
            unavailable(directory)
        server.api.answers.clear()
        assert ask(directory) is not None


class TestLoops:
    def test_one_directory_in_many_loops_and_threads(self, server: LoginApi) -> None:
        directory = made(server)
        found: list[User | None] = []

        def enter() -> None:
            found.extend(ask(directory) for _ in range(3))

        threads = [Thread(target=enter) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert [user and user.id for user in found] == ["1"] * 12

    def test_connections_are_kept_and_closed(self, server: LoginApi) -> None:
        ports: set[object] = set()

        async def note(request: Any) -> Any:  # noqa: ANN401
            ports.add(request.client.port)
            return await fixed(YES)(request)

        server.api.answers["/session"] = note
        directory = made(server)

        async def enter() -> None:
            for _ in range(5):
                await asked(directory)
            await directory.aclose()
            await asked(directory)
            await directory.aclose()

        asyncio.run(enter())
        assert len(ports) == 2

    def test_whoever_goes_away_leaves_the_others_their_connections(self, server: LoginApi) -> None:
        reached = Event()

        async def slow(request: Any) -> Any:  # noqa: ANN401
            reached.set()
            return await endless(b" ", pause=0.01)(request)

        server.api.answers["/session"] = slow
        directory = made(server, connections=1)

        async def leave_and_come_back() -> object:
            for _ in range(3):
                reached.clear()
                task = asyncio.create_task(asked(directory))
                await asyncio.to_thread(reached.wait, 60)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            server.api.answers.clear()
            return await asked(directory)

        assert asyncio.run(leave_and_come_back()) is not None


def test_the_transport_is_an_argument(server: LoginApi) -> None:
    import httpx2  # noqa: PLC0415

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert PASSWORD in request.content.decode()
        return httpx2.Response(200, content=YES)

    directory: HttpDirectory = made(
        "https://login.example.com", transport=lambda: httpx2.MockTransport(answer)
    )
    assert ask(directory) is not None
    assert repr(directory) == "HttpDirectory('login.example.com')"
