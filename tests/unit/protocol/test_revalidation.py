"""An account that is disabled in the existing system is out within the interval."""

import asyncio
import threading
from typing import Any

import pytest

from nextauth import (
    AccessDenied,
    Auth,
    Callbacks,
    Credentials,
    CredentialsSignin,
    FormField,
    Revocation,
    SessionOptions,
    SubmittedCredentials,
    User,
    Verified,
)
from nextauth.events import RevalidationFailed, SessionEnded, SignInFailed
from nextauth.integrations.workers import WorkerRuntime
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.wire import PASSWORD, Browser, ada, both, claims_of, make_auth, signed_in

ADA = User(id="1", name="Ada", email="ada@example.com")
FIELDS = {
    "email": FormField("E-mail", type="email"),
    "password": FormField("Password", type="password"),
    "totp": FormField("Code", required=False),
}
AFTER, GRACE = 900, 3600


class System:
    """The existing system, which can change its mind about people, and be down."""

    def __init__(self, answer: object = "yes") -> None:
        self.answer = True if answer == "yes" else answer
        self.asked: list[User] = []

    def revalidate(self, user: User) -> Any:  # noqa: ANN401
        self.asked.append(user)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Directory:
    """A system that can only check passwords."""

    def __init__(self) -> None:
        self.passwords = {"ada@example.com": PASSWORD}
        self.seen: list[dict[str, str]] = []
        self.is_down = False

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        self.seen.append(dict(credentials))
        if self.is_down:
            message = f"no route to the directory for {dict(credentials)}"
            raise ConnectionError(message)
        if self.passwords.get(credentials.get("email", "")) != credentials.get("password", "-"):
            return None
        return ADA


def make_site(system: System, **options: Any) -> Auth:  # noqa: ANN401
    provider = Credentials(
        authorize=ada, fields=FIELDS, revalidate=system.revalidate, revalidate_after=AFTER
    )
    return make_auth(providers=[provider], **options)


def make_directory_site(directory: Directory, **options: Any) -> Auth:  # noqa: ANN401
    provider = Credentials(
        authorize=directory.authorize,
        fields=FIELDS,
        revalidate_fields=("email", "password"),
        revalidate_after=AFTER,
    )
    return make_auth(providers=[provider], **options)


def read(browser: Browser) -> tuple[object, bool]:
    reply = browser.get("session")
    return reply.json, reply.deletes()


# --- when


def test_it_is_asked_when_the_interval_is_over_and_not_before() -> None:
    system, clock = System(), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER - 1)
    browser.session()
    assert system.asked == []
    clock.advance(1)
    assert browser.session()["user"]["name"] == "Ada"
    assert [(user.id, user.email) for user in system.asked] == [("1", "ada@example.com")]
    browser.session()
    assert len(system.asked) == 1
    clock.advance(AFTER)
    browser.session()
    assert len(system.asked) == 2


@both
def test_it_may_be_async_and_take_the_request(is_async: bool) -> None:  # noqa: FBT001
    seen: list[str] = []

    def plain(user: User, request: Any) -> bool:  # noqa: ANN401
        seen.append(f"{user.id} {request.path}")
        return True

    async def asynchronous(user: User, request: Any) -> bool:  # noqa: ANN401
        return plain(user, request)

    clock = FakeClock()
    provider = Credentials(
        authorize=ada, fields=FIELDS, revalidate=asynchronous if is_async else plain
    )
    browser = signed_in(make_auth(providers=[provider], clock=clock), on_loop=is_async)
    clock.advance(15 * 60)
    browser.session()
    assert seen == ["1 /api/auth/session"]


def test_a_request_with_the_token_from_before_does_not_ask_again() -> None:
    # A browser sends several requests at once, all with the cookie that it has.
    system, clock = System(), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER)
    old = dict(browser.jar)
    browser.session()
    for _ in range(3):
        browser.jar = dict(old)
        assert browser.session()["user"]["name"] == "Ada"
    assert len(system.asked) == 1


def test_the_time_is_in_the_token_so_that_any_process_knows_it() -> None:
    system, clock = System(), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER)
    browser.session()
    elsewhere = Browser(make_site(system, clock=clock))
    elsewhere.jar = dict(browser.jar)
    elsewhere.session()
    assert len(system.asked) == 1


# --- what comes of it


@pytest.mark.parametrize(
    "answer", [False, None, AccessDenied(), CredentialsSignin("locked"), User(id="2")]
)
def test_who_is_not_vouched_for_is_out(answer: object) -> None:
    system, clock, sink = System(answer), FakeClock(), RecordingSink()
    browser = signed_in(make_site(system, clock=clock, events=[sink]))
    clock.advance(AFTER)
    assert read(browser) == (None, True)
    [failed] = sink.of(RevalidationFailed)
    assert (failed.reason, failed.user_id, failed.provider) == ("refused", "1", "credentials")
    assert [event.reason for event in sink.of(SessionEnded)] == ["revalidation"]
    assert sink.of(SignInFailed) == []


def test_with_revocation_every_copy_of_the_cookie_is_out() -> None:
    system, clock = System(), FakeClock()
    browser = signed_in(make_site(system, clock=clock, revocation=Revocation(MemoryStore())))
    thief = Browser(browser.auth)
    thief.jar = dict(browser.jar)
    system.answer = False
    clock.advance(AFTER)
    assert read(browser) == (None, True)
    system.answer = True
    clock.advance(60)
    assert read(thief) == (None, True)


@pytest.mark.parametrize(
    "answer",
    [
        User(id="1", name="Ada King", extra={"role": "countess"}),
        {"id": 1, "name": "Ada King", "role": "countess"},
        Verified(User(name="Ada King", extra={"role": "countess"})),
    ],
)
def test_what_the_system_says_of_the_user_now_is_taken_over(answer: object) -> None:
    system, clock = System(answer), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    before = claims_of(browser)
    clock.advance(AFTER)
    session = browser.session()
    assert session["user"] == {"name": "Ada King"}
    after = claims_of(browser)
    assert after["user"] == {"role": "countess"}
    assert [after[each] for each in ("sub", "sid", "auth_time")] == [
        before[each] for each in ("sub", "sid", "auth_time")
    ]


@pytest.mark.parametrize("answer", [1, "no", [], object()])
def test_an_answer_that_is_none_is_an_outage_and_logged(
    answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    system, clock = System(answer), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER)
    assert browser.session()["user"]["name"] == "Ada"
    assert "Return True or the User" in caplog.text


# --- a system that cannot be asked


def test_while_it_cannot_be_asked_the_session_goes_on_for_a_grace() -> None:
    system, clock, sink = System(ConnectionError("down")), FakeClock(), RecordingSink()
    browser = signed_in(make_site(system, clock=clock, events=[sink]))
    clock.advance(AFTER)
    assert browser.session()["user"]["name"] == "Ada"
    clock.advance(GRACE - 1)
    assert browser.session()["user"]["name"] == "Ada"
    assert {event.reason for event in sink.of(RevalidationFailed)} == {"unavailable"}
    assert sink.of(SessionEnded) == []
    clock.advance(1)
    assert read(browser) == (None, True)
    assert [event.reason for event in sink.of(SessionEnded)] == ["revalidation"]


def test_it_is_left_alone_for_half_a_minute() -> None:
    system, clock = System(ConnectionError("down")), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER)
    for _ in range(5):
        browser.session()
    assert len(system.asked) == 1
    clock.advance(30)
    system.answer = True
    browser.session()
    browser.session()
    assert len(system.asked) == 2


# --- single flight


def test_of_many_requests_at_once_one_asks() -> None:
    started, go = threading.Event(), threading.Event()
    asked = []

    def slow(user: User) -> bool:
        asked.append(user)
        started.set()
        assert go.wait(30)
        return True

    clock = FakeClock()
    provider = Credentials(authorize=ada, fields=FIELDS, revalidate=slow, revalidate_after=AFTER)
    browser = signed_in(make_auth(providers=[provider], clock=clock))
    clock.advance(AFTER)
    answers: list[object] = []

    def visit() -> None:
        one = Browser(browser.auth)
        one.jar = dict(browser.jar)
        answers.append(one.session())

    threads = [threading.Thread(target=visit) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert started.wait(30)
    go.set()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert [bool(answer) for answer in answers] == [True] * 5


def test_who_waits_on_a_loop_asks_anew_if_the_one_who_asked_was_called_away() -> None:
    clock = FakeClock()
    asked: list[User] = []
    is_asked = asyncio.Event()

    async def slow(user: User) -> bool:
        asked.append(user)
        is_asked.set()
        await asyncio.sleep(3600 if len(asked) == 1 else 0)
        return True

    provider = Credentials(authorize=ada, fields=FIELDS, revalidate=slow, revalidate_after=AFTER)
    browser = signed_in(make_auth(providers=[provider], clock=clock))
    clock.advance(AFTER)
    request = browser.request

    async def visits() -> object:
        runtime = WorkerRuntime()
        both = [request("GET", "/api/auth/session") for _ in range(2)]
        for each in both:
            each.runtime = runtime
        first = asyncio.ensure_future(browser.auth.session(both[0]))
        second = asyncio.ensure_future(browser.auth.session(both[1]))
        await is_asked.wait()
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(visits()) is not None
    assert len(asked) == 2


# --- what was submitted, kept


def test_authorize_is_asked_with_the_kept_fields_alone() -> None:
    directory, clock = Directory(), FakeClock()
    browser = Browser(make_directory_site(directory, clock=clock))
    browser.sign_in(totp="123456", colour="red")
    clock.advance(AFTER)
    assert browser.session()["user"]["name"] == "Ada"
    assert directory.seen[-1] == {"email": "ada@example.com", "password": PASSWORD}
    directory.passwords.clear()
    clock.advance(AFTER)
    assert read(browser) == (None, True)


def test_they_are_nowhere_to_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    directory, clock, sink = Directory(), FakeClock(), RecordingSink()
    seen: list[object] = []

    def look(params: Any) -> Any:  # noqa: ANN401
        seen.append((params, dict(params.token)))
        return params.token if hasattr(params, "account") else params.session

    auth = make_directory_site(
        directory, clock=clock, events=[sink], callbacks=Callbacks(jwt=look, session=look)
    )
    browser = signed_in(auth)
    directory.is_down = True
    clock.advance(AFTER)
    shown = browser.get("session").text
    token = claims_of(browser)
    for text in (shown, repr(token), repr(seen), repr(sink.events), caplog.text, repr(auth)):
        assert PASSWORD not in text
        assert "nextauth_kept" not in text
    assert "ConnectionError" in caplog.text
    # ... and no callback can lose them.
    directory.is_down = False
    clock.advance(AFTER)
    assert browser.session()["user"]["name"] == "Ada"
    assert directory.seen[-1] == {"email": "ada@example.com", "password": PASSWORD}


def test_what_was_kept_for_another_secret_ends_the_session() -> None:
    directory, clock = Directory(), FakeClock()
    browser = Browser(make_directory_site(directory, clock=clock))
    browser.jar = mint_session(browser.auth, ADA, nextauth_kept="e30.e30.e30.e30.e30")
    clock.advance(AFTER)
    assert read(browser) == (None, True)


# --- who


def test_a_token_of_no_provider_cannot_be_vouched_for() -> None:
    browser = Browser(make_site(System()))
    browser.jar = mint_session(browser.auth, ADA, provider=None)
    assert read(browser) == (None, True)


def test_other_providers_are_not_asked() -> None:
    system, clock = System(answer=False), FakeClock()
    providers = [
        Credentials(authorize=ada, fields=FIELDS),
        Credentials(authorize=ada, fields=FIELDS, id="old", revalidate=system.revalidate),
    ]
    browser = signed_in(make_auth(providers=providers, clock=clock))
    clock.advance(10 * AFTER)
    assert browser.session()["user"]["name"] == "Ada"


def test_a_look_asks_nobody() -> None:
    system, clock = System(answer=False), FakeClock()
    browser = signed_in(make_site(system, clock=clock))
    clock.advance(AFTER)
    assert browser.get("session", method="HEAD").set == {}
    assert system.asked == []


def test_a_request_with_a_bearer_token_is_checked_too() -> None:
    system, clock = System(answer=False), FakeClock()
    browser = signed_in(make_site(system, clock=clock, session=SessionOptions(accept_bearer=True)))
    [token] = [value for name, value in browser.jar.items() if "session" in name]
    browser.jar = {}
    clock.advance(AFTER)
    headers = [("authorization", f"Bearer {token}")]
    assert browser.auth.session_sync(browser.request("GET", "/", headers=headers)) is None


# --- configuration


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"revalidate": "yes"}, "revalidate-arity"),
        ({"revalidate": lambda: True}, "revalidate-arity"),
        ({"revalidate_after": 0}, "revalidate-seconds"),
        ({"revalidate_after": "900"}, "revalidate-seconds"),
        ({"revalidate_grace": -1}, "revalidate-seconds"),
        ({"revalidate_fields": "email"}, "revalidate-fields"),
        ({"revalidate_fields": ("e-mail",)}, "revalidate-fields"),
        ({"revalidate_fields": (7,)}, "revalidate-fields"),
        ({"revalidate_fields": ("totp",)}, "revalidate-code"),
        ({"revalidate_fields": ("email",), "revalidate": lambda _: True}, "revalidate-twice"),
    ],
)
def test_what_cannot_work_is_refused(members: dict[str, Any], code: str) -> None:
    provider = Credentials(authorize=ada, fields=FIELDS, **members)
    assert [problem.code for problem in provider.problems()] == [code]


def test_a_field_that_says_that_it_is_a_code_is_one() -> None:
    fields = {"pin": FormField("PIN", autocomplete="one-time-code")}
    provider = Credentials(authorize=ada, fields=fields, revalidate_fields=("pin",))
    assert "revalidate-code" in [problem.code for problem in provider.problems()]
