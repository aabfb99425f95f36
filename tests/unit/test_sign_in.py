"""The main job: a person signs in with credentials, and later requests know who they are."""

import pytest

from nextauth import AccessDenied, Auth, ConfigurationError, Credentials, CredentialsSignin, User
from nextauth.web import Request, Response

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
FORM = (b"content-type", b"application/x-www-form-urlencoded")


def authorize(credentials):
    answers = {"none": None, "false": False, "user": User(id=1, name="Ada")}
    if credentials["password"] == "locked":
        raise CredentialsSignin("locked")
    if credentials["password"] == "denied":
        raise AccessDenied
    return answers.get(credentials["password"], "nonsense")


def make(**options) -> Auth:
    options.setdefault("providers", [Credentials(authorize=authorize)])
    return Auth(secret=SECRET, environ={}, **options)


def post(auth: Auth, password: str, *headers: tuple[bytes, bytes]) -> Response:
    async def body(_limit: int) -> bytes:
        return b"email=a%40b.c&password=" + password.encode()

    same = (b"sec-fetch-site", b"same-origin")
    return auth.handle_sync(
        Request(
            "POST",
            "/api/auth/callback/credentials",
            headers=[(b"host", b"localhost:3000"), FORM, *(headers or (same,))],
            read_body=body,
        )
    )


@pytest.mark.parametrize(
    ("password", "status", "query"),
    [
        ("none", 401, b"signin?error=CredentialsSignin&code=credentials"),
        ("locked", 401, b"signin?error=CredentialsSignin&code=locked"),
        ("false", 403, b"error?error=AccessDenied"),
        ("denied", 403, b"error?error=AccessDenied"),
        ("other", 500, b"error?error=Configuration"),
    ],
)
def test_refusals(password, status, query):
    auth = make()
    form = post(auth, password)
    assert form.status == 302
    assert form.header(b"location").endswith(query)
    client = post(
        auth, password, (b"sec-fetch-site", b"same-origin"), (b"x-auth-return-redirect", b"1")
    )
    assert client.status == status
    assert query in client.body
    assert not any("session-token" in cookie.name for cookie in [*form.cookies, *client.cookies])


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
def test_a_signed_in_person_is_known_to_later_requests(dialect):
    auth = make(dialect=dialect)
    response = post(auth, "user")
    cookie = "; ".join(each.encode().decode().split(";")[0] for each in response.cookies)
    headers = [(b"host", b"localhost:3000"), (b"cookie", cookie.encode())]
    session = auth.session_sync(Request("GET", "/", headers=headers))
    assert session is not None
    assert (session.user.id, session.user.name) == ("1", "Ada")
    damaged = [(b"host", b"localhost:3000"), (b"cookie", cookie[:-3].encode() + b"AAA")]
    assert auth.session_sync(Request("GET", "/", headers=damaged)) is None


def test_a_form_from_another_origin_is_refused():
    response = post(make(), "user", (b"sec-fetch-site", b"cross-site"))
    assert response.header(b"location").endswith(b"signin?error=MissingCSRF")
    assert not any("session-token" in cookie.name for cookie in response.cookies)


def test_configuration_problems_come_together():
    with pytest.raises(ConfigurationError) as refused:
        Auth(providers=[Credentials()], secret="short", base_path="x", environ={})
    codes = {problem.code for problem in refused.value.problems}
    assert {"authorize-missing", "secret-too-short", "base-path"} <= codes
