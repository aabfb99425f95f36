"""Owns the attacker who has a password and no second factor: their site, disguises and requests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nextauth import Auth, Credentials, Revocation, SessionOptions, SubmittedCredentials, User
from nextauth.config import CookiePlan
from nextauth.routes import ROUTES
from nextauth.stores import Limit, MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from nextauth.web.request import step
from tests.security.answers import gives_a_session
from tests.unit.protocol.enrolments import App, enrol_app, make_two_steps, two_steps_of, wrong
from tests.unit.protocol.wire import CALLBACK, PASSWORD, Browser, Reply

__all__ = [
    "ENDLESS",
    "NAMES_OF_SESSIONS",
    "Siege",
    "besieged",
    "disguises",
    "guess",
    "person",
    "postable",
    "sealed_things",
    "sign_in_as",
    "trust",
    "walk",
]

_DAY = 86_400
ENDLESS = (Limit(1_000_000, 60),)
NAMES_OF_SESSIONS = tuple(
    f"{prefix}{dialect}.session-token"
    for dialect in ("authjs", "next-auth")
    for prefix in ("", "__Secure-", "__Host-")
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
_HTML = ("accept", "text/html")
_ENDS = ("", "/", "/credentials", "/totp", "/factor/totp", "/remove", "/end-session")


def person(credentials: SubmittedCredentials) -> User | None:
    """Let in everybody who knows the password: Ada by the id 1, all others by their name."""
    if credentials.get("password") != PASSWORD:
        return None
    name = credentials["email"].partition("@")[0]
    return User(id="1" if name == "ada" else name, name=name.title())


@dataclass
class Siege:
    """A site with everything turned on that could be a way around, and somebody's app.

    Args:
        auth: The site.
        clock: Its clock.
        store: All that it keeps.
        sink: All that it tells.
        app: Ada's.
        scheme: How it is reached.
        way: How it is asked: one of `WAYS`.
    """

    auth: Auth
    clock: FakeClock
    store: MemoryStore
    sink: RecordingSink
    app: App
    scheme: str = "http"
    way: str = "form"

    @property
    def plan(self) -> CookiePlan:
        settings = self.auth.settings
        return settings.secure if self.scheme == "https" else settings.insecure

    def browser(self, jar: Mapping[str, str] | None = None) -> Browser:
        browser = Browser(self.auth, way=self.way, scheme=self.scheme)
        browser.jar = dict(jar or {})
        return browser

    def held(self, **fields: str) -> Browser:
        """Answer a browser whose password was right, and whose factor is asked for."""
        browser = self.browser()
        reply = browser.sign_in(**fields)
        assert reply.path == "/api/auth/factor", reply
        self.gives_nobody(browser, reply)
        return browser

    def gives_nobody(self, browser: Browser, reply: Reply | None = None) -> None:
        """Show that a browser has no session, whoever asks and however."""
        if reply is not None:
            assert not gives_a_session(reply), reply
        signed_out = self.auth.settings.dialect.signed_out
        bearers = [("authorization", f"Bearer {value}") for value in browser.jar.values()]
        for headers in ([], *([each] for each in bearers)):
            request = browser.request("GET", "/inside", headers=headers)
            assert self.auth.session_sync(request) is None
            assert browser.get("session", headers).json == signed_out

    def is_waiting(self, browser: Browser) -> bool:
        """Tell whether the sign-in in a browser can still be finished."""
        copy = self.browser(browser.jar)
        return copy.get("factor").status == 200

    def code(self) -> str:
        """Answer a code that was not used yet."""
        self.clock.advance(30)
        return self.app.code()


def besieged(*, scheme: str = "http", way: str = "form", **options: Any) -> Siege:  # noqa: ANN401
    """Make a site on which Ada has enrolled an app."""
    clock, store, sink = FakeClock(), options.pop("store", None) or MemoryStore(), RecordingSink()
    until = datetime.fromtimestamp(clock.now + 30 * _DAY, UTC)
    options.setdefault("revocation", Revocation(store, adopt_until=until))
    options.setdefault("session", SessionOptions(accept_bearer=True, remember_field="remember"))
    options.setdefault("providers", [Credentials(authorize=person, account="email")])
    options.setdefault("factor_trust_days", 30)
    options.setdefault("factor_limits", ENDLESS)
    options.setdefault("factor_account_pages", True)
    auth = make_two_steps(clock, factor_store=store, events=[sink], **options)
    return Siege(auth, clock, store, sink, enrol_app(auth, clock), scheme, way)


def trust(site: Siege) -> Browser:
    """Answer a browser that Ada trusts, and in which she is signed in."""
    browser = site.held()
    reply = browser.post("factor/totp", {"code": site.code(), "trustDevice": "on"})
    assert gives_a_session(reply)
    assert site.plan.trusted in browser.jar
    return browser


def disguises(jar: Mapping[str, str], plan: CookiePlan) -> Iterator[tuple[str, dict[str, str]]]:
    """Answer a browser's cookies with the one of a waiting sign-in where it does not belong."""
    pending = jar[plan.pending]
    others = {name: value for name, value in jar.items() if name != plan.pending}
    half = len(pending) // 2
    for name in NAMES_OF_SESSIONS:
        yield name, {**others, name: pending}
        yield f"{name}, too", {**jar, name: pending}
        yield f"{name} in chunks", {**jar, f"{name}.0": pending[:half], f"{name}.1": pending[half:]}
    for name in (plan.device, plan.trusted, plan.csrf, plan.callback_url):
        yield name, {**others, name: pending}
    everywhere = (*NAMES_OF_SESSIONS, plan.device, plan.trusted, plan.pending)
    yield "everywhere", dict.fromkeys(everywhere, pending)


def postable(value: str, code: str) -> dict[str, str]:
    """Answer a form of all that any route may read, but a right password."""
    return {
        "email": "ada@example.com",
        "password": "guess",
        "code": code,
        "otp": code,
        "stepUp": value,
        "csrfToken": value,
        "data": value,
        "id": value,
        "name": "App",
        "sid": "",
        "session": value,
        "token": value,
        "trustDevice": "on",
        "remember": "on",
        "callbackUrl": "/inside",
    }


def walk(site: Siege, holder: Browser, code: str) -> Iterator[tuple[str, Browser, Reply]]:
    """Ask every route in every method, each time with the cookies that the holder has then."""
    for action in ROUTES:
        for path in (f"{action}{end}" for end in _ENDS):
            for method in _METHODS:
                browser = site.browser(holder.jar)
                pending = max(holder.jar.values(), key=len)
                headers = [_HTML, ("authorization", f"Bearer {pending}")]
                if method == "POST":
                    reply = browser.post(path, postable(pending, code))
                else:
                    query = f"{path}?code={code}&stepUp={pending}&method=totp&json=true"
                    reply = browser.get(query, headers, method=method)
                yield f"{method} {path}", browser, reply


def record_of(site: Siege) -> str:
    """Answer the sealed record of the one sign-in that waits."""
    [(record, _)] = site.store._pending.values()
    return record


def sealed_things(site: Siege) -> dict[str, str]:
    """Answer one of everything that the site seals for a purpose, all of them Ada's."""
    trusted = trust(site)
    session = site.auth.session_sync(trusted.request("GET", "/"))
    assert session is not None
    ticket = site.auth.services.step_up.write(session, now=site.clock())
    assert ticket is not None
    enrolments = step(site.store.enrolments("credentials", "1", now=site.clock()))
    held = site.held()
    tools = two_steps_of(site.auth).tools
    started = tools.secrets.seal("1", provider="credentials", user_id="1", method="mail")
    return {
        "pending": held.jar[site.plan.pending],
        "pending-record": record_of(site),
        "trusted": trusted.jar[site.plan.trusted],
        "device": trusted.jar[site.plan.device],
        "step-up": ticket,
        "factor-secret": next(each.data for each in enrolments if each.method == "totp"),
        "factor-secret of another method": started,
    }


def guess(site: Siege, browser: Browser) -> Reply:
    """Submit a code that is wrong."""
    return browser.post("factor/totp", {"code": wrong(site.app.code())})


def sign_in_as(site: Siege, name: str, browser: Browser | None = None) -> Reply:
    """Sign in as somebody by their right password."""
    browser = browser or site.browser()
    return browser.post(CALLBACK, {"email": f"{name}@example.com", "password": PASSWORD})
