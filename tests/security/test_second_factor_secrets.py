"""No code, secret, key of a waiting sign-in or password where somebody could read it."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from redis import Redis

from nextauth import Callbacks, Credentials, JWTParams, SubmittedCredentials, User
from nextauth.errors import StoreUnavailable
from nextauth.factors import TotpFactor
from nextauth.models import Challenge
from nextauth.signin import Answer, Attempt
from nextauth.stores import Enrolment, MemoryStore
from nextauth.stores.backends.redis import RedisStore
from nextauth.testing import FakeClock
from nextauth.web.request import step
from tests.contract.stores.services import REDIS, own_prefix
from tests.security.second_factors import Siege, besieged
from tests.unit.protocol.enrolments import (
    enrol_codes,
    enter,
    make_two_steps,
    pending_of,
    two_steps_of,
    wrong,
)
from tests.unit.protocol.leaks import NASTY, hold
from tests.unit.protocol.test_no_secrets import _deep, _everything
from tests.unit.protocol.wire import SECRET, WAYS, Browser, Reply

STATE = "what-only-a-factor-of-ours-may-know"


@pytest.fixture(autouse=True)
def _debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def challenged(_: SubmittedCredentials) -> Challenge:
    return Challenge(User(id="1", name="Ada", extra={"k": NASTY}), state={"s": STATE})


def keeping(token: JWTParams) -> dict[str, Any]:
    return dict(token.token)


def make_site(**options: Any) -> Siege:  # noqa: ANN401
    """Make a site that has a reason to keep what was submitted while a sign-in waits."""
    options.setdefault("callbacks", Callbacks(jwt=keeping))
    options.setdefault("providers", [Credentials(challenged, account="email")])
    return besieged(**options)


def _walk(value: object, seen: set[int]) -> Iterator[object]:
    """Answer everything that a value holds, as a memory dump would show it."""
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _walk(key, seen)
            yield from _walk(member, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for member in value:
            yield from _walk(member, seen)
    elif type(value).__module__.startswith("nextauth"):
        names = [*getattr(value, "__dict__", {})]
        names += [each for kind in type(value).__mro__ for each in getattr(kind, "__slots__", ())]
        for name in names:
            yield from _walk(getattr(value, name, None), seen)


def texts_in(store: object) -> str:
    """Answer every text and every number of bytes that a store in memory keeps."""
    found = [each for each in _walk(store, set()) if isinstance(each, (str, bytes))]
    return "\n".join(each if isinstance(each, str) else repr(each) for each in found)


def visit(site: Siege, *, method: str = "totp") -> tuple[list[Reply], list[str]]:
    """Sign in by two steps, with guesses on the way; answer all replies, and what is secret."""
    codes = enrol_codes(site.auth, site.clock)
    browser = site.browser()
    first = browser.sign_in(NASTY, callbackUrl="/inside")
    pending, key = browser.jar[site.plan.pending], pending_of(browser).key
    right = codes[0] if method == "recovery" else site.code()
    secrets = [NASTY, SECRET, STATE, pending, key, right, site.app.secret, *codes]
    replies = [first]
    replies += [browser.get("factor", [("accept", kind)]) for kind in ("text/html", "*/*")]
    guess = wrong(right)
    replies += [enter(browser, guess, method), enter(browser, right * 100, method)]
    replies.append(enter(browser, right, method, trustDevice="on"))
    assert replies[-1].signs_in(), replies[-1]
    trusted = browser.jar[site.plan.trusted]
    replies += [enter(browser, right, method), browser.get("factor")]
    return replies, [each for each in (*secrets, trusted, guess if len(guess) > 6 else "") if each]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["totp", "recovery"])
def test_a_whole_visit_tells_nothing(
    way: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(way=way)
    replies, secrets = visit(site, method=method)
    assert hold(_everything(caplog.records), *secrets) == []
    told = "\n".join(text for each in site.sink.events for text in _deep(each))
    short = [each for each in secrets if each != NASTY]  # the user's own extra is the sink's to see
    assert hold(told, *short) == []
    assert hold("\n".join(map(repr, site.sink.events)), *secrets) == []
    for reply in replies:
        assert hold(f"{reply.header('location')}{reply.text}{reply.response!r}", *secrets) == []


@pytest.mark.parametrize("fails", ["enrolments", "advance", "redeem", "put", "peek"])
def test_what_fails_tells_nothing(fails: str, caplog: pytest.LogCaptureFixture) -> None:
    class Down(MemoryStore):
        is_down = False

        def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
            if name == fails and object.__getattribute__(self, "is_down"):
                return object.__getattribute__(self, "_fail")
            return object.__getattribute__(self, name)

        async def _fail(self, *_: object, **__: object) -> None:
            message = f"{fails} was not reached"
            raise StoreUnavailable(message)

    store = Down()
    site = make_site(store=store, way="json")
    held = site.browser()
    if fails == "put":
        store.is_down = True
    first = held.sign_in(NASTY)
    secrets = [NASTY, SECRET, STATE, site.app.secret]
    if fails == "put":
        assert first.status == 503
    else:
        secrets += [held.jar[site.plan.pending], pending_of(held).key]
        store.is_down = True
        code = site.code()
        reply = enter(held, code)
        assert reply.status == 503
        assert hold(reply.text, *secrets, code) == []
        assert hold(_everything(caplog.records), code) == []
    assert f"{fails} was not reached" in caplog.text
    assert hold(_everything(caplog.records), *secrets) == []


def test_a_callback_that_fails_after_the_last_factor_tells_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def jwt(params: JWTParams) -> dict[str, Any]:
        message = f"no room for {dict(params.credentials or {})}"
        raise LookupError(message)

    site = make_site(callbacks=Callbacks(jwt=jwt))
    held = site.browser()
    held.sign_in(NASTY)
    secrets = [NASTY, SECRET, STATE, held.jar[site.plan.pending], pending_of(held).key]
    assert enter(held, site.code()).query["error"] == "Configuration"
    assert "LookupError" in caplog.text
    assert hold(_everything(caplog.records), *secrets) == []


def test_no_repr_shows_anything() -> None:
    site = make_site()
    codes = enrol_codes(site.auth, site.clock)
    held = site.browser()
    held.sign_in(NASTY)
    pending, two_steps = pending_of(held), two_steps_of(site.auth)
    factor = two_steps.options.methods[0]
    submitted = SubmittedCredentials({"code": site.code()})
    request = held.request("POST", "/")
    provider = site.auth.settings.providers["credentials"]
    attempt = Attempt(
        provider,
        pending.credentials,
        request,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        lambda: None,  # type: ignore[arg-type, return-value]
        named=pending.named,
    )
    answer = Answer(attempt, pending, factor, submitted)
    enrolments = step(site.store.enrolments("credentials", "1", now=site.clock()))
    whole = [answer, answer.tried, pending, two_steps, two_steps.tools, two_steps.pendings]
    whole += [two_steps.trusted, two_steps.second, two_steps.last, two_steps.gate, site.store]
    whole += [*enrolments, challenged(submitted), site.auth.services, two_steps.options]
    secrets = [NASTY, SECRET, STATE, pending.key, held.jar[site.plan.pending], submitted["code"]]
    secrets += [site.app.secret, *codes, *(each.data for each in enrolments if each.data)]
    for each in whole:
        assert hold(f"{each!r}{each!s}", *secrets) == [], type(each).__name__


@pytest.mark.parametrize("method", ["totp", "recovery"])
def test_what_a_store_keeps_is_no_use_to_whoever_reads_it(method: str) -> None:
    site = make_site()
    codes = enrol_codes(site.auth, site.clock)
    held = site.browser()
    held.sign_in(NASTY)
    kept = texts_in(site.store)
    key = pending_of(held).key
    secrets = [NASTY, SECRET, STATE, key, held.jar[site.plan.pending], site.app.secret, *codes]
    assert len(kept) > 500, "the record, and the enrolment"
    assert hold(kept, *secrets, *(each.replace("-", "") for each in codes)) == []
    code = codes[0] if method == "recovery" else site.code()
    assert enter(held, code, method, trustDevice="on").signs_in()
    trusted = held.jar[site.plan.trusted]
    assert hold(texts_in(site.store), *secrets, trusted) == []


@pytest.mark.service
def test_what_redis_keeps_is_no_use_to_whoever_reads_it() -> None:
    with own_prefix() as prefix:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        callbacks = Callbacks(jwt=keeping)
        provider = Credentials(challenged, account="email")
        auth = make_two_steps(
            FakeClock(),
            factor_store=store,
            factor_policy="always",
            factor_methods=(_Anybodys(),),
            providers=[provider],
            callbacks=callbacks,
        )
        browser = Browser(auth)
        assert browser.sign_in(NASTY).path == "/api/auth/factor"
        kept = ""
        with Redis.from_url(REDIS) as client:
            for name in client.scan_iter(f"{{{prefix}}}:*", count=1000):
                value = client.get(name) if client.type(name) == b"string" else client.hgetall(name)
                kept += f"{name!r} {value!r}\n"
        assert "pending" in kept
        assert hold(kept, NASTY, SECRET, STATE, browser.jar["authjs.pending"], "ada@exam") == []


class _Anybodys(TotpFactor):
    """A factor that everybody has."""

    __slots__ = ()
    role = "always"

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:  # noqa: ARG002
        return True
