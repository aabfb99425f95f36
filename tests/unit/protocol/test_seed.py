"""Each sentence of the seed page, in its order, and that it is true."""

import sqlite3
from base64 import urlsafe_b64decode
from html.parser import HTMLParser

import pytest

from nextauth import (
    Callbacks,
    ConfigurationError,
    Credentials,
    JWTParams,
    SessionOptions,
    SubmittedCredentials,
    User,
)
from tests.unit.protocol.wire import (
    CALLBACK,
    ORIGIN,
    PASSWORD,
    SECRET,
    SESSION,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)


@pytest.mark.parametrize(
    "submitted",
    [
        {"username": "ada", "password": "pw"},
        {"username": "ada", "password": "pw", "totp": "123456"},
        {"device": "yubikey-7", "assertion": "MEUCIQ"},
    ],
    ids=["password", "two-factor", "hardware-device"],
)
def test_arbitrary_credentials_sign_in(submitted: dict[str, str]) -> None:
    """Sentence 1: arbitrary credentials, such as a password, two factors or a hardware device."""

    def authorize(credentials: SubmittedCredentials) -> User | None:
        return User(id="ada") if dict(credentials) == submitted else None

    browser = Browser(make_auth(authorize))
    assert browser.post(CALLBACK, {**submitted, "extra": "1"}).query["error"] == "CredentialsSignin"
    assert browser.post(CALLBACK, submitted).signs_in()


def test_users_of_an_existing_system_are_authenticated_against_it() -> None:
    """Sentence 2: for an existing system that already holds the users."""
    system = sqlite3.connect(":memory:")
    system.execute("CREATE TABLE staff (number INTEGER, login TEXT, phrase TEXT)")
    system.execute("INSERT INTO staff VALUES (7, 'ada', 'engine')")

    def authorize(credentials: SubmittedCredentials) -> User | None:
        found = system.execute(
            "SELECT number, login FROM staff WHERE login = ? AND phrase = ?",
            (credentials["login"], credentials["phrase"]),
        ).fetchone()
        return User(id=str(found[0]), name=found[1]) if found else None

    browser = Browser(make_auth(authorize))
    assert not browser.post(CALLBACK, {"login": "ada", "phrase": "guess"}).signs_in()
    assert browser.post(CALLBACK, {"login": "ada", "phrase": "engine"}).signs_in()
    assert browser.session()["user"]["name"] == "ada"
    system.close()


def test_users_are_not_persisted_in_a_database() -> None:
    """Sentence 3a: users who sign in so are not persisted in the database."""
    browser = signed_in(make_auth())
    browser.auth = make_auth()  # another process, that has only the secret in common
    assert browser.session()["user"]["name"] == "Ada"


def test_only_json_web_tokens_work_for_sessions() -> None:
    """Sentence 3b: Credentials can only be used with JSON Web Tokens for sessions."""
    with pytest.raises(ConfigurationError) as refused:
        make_auth(session=SessionOptions(strategy="database"))
    assert [problem.code for problem in refused.value.problems] == ["session-strategy"]
    assert make_auth(session=SessionOptions(strategy="jwt")).settings.session.strategy == "jwt"


@pytest.mark.parametrize("action", ["register", "signup", "reset-password", "users"])
def test_the_functionality_is_intentionally_limited(action: str) -> None:
    """Sentence 4 (note): limited on purpose; there is no registration and no reset."""
    browser = Browser(make_auth())
    assert browser.get(action).status == 400
    assert browser.post(action, {"email": "a@b.c", "password": "pw"}).status == 400


def test_it_is_specified_like_other_providers_but_needs_authorize() -> None:
    """Sentence 5: specified like other providers, except that you define authorize()."""
    with pytest.raises(ConfigurationError) as refused:
        make_auth(providers=[Credentials(account="email")])
    assert [problem.code for problem in refused.value.problems] == ["authorize-missing"]
    listed = Browser(make_auth()).get("providers").json["credentials"]
    assert listed == {
        "id": "credentials",
        "name": "Credentials",
        "type": "credentials",
        "signinUrl": f"{ORIGIN}/api/auth/signin/credentials",
        "callbackUrl": f"{ORIGIN}/api/auth/callback/credentials",
    }


def test_a_returned_object_is_persisted_to_the_token_and_signs_in() -> None:
    """Sentence 6: a returned object is persisted to the JSON Web Token; the user is signed in."""
    user = {"id": 9, "name": "Ada", "email": "a@b.c", "image": "/a.png", "role": "admin", "n": [1]}
    browser = Browser(make_auth(lambda _credentials: user))
    assert browser.sign_in().signs_in()
    session = browser.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert session.user == User("9", "Ada", "a@b.c", "/a.png", extra={"role": "admin", "n": [1]})


def test_false_displays_access_denied() -> None:
    """Sentence 7: if you return false, Access Denied will be displayed."""
    browser = Browser(make_auth(lambda _credentials: False))
    reply = browser.sign_in()
    assert not reply.signs_in()
    shown = browser.get(reply.url.removeprefix(f"{ORIGIN}/api/auth/"))
    assert shown.status == 403
    assert "Access Denied" in shown.text


@pytest.mark.parametrize("on_loop", [False, True])
def test_the_example_of_an_async_authorize(*, on_loop: bool) -> None:
    """The code example: an async authorize that answers the user or false."""

    def get_user_from_credentials(credentials: SubmittedCredentials) -> User | None:
        return User(id="1", name="Ada") if credentials["password"] == PASSWORD else None

    async def authorize(credentials: SubmittedCredentials) -> User | bool:
        user = get_user_from_credentials(credentials)
        return user or False

    browser = Browser(make_auth(authorize), on_loop=on_loop)
    assert browser.sign_in("guess").query == {"error": "AccessDenied"}
    assert browser.sign_in().signs_in()


SEEDS_FORM = """
    <form method='post' action='/api/auth/callback/credentials'>
      <input name='email' type='text' defaultValue='' />
      <input name='password' type='password' defaultValue='' />
      <button type='submit'>Sign in</button>
    </form>
"""


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str | None] = {}
        self.names: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.form = dict(attrs)
        elif tag == "input":
            self.names.append(dict(attrs)["name"])


def test_a_form_that_posts_back_to_the_callback_signs_in() -> None:
    """Sentence 8 and the form example: a form of one's own, without a CSRF field, signs in."""
    form = _Form()
    form.feed(SEEDS_FORM)
    browser = Browser(make_auth(), headers=[("sec-fetch-site", "same-origin"), ("origin", ORIGIN)])
    assert (form.form["method"], form.form["action"]) == ("post", f"/api/auth/{CALLBACK}")
    assert form.names == ["email", "password"]
    reply = browser.post(CALLBACK, {"email": "ada@example.com", "password": PASSWORD})
    assert (reply.status, reply.url, reply.signs_in()) == (302, ORIGIN, True)


def test_all_form_parameters_are_passed_as_credentials() -> None:
    """Sentence 9: all submitted form parameters are passed as credentials to authorize."""
    seen: list[SubmittedCredentials] = []

    def authorize(credentials: SubmittedCredentials) -> None:
        seen.append(credentials)

    body = b"email=a%40b.c&password=pw&otp=1&otp=2&blank=&%C3%BC=%E2%82%AC&callbackUrl=%2Fme"
    Browser(make_auth(authorize)).post_body(CALLBACK, body)
    assert [dict(each) for each in seen] == [
        {
            "email": "a@b.c",
            "password": "pw",
            "otp": "2",
            "blank": "",
            "ü": "€",
            "callbackUrl": "/me",
        }
    ]


def _keep_credentials(params: JWTParams) -> dict[str, object]:
    kept = {"secretly": params.credentials["password"]} if params.credentials else {}
    return {**params.token, **kept}


def test_the_token_is_encrypted_so_that_credentials_are_safe_in_it() -> None:
    """Sentence 10a: the token is encrypted, so user credentials can be stored in it."""
    browser = signed_in(make_auth(callbacks=Callbacks(jwt=_keep_credentials)))
    assert claims_of(browser)["secretly"] == PASSWORD
    token = browser.jar[SESSION]
    parts = [urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
    readable = b"".join([token.encode(), *parts])
    assert not any(word.encode() in readable for word in (PASSWORD, "secretly", "Ada", SECRET))
    assert PASSWORD not in browser.get("session").text


def test_stored_credentials_are_revalidated_whenever_an_action_is_performed() -> None:
    """Sentence 10b: stored credentials can be revalidated whenever an action is performed."""
    valid = {PASSWORD}

    def jwt(params: JWTParams) -> dict[str, object] | None:
        token = _keep_credentials(params)
        return token if token["secretly"] in valid else None

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)))
    assert browser.session()["user"]["name"] == "Ada"
    valid.clear()  # the password was changed
    reply = browser.get("session")
    assert (reply.json, reply.deletes()) == (None, True)


def test_callbacks_interact_with_the_token() -> None:
    """Sentence 11: the callbacks are how to interact with the token."""

    def jwt(params: JWTParams) -> dict[str, object]:
        return {**params.token, "seen": params.token.get("seen", 0) + 1}

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)))
    before = claims_of(browser)["seen"]
    browser.get("session")
    assert claims_of(browser)["seen"] == before + 1
