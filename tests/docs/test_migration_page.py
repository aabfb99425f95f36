"""What docs/migrating-from-fastapi-nextauth-jwt.md says about `nextauth` is so; its code runs."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.testclient import TestClient

from nextauth import (
    Auth,
    ConfigurationError,
    CookieOptions,
    Credentials,
    Session,
    SessionOptions,
    User,
)
from nextauth.integrations.fastapi import OptionalSession, RequireSession
from nextauth.testing import FakeClock, mint_session
from tests.docs.programs import SECRET, programs_of

PATH = Path(__file__).parents[2] / "docs" / "migrating-from-fastapi-nextauth-jwt.md"
PAGE = PATH.read_text("utf-8")
OLDER = "u7Wc1Xe9Yb3Za5Qd8Rf2Sg6Th0Uj4Vk_Pm-Ln"
ADA = User(id="1", name="Ada", email="ada@example.com")
SITE = "https://example.com"
DEFAULT_SITE = "http://localhost:3000"
# The arguments of NextAuthJWT in version 2.1.1, in their order.
ARGUMENTS = {
    "secret",
    "cookie_name",
    "secure_cookie",
    "csrf_cookie_name",
    "csrf_header_name",
    "info",
    "salt",
    "auto_append_salt",
    "hash_algorithm",
    "encryption_algorithm",
    "csrf_prevention_enabled",
    "csrf_methods",
    "check_expiry",
}


# Appended to the page's program: sends requests to it, and prints what each was answered.
ASK = """
import json

for method, path, headers in {requests!r}:
    given = TestClient(app).request(method, path, headers=headers)
    print(json.dumps([given.status_code, given.json(), "set-cookie" in given.headers]))
"""


def answers(folder: Path, *requests: tuple[str, str, dict[str, str]]) -> list[Any]:
    """Run the page's code under "After", with all that continues it, and ask it."""
    [program] = [each for each in programs_of(PATH) if "FastAPI(" in each.text]
    printed = program.run(folder, then=ASK.format(requests=requests))
    return [json.loads(line) for line in printed.splitlines()]


def section(heading: str) -> str:
    text = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert text, heading
    return text


def cookies_of(**options: Any) -> dict[str, str]:  # noqa: ANN401
    """Answer the cookies of a site that signs people in, as Auth.js would set them."""
    claims = options.pop("claims", {})
    given = {"secret": SECRET, "base_url": SITE, "environ": {}, **options}
    site = Auth(providers=[Credentials(authorize=lambda _: None, account="email")], **given)
    return mint_session(site, ADA, **claims)


def reader(**options: Any) -> Auth:  # noqa: ANN401
    return Auth(**{"secret": SECRET, "base_url": SITE, "environ": {}, **options})


def asked(auth: Auth, cookies: dict[str, str], **headers: str) -> Any:  # noqa: ANN401
    """Answer what `GET /me` answers; the API itself is asked over plain http."""
    app = FastAPI()

    @app.get("/me")
    def me(session: Annotated[Session, Depends(RequireSession(auth))]) -> str | None:
        return session.user.name

    client = TestClient(app, base_url="http://api.internal:8000", follow_redirects=False)
    sent = cookie_header(cookies) if cookies else {}
    return client.get("/me", headers={**sent, **headers})


# The code ----------------------------------------------------------------------------------------


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def test_the_program_reads_the_session_that_the_site_wrote(tmp_path: Path) -> None:
    cookies = cookies_of(base_url=DEFAULT_SITE, claims={"groups": ["staff"]})
    [answer] = answers(tmp_path, ("GET", "/api/me", cookie_header(cookies)))
    assert answer == [200, {"id": "1", "name": "Ada", "groups": ["staff"]}, False]


def test_the_check_of_the_page_refuses_the_pages_of_other_sites(tmp_path: Path) -> None:
    cookie = cookie_header(cookies_of(base_url=DEFAULT_SITE))
    ours = [{}, {"Origin": DEFAULT_SITE}]
    others = ["http://localhost:3001", f"{DEFAULT_SITE}.evil.example", "null", ""]
    theirs = [{"Origin": origin} for origin in others]
    sent = [("POST", "/api/notes", {**cookie, **headers}) for headers in (*ours, *theirs)]
    read = [("GET", "/api/me", {**cookie, **headers}) for headers in theirs]
    got = [status for status, *_ in answers(tmp_path, *sent, *read)]
    assert got == [*[200] * len(ours), *[403] * len(theirs), *[200] * len(theirs)]


# The tables --------------------------------------------------------------------------------------


def test_every_argument_of_the_old_class_has_its_row() -> None:
    rows = re.findall(r"^\| (.*?) \|", section("What becomes of each argument"), re.MULTILINE)
    named = {name for row in rows[1:] for name in re.findall(r"`(\w+)`", row)}
    assert named - {"NextAuthJWTv4"} == ARGUMENTS


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
def test_one_auth_reads_the_sessions_of_both_generations(dialect: str) -> None:
    assert asked(reader(), cookies_of(dialect=dialect)).json() == "Ada"


def test_signed_out_a_program_gets_401_and_a_browser_is_sent_to_the_site() -> None:
    told = asked(reader(), {})
    assert (told.status_code, told.headers["www-authenticate"]) == (401, "Cookie")
    sent = asked(reader(), {}, **{"Sec-Fetch-Mode": "navigate"})
    assert sent.status_code == 302
    assert sent.headers["location"].startswith(f"{SITE}/api/auth/signin?callbackUrl=")


def test_a_damaged_token_is_nobody_and_nothing_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ((name, token),) = cookies_of().items()
    assert asked(reader(), {name: f"{token[:-8]}AAAAAAAA"}).status_code == 401
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (14, 200), (16, 401)])
def test_a_session_is_over_15_seconds_after_exp(seconds: int, status: int) -> None:
    clock = FakeClock()
    options = SessionOptions(max_age=1000, update_age=100)
    cookies = cookies_of(clock=clock, session=options)
    clock.advance(1000 + seconds)
    assert asked(reader(clock=clock, session=options), cookies).status_code == status


def test_a_list_of_secrets_reads_what_each_of_them_wrote() -> None:
    auth = reader(secret=[SECRET, OLDER])
    assert asked(auth, cookies_of()).json() == "Ada"
    assert asked(auth, cookies_of(secret=OLDER)).json() == "Ada"
    assert asked(reader(), cookies_of(secret=OLDER)).status_code == 401


@pytest.mark.parametrize("secret", ["x9Lm2Qp7Rt4Vw8Yz1Bc5Df0Gh3Jk6N", "your-256-bit-secret"])
def test_a_weak_secret_is_refused_at_the_start(secret: str) -> None:
    assert len(secret) < 32
    with pytest.raises(ConfigurationError):
        reader(secret=secret)


def test_a_session_in_several_cookies_is_read_and_a_damaged_set_is_nobody() -> None:
    cookies = cookies_of(claims={"groups": [f"group-{n:03}" for n in range(700)]})
    assert len(cookies) == 3
    assert asked(reader(), cookies).json() == "Ada"
    first, *_ = cookies
    cookies.pop(first)
    assert asked(reader(), cookies).status_code == 401


@pytest.mark.parametrize(
    ("whole", "part", "status"),
    [("{token}", "damaged", 200), ("damaged", "{token}", 200), ("{token}", "{token}", 200)],
)
def test_beside_a_whole_cookie_a_part_counts_if_it_opens(
    whole: str, part: str, status: int
) -> None:
    ((name, token),) = cookies_of().items()
    both = {name: whole.format(token=token), f"{name}.0": part.format(token=token)}
    assert asked(reader(), both).status_code == status


def test_of_two_sessions_in_a_whole_cookie_and_a_part_neither_counts() -> None:
    ((name, mine),), (other,) = cookies_of().items(), cookies_of().values()
    assert asked(reader(), {name: mine, f"{name}.0": other}).status_code == 401


def test_the_token_is_read_as_bearer_where_that_is_asked_for() -> None:
    (token,) = cookies_of().values()
    bearer = {"Authorization": f"Bearer {token}"}
    accepting = reader(session=SessionOptions(accept_bearer=True))
    assert asked(accepting, {}, **bearer).json() == "Ada"
    assert asked(reader(), {}, **bearer).status_code == 401
    beside = asked(accepting, {"__Secure-authjs.session-token": "damaged"}, **bearer)
    assert beside.status_code == 401


def test_web_sockets_and_the_openapi_document_know_the_session() -> None:
    app, auth = FastAPI(), reader()

    @app.websocket("/talk")
    async def talk(
        socket: WebSocket, session: Annotated[Session | None, Depends(OptionalSession(auth))]
    ) -> None:
        await socket.accept()
        await socket.send_json(session and session.user.name)
        await socket.close()

    @app.get("/me", dependencies=[Depends(RequireSession(auth))])
    def me() -> None: ...

    client = TestClient(app, base_url=SITE)
    for cookies, name in (({}, None), (cookies_of(), "Ada")):
        client.cookies.update(cookies)
        with client.websocket_connect("wss://example.com/talk") as connection:
            assert connection.receive_json() == name
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    [scheme] = schemes.values()
    assert (scheme["in"], scheme["name"]) == ("cookie", "__Secure-authjs.session-token")


# The pitfalls ------------------------------------------------------------------------------------


def test_behind_https_the_address_decides_the_cookies_name_and_key() -> None:
    cookies = cookies_of()
    assert list(cookies) == ["__Secure-authjs.session-token"]
    assert asked(reader(), cookies).json() == "Ada"
    assert asked(reader(base_url="http://example.com"), cookies).status_code == 401
    assert list(cookies_of(base_url="http://localhost")) == ["authjs.session-token"]


def test_without_an_address_only_this_machine_is_served_and_the_log_says_what_to_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cookies = cookies_of(base_url="http://api.internal:8000")
    assert asked(reader(base_url=None), cookies).status_code == 401
    assert "set base_url (or AUTH_URL)" in caplog.text


def test_a_name_of_your_own_is_read_under_the_same_name() -> None:
    own = CookieOptions(session_token="__Secure-shop")
    cookies = cookies_of(cookies=own)
    assert list(cookies) == ["__Secure-shop"]
    assert asked(reader(cookies=own), cookies).json() == "Ada"
    assert asked(reader(), cookies).status_code == 401
