"""Who asks for a token, and who is no browser."""

import pytest

from nextauth.web import Request
from nextauth.web.bearer import LONGEST_BEARER, accepts_jwt, bearer_token, is_browserless


def asked(*headers: tuple[bytes, bytes]) -> Request:
    return Request("POST", "/", headers=headers)


@pytest.mark.parametrize("name", [b"cookie", b"origin", b"sec-fetch-site"])
@pytest.mark.parametrize("value", [b"", b"null", b"same-origin"])
def test_what_browsers_add_is_a_browsers_whatever_it_says(name: bytes, value: bytes) -> None:
    assert not is_browserless(asked((b"accept", b"*/*"), (name, value)))


def test_what_programs_send_is_none() -> None:
    # Node's fetch sends the mode, and not the site.
    assert is_browserless(asked((b"user-agent", b"curl"), (b"sec-fetch-mode", b"cors")))
    assert is_browserless(asked())


@pytest.mark.parametrize(
    ("accept", "asks"),
    [
        (b"application/jwt", True),
        (b"Application/JWT ; q=0.5", True),
        (b"text/html ,\tapplication/jwt,*/*", True),
        (b"application/jwt+x", False),
        (b"x-application/jwt", False),
        (b"text/html; x=application/jwt", False),
        (b"*/*", False),
        (b"", False),
    ],
)
def test_a_token_is_asked_for_by_name(accept: bytes, *, asks: bool) -> None:
    assert accepts_jwt(asked((b"accept", accept))) is asks


def test_of_two_headers_both_count() -> None:
    assert accepts_jwt(asked((b"accept", b"*/*"), (b"accept", b"application/jwt")))
    assert not accepts_jwt(asked())


def test_the_longest_token_can_be_borne() -> None:
    for length, is_borne in ((LONGEST_BEARER, True), (LONGEST_BEARER + 1, False)):
        token = "x" * length
        borne = bearer_token(asked((b"authorization", f"Bearer {token}".encode())))
        assert borne == (token if is_borne else "")
