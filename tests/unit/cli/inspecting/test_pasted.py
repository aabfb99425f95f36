"""Whatever people paste, the cookies in it are found, and nothing else is taken for one."""

import pytest

from nextauth.cli.inspecting.pasted import LONGEST, NotReadError, read_pasted

NAME = "authjs.session-token"
TOKEN = "eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc"
SALTED = f"U2FsdGVkX1{'8gYDErF9R5gm' * 9}+/8=="


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}={TOKEN}",
        f"Cookie: {NAME}={TOKEN}",
        f"cookie:   {NAME}={TOKEN}  \r\n",
        f"> Cookie: {NAME}={TOKEN}",
        f"'Cookie: {NAME}={TOKEN}'",
        f'"{NAME}={TOKEN}"',
        f"  -H 'cookie: {NAME}={TOKEN}' \\\n  -H 'accept: */*' \\",
        f"-b '{NAME}={TOKEN}'",
        f"curl 'https://example.com/' \\\n  -H 'a: b' \\\n  -b '{NAME}={TOKEN}' \\\n  --compressed",
        f"curl 'https://example.com/?a=b' -H 'X: y' -H 'Cookie: {NAME}={TOKEN}' -H 'A: b'",
        f'curl --cookie "{NAME}={TOKEN}" https://example.com/',
        f"Set-Cookie: {NAME}={TOKEN}; Path=/; HttpOnly; SameSite=Lax",
        f"< set-cookie: {NAME}={TOKEN}; Expires=Thu, 01 Jan 2037 00:00:00 GMT; Secure",
        f"{NAME}={TOKEN}; Path=/; Expires=Thu, 01 Jan 2037 00:00:00 GMT; HttpOnly",
        f"GET / HTTP/1.1\nHost: example.com\nCookie: {NAME}={TOKEN}\n\n",
        f"HTTP/1.1 200 OK\ncontent-type: text/html\nset-cookie: {NAME}={TOKEN}; Path=/",
        f"\ufeffCookie: {NAME}={TOKEN}",
    ],
)
def test_the_cookie_is_found(text: str) -> None:
    assert read_pasted(text).pairs == ((NAME, TOKEN),)


def test_several_cookies_are_found_on_one_line_and_on_several() -> None:
    expected = (("a", "b"), ("c", "d=e"), ("f", ""))
    assert read_pasted("Cookie: a=b; c=d=e;f=; g").pairs == expected
    assert read_pasted("a=b\nCookie: c=d=e\nSet-Cookie: f=; Max-Age=0").pairs == expected
    assert read_pasted("path=x; Path=/").pairs == (("path", "x"),)


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"  {TOKEN}\n\n",
        f"Authorization: Bearer {TOKEN}",
        f"-H 'authorization: bearer {TOKEN}'",
        f"{TOKEN[:9]}\n{TOKEN[9:20]}\n{TOKEN[20:]}",
    ],
)
def test_a_bare_token_is_found(text: str) -> None:
    pasted = read_pasted(text)
    assert (pasted.token, pasted.pairs) == (TOKEN, ())
    assert pasted.lines == (3 if text.count("\n") == 2 and text[0] != " " else 1)


@pytest.mark.parametrize("text", [SALTED, f'"{TOKEN}"', "a" * 64 + "=", "http://x/?a=b"])
def test_equals_signs_and_quotes_make_no_cookie_of_a_token(text: str) -> None:
    assert read_pasted(text).token == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\t\n", "Host: example.com", "Authorization: Basic eDp5", "Cookie: "),
        *("curl https://example.com/", "curl 'https://example.com/"),
    ],
)
def test_nothing_is_said_to_be_nothing(text: str) -> None:
    with pytest.raises(NotReadError, match="there is no cookie"):
        read_pasted(text)


def test_far_too_much_is_refused_and_not_quoted() -> None:
    with pytest.raises(NotReadError, match="more than 1000000 characters") as told:
        read_pasted(TOKEN * (LONGEST // len(TOKEN) + 1))
    assert TOKEN not in str(told.value)


def test_what_was_pasted_is_not_in_the_repr() -> None:
    assert TOKEN not in repr(read_pasted(TOKEN))
    assert TOKEN not in repr(read_pasted(f"{NAME}={TOKEN}"))
