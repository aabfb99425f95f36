"""Shows what is special to WSGI: how much of a body is read that is refused."""

from collections.abc import Callable
from io import BytesIO

from nextauth import Auth, Credentials, User
from nextauth.integrations.wsgi import AuthApp

LARGEST = 64 * 1024
MEBIBYTE = 1024 * 1024


def ada(_credentials: object) -> User:
    return User(id="1")


def refused(declared: int, sent: int) -> tuple[str, int]:
    """Post a body to the sign-in; answer the status, and how much of it was read."""
    auth = Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret="kV3q-of-the-contract-alone-9Zx7LwTe",
        base_url="http://localhost",
        environ={},
    )
    body, statuses = BytesIO(b"a" * sent), []
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/api/auth/callback/credentials",
        "CONTENT_LENGTH": str(declared),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "wsgi.input": body,
        "wsgi.url_scheme": "http",
    }

    def start_response(
        status: str, _headers: list[tuple[str, str]], _exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        statuses.append(status)
        return body.write

    list(AuthApp(auth)(environ, start_response))
    return statuses[0], body.tell()


def test_a_body_that_is_too_large_is_read_to_its_end_so_that_the_answer_arrives() -> None:
    status, read = refused(declared=LARGEST + 1, sent=LARGEST + 1)
    assert status.startswith("413")
    assert read == LARGEST + 1


def test_of_an_endless_body_no_more_than_a_mebibyte_is_read() -> None:
    status, read = refused(declared=10**15, sent=2 * MEBIBYTE)
    assert status.startswith("413")
    assert read == MEBIBYTE


def test_a_body_that_ends_early_is_not_waited_for() -> None:
    status, read = refused(declared=10**15, sent=100)
    assert status.startswith("413")
    assert read == 100
