"""Sessions of older releases: read until a date, replaced at once, and given no power of ours."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nextauth import Accept, Auth, Callbacks, CookieOptions, Revocation, SessionOptions
from nextauth.sessions import Freshness
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from nextauth.tokens import OlderShape
from nextauth.web.set_cookies import encode_value
from tests.unit.protocol.ending import copy_of
from tests.unit.protocol.wire import (
    ORIGIN,
    SECRET,
    SESSION,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)
from tests.unit.tokens.older_tokens import (
    EVERY,
    NOW,
    VERSION_OF,
    encrypted,
    signed,
)
from tests.unit.tokens.older_tokens import SECRET as OLD_SECRET

OLD = "next-auth.session-token"
DAY = 24 * 60 * 60
UNTIL = datetime.fromtimestamp(NOW + 30 * DAY, UTC)
ADA = {"name": "Ada", "email": "ada@example.com"}
LATE = NOW + 40 * DAY
VECTORS = Path(__file__).parents[2] / "vectors"

each_shape = pytest.mark.parametrize("shape", OlderShape, ids=lambda shape: shape.name.lower())
each_dialect = pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])


def accepting(*shapes: OlderShape, **options: Any) -> Auth:  # noqa: ANN401
    versions = dict.fromkeys(VERSION_OF[shape] for shape in shapes or OlderShape)
    options.setdefault("clock", FakeClock(NOW))
    options.setdefault("accept", [Accept(each, OLD_SECRET, UNTIL) for each in versions])
    return make_auth(**options)


def claims_at(shape: OlderShape, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    person = {"user": {"id": "7", **ADA}} if shape is OlderShape.SALTED else {"sub": "7", **ADA}
    return {**person, "iat": NOW - 60, "exp": LATE, **more}


def coming_from(
    shape: OlderShape,
    auth: Auth,
    *,
    name: str = OLD,
    claims: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401
) -> Browser:
    """Answer a browser that signed in at a site of an older release."""
    browser = Browser(auth)
    token = EVERY[shape](claims or claims_at(shape, **more))
    browser.jar = {name: encode_value(token)}
    return browser


def at(auth: Auth) -> FakeClock:
    clock = auth.services.clock
    assert isinstance(clock, FakeClock)
    return clock


# --- how long one is good that nobody uses


@pytest.mark.parametrize(("hours", "is_somebody"), [(11, True), (13, False)])
def test_an_unused_one_outlives_max_age_and_not_absolute_max_age(
    hours: int,
    is_somebody: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    """Nobody can tell when it was used last, so the doctor warns of it with a short `max_age`."""
    options = SessionOptions(
        max_age=1785, update_age=60, browser_max_age=1785, absolute_max_age=12 * 60 * 60
    )
    auth = accepting(OlderShape.SIGNED, session=options)
    browser = coming_from(OlderShape.SIGNED, auth, iat=NOW - hours * 60 * 60)
    assert (browser.get("session").json is not None) is is_somebody


# --- staying signed in


@each_dialect
@each_shape
def test_the_session_stays_and_its_cookie_becomes_ours(shape: OlderShape, dialect: str) -> None:
    browser = coming_from(shape, accepting(shape, dialect=dialect))
    before = browser.jar[OLD]
    reply = browser.get("session")
    assert reply.json["user"] == ADA
    written = SESSION if dialect == "authjs" else OLD
    assert list(browser.jar) == [written]
    assert browser.jar[written] != before
    # From now on it is ours, and nothing of it is written anew before its time.
    assert browser.auth.settings.accept
    plain = make_auth(dialect=dialect, clock=at(browser.auth))
    session = plain.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert (session.user.id, session.user.name) == ("7", "Ada")
    assert browser.get("session").set == {}


@each_shape
def test_any_page_of_the_application_replaces_the_cookie(shape: OlderShape) -> None:
    auth = accepting(shape)
    browser = coming_from(shape, auth)
    resumed = auth.resume_sync(browser.request("GET", "/private"))
    assert resumed.session is not None
    assert [(each.name, bool(each.value)) for each in resumed.cookies] == [
        (OLD, False),
        (SESSION, True),
    ]


@each_shape
def test_so_it_is_where_a_callback_looks_at_each_session(shape: OlderShape) -> None:
    seen: list[Mapping[str, Any]] = []

    def look(params: Any) -> Any:  # noqa: ANN401
        seen.append(params.token)
        return params.token

    browser = coming_from(shape, accepting(shape, callbacks=Callbacks(jwt=look)))
    assert browser.session()["user"] == ADA
    assert list(browser.jar) == [SESSION]
    assert seen[0]["sub"] == "7"
    assert browser.get("session").set == {}


@each_shape
def test_a_look_replaces_nothing(shape: OlderShape) -> None:
    browser = coming_from(shape, accepting(shape))
    before = dict(browser.jar)
    assert browser.get("session", method="HEAD").set == {}
    assert browser.jar == before


@each_shape
def test_who_only_reads_writes_nothing(shape: OlderShape) -> None:
    auth = accepting(shape, providers=())
    browser = coming_from(shape, auth)
    resumed = auth.resume_sync(browser.request("GET", "/"))
    assert resumed.session is not None
    assert resumed.cookies == ()


@each_shape
def test_signing_out_removes_it(shape: OlderShape) -> None:
    browser = coming_from(shape, accepting(shape))
    browser.post("signout")
    assert "session" not in " ".join(browser.jar)


@each_shape
def test_signing_in_replaces_it(shape: OlderShape) -> None:
    browser = coming_from(shape, accepting(shape))
    browser.sign_in()
    assert OLD not in browser.jar
    assert claims_of(browser)["sub"] == "1"


def test_on_https_the_cookie_with_the_prefix_is_read_and_no_other() -> None:
    auth = accepting(base_url="https://example.com")
    for name, is_known in ((f"__Secure-{OLD}", True), (OLD, False)):
        browser = coming_from(OlderShape.SIGNED, auth, name=name)
        browser.host, browser.scheme = "example.com", "https"
        assert bool(browser.session()) is is_known
        assert (f"__Secure-{SESSION}" in browser.jar) is is_known


def test_a_cookie_of_another_name_can_be_named() -> None:
    accept = [Accept("next-auth-v3", OLD_SECRET, UNTIL, cookie="login")]
    auth = accepting(accept=accept)
    browser = coming_from(OlderShape.SIGNED, auth, name="login")
    assert browser.session()["user"] == ADA
    assert list(browser.jar) == [SESSION]
    at(auth).advance(40 * DAY)
    late = coming_from(OlderShape.SIGNED, auth, name="login", exp=NOW + 80 * DAY)
    assert late.session() is None
    assert "login" not in late.jar  # it is of no use any more


def test_an_old_cookie_is_read_beside_host_cookies_of_ours() -> None:
    options = CookieOptions(host_prefix=True)
    auth = accepting(base_url="https://example.com", cookies=options)
    browser = coming_from(OlderShape.SIGNED, auth, name=f"__Secure-{OLD}")
    browser.host, browser.scheme = "example.com", "https"
    assert browser.session()["user"] == ADA
    assert list(browser.jar) == [f"__Host-{SESSION}"]


def test_with_a_domain_both_variants_of_the_old_cookie_go() -> None:
    options = CookieOptions(domain="example.com")
    auth = accepting(base_url="https://a.example.com", cookies=options)
    browser = coming_from(OlderShape.SIGNED, auth, name=f"__Secure-{OLD}")
    browser.host, browser.scheme = "a.example.com", "https"
    gone = [each for each in browser.get("session").response.cookies if each.max_age == 0]
    assert {(each.name, each.attributes.domain) for each in gone} == {
        (f"__Secure-{OLD}", "example.com"),
        (f"__Secure-{OLD}", None),
    }


def test_it_may_be_the_name_that_we_write() -> None:
    accept = [Accept("next-auth-v3", OLD_SECRET, UNTIL, cookie="login")]
    auth = accepting(accept=accept, cookies=CookieOptions(session_token="login"))
    browser = coming_from(OlderShape.SIGNED, auth, name="login")
    before = browser.jar["login"]
    assert browser.session()["user"] == ADA
    assert list(browser.jar) == ["login"]
    assert browser.jar["login"] != before


def test_a_chunked_cookie_of_v4_is_read_whole_and_goes_whole() -> None:
    recorded = json.loads((VECTORS / "next-auth-v4.json").read_text("utf-8"))["tokens"]
    large = next(each for each in recorded if each["name"] == "large")
    auth = accepting(accept=[Accept("next-auth-v4", large["secret"], UNTIL)])
    browser = Browser(auth)
    token = large["token"]
    browser.jar = {
        f"{OLD}.{n}": token[start : start + 3936]
        for n, start in enumerate(range(0, len(token), 3936))
    }
    assert len(browser.jar) == 3
    session = auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert session.token["groups"] == large["claims"]["groups"]
    browser.session()
    assert not any(name.startswith(OLD) for name in browser.jar)


@pytest.mark.parametrize("version", ["next-auth-v2", "next-auth-v3"])
def test_recorded_cookies_are_read_as_browsers_send_them(version: str) -> None:
    for each in json.loads((VECTORS / f"{version}.json").read_text("utf-8"))["tokens"]:
        keys = {"signing_key": each.get("signingKey"), "encryption_key": each.get("encryptionKey")}
        auth = accepting(accept=[Accept(version, each["secret"], UNTIL, **keys)])
        browser = Browser(auth)
        browser.jar = {OLD: encode_value(each["token"])}
        assert auth.session_sync(browser.request("GET", "/")) is not None, each["name"]


# --- until a date


@each_shape
def test_from_the_date_on_it_is_nobodys(shape: OlderShape) -> None:
    auth = accepting(shape)
    at(auth).advance(30 * DAY - 1)
    assert coming_from(shape, auth).session()["user"] == ADA
    at(auth).advance(1)
    browser = coming_from(shape, auth)
    assert browser.session() is None
    assert browser.jar == {}


@each_shape
def test_who_came_in_time_stays_after_it(shape: OlderShape) -> None:
    auth = accepting(shape)
    browser = coming_from(shape, auth)
    browser.session()
    at(auth).advance(20 * DAY)
    browser.session()
    at(auth).advance(20 * DAY)
    assert browser.session()["user"] == ADA


def test_a_date_that_has_passed_is_no_error() -> None:
    past = datetime.fromtimestamp(NOW - DAY, UTC)
    auth = accepting(accept=[Accept("next-auth-v4", OLD_SECRET, past)])
    assert coming_from(OlderShape.ENCRYPTED, auth).session() is None


def test_each_secret_has_its_own_date() -> None:
    soon = datetime.fromtimestamp(NOW + DAY, UTC)
    auth = accepting(
        accept=[
            Accept("next-auth-v3", "another of that time", UNTIL),
            Accept("next-auth-v3", OLD_SECRET, soon),
        ]
    )
    assert coming_from(OlderShape.SIGNED, auth).session()["user"] == ADA
    at(auth).advance(DAY)
    assert coming_from(OlderShape.SIGNED, auth).session() is None


@each_shape
def test_nothing_is_read_that_was_not_accepted(shape: OlderShape) -> None:
    assert coming_from(shape, make_auth(clock=FakeClock(NOW))).session() is None
    others = [each for each in OlderShape if VERSION_OF[each] != VERSION_OF[shape]]
    assert coming_from(shape, accepting(*others)).session() is None


# --- a cookie beside another


def test_ours_decides_even_damaged() -> None:
    browser = coming_from(OlderShape.SIGNED, accepting())
    browser.jar[SESSION] = "damaged"
    assert browser.session() is None
    assert browser.jar == {}


def test_ours_beats_an_older_one() -> None:
    browser = coming_from(OlderShape.SIGNED, accepting())
    browser.jar |= signed_in(browser.auth).jar
    assert claims_of(browser)["sub"] == "1"


@pytest.mark.parametrize("way", [0, 1])
def test_two_of_one_name_are_nobodys_even_if_one_is_ours(way: int) -> None:
    auth = accepting(dialect="next-auth-v4")
    ours = signed_in(auth).jar[OLD]
    older = encode_value(signed(claims_at(OlderShape.SIGNED)))
    browser = Browser(auth)
    browser.jar = dict(zip((OLD, f"{OLD}.0"), (ours, older)[:: 1 - 2 * way], strict=True))
    assert not browser.session()
    assert browser.jar == {}


def test_two_older_ones_are_nobodys() -> None:
    browser = coming_from(OlderShape.SIGNED, accepting())
    browser.jar[f"{OLD}.0"] = encrypted(claims_at(OlderShape.ENCRYPTED, sub="8"))
    assert browser.session() is None


def test_a_token_in_a_header_is_none_of_an_older_release() -> None:
    auth = accepting(session=SessionOptions(accept_bearer=True))
    for shape in OlderShape:
        browser = Browser(auth)
        header = ("authorization", f"Bearer {EVERY[shape](claims_at(shape))}")
        assert auth.session_sync(browser.request("GET", "/", headers=[header])) is None
    # A cookie of an older release decides, as any session cookie does.
    browser = coming_from(OlderShape.SIGNED, auth, name=OLD)
    session = auth.session_sync(browser.request("GET", "/", headers=[header]))
    assert session is not None


# --- how long it lasts, and how it ends


@each_shape
def test_it_is_never_fresh(shape: OlderShape) -> None:
    auth = accepting(shape)
    browser = coming_from(shape, auth, auth_time=NOW, amr=["pwd", "mfa"], provider="credentials")
    for _ in range(2):
        session = auth.session_sync(browser.request("GET", "/"))
        assert session is not None
        assert (session.auth_time, session.amr, session.provider) == (None, (), None)
        assert not Freshness(max_age=10**9).holds(session, NOW)
        browser.session()


def test_its_longest_life_is_counted_from_its_token() -> None:
    options = SessionOptions(max_age=15 * DAY, absolute_max_age=20 * DAY)
    auth = accepting(session=options)
    browser = coming_from(OlderShape.SIGNED, auth, iat=NOW - 10 * DAY)
    browser.session()
    at(auth).advance(10 * DAY - 1)
    assert browser.session()["user"] == ADA
    at(auth).advance(1)
    assert browser.session() is None
    # A token that says that it was written later has no longer life.
    future = coming_from(OlderShape.SIGNED, auth, iat=LATE)
    future.session()
    assert claims_of(future)["nextauth_adopted"] == int(at(auth).now)


@each_shape
def test_a_copy_of_one_that_was_ended_is_ended(shape: OlderShape) -> None:
    revocation = Revocation(MemoryStore(), adopt_until=UNTIL)
    auth = accepting(shape, revocation=revocation)
    browser = coming_from(shape, auth)
    late = copy_of(browser)
    assert browser.session()["user"] == ADA
    auth.revoke_sync(claims_of(browser)["sid"])
    assert browser.session() is None
    assert late.session() is None


@each_shape
def test_it_ends_with_all_of_its_user_whatever_epoch_it_claims(shape: OlderShape) -> None:
    revocation = Revocation(MemoryStore(), adopt_until=UNTIL)
    auth = accepting(shape, revocation=revocation)
    browser = coming_from(shape, auth, nextauth_epoch=2**40, sid="chosen", provider="credentials")
    browser.session()
    assert claims_of(browser)["sid"] != "chosen"
    at(auth).advance(5)
    auth.revoke_user_sync("credentials", "7")
    at(auth).advance(5)
    assert browser.session() is None
    assert coming_from(shape, auth).session() is None


def test_after_the_date_of_adoption_it_is_nobodys() -> None:
    soon = datetime.fromtimestamp(NOW + DAY, UTC)
    auth = accepting(revocation=Revocation(MemoryStore(), adopt_until=soon))
    at(auth).advance(DAY)
    assert coming_from(OlderShape.SIGNED, auth).session() is None


# --- what is written


def test_nothing_is_written_under_the_older_secret() -> None:
    for dialect in ("authjs", "next-auth-v4"):
        browser = coming_from(OlderShape.ENCRYPTED, accepting(dialect=dialect))
        browser.session()
        older = make_auth(secret=[SECRET[::-1]], clock=FakeClock(NOW), dialect=dialect)
        assert older.session_sync(browser.request("GET", "/")) is None
        rest = accepting(OlderShape.ENCRYPTED, secret=SECRET[::-1], dialect=dialect)
        assert rest.session_sync(browser.request("GET", "/")) is None


def test_secrets_are_not_shown() -> None:
    accept = Accept("next-auth-v3", OLD_SECRET, UNTIL, signing_key='{"kty":"oct","k":"c2Vj"}')
    auth = accepting(accept=[accept])
    shown = f"{accept!r}{auth.settings!r}{auth!r}"
    assert OLD_SECRET not in shown
    assert "c2Vj" not in shown


def test_claims_that_anybody_could_read_bring_no_credentials() -> None:
    browser = coming_from(
        OlderShape.SIGNED, accepting(), accessToken="x", profile={"password": "x", "role": "admin"}
    )
    browser.session()
    claims = claims_of(browser)
    assert "accessToken" not in claims
    assert claims["profile"] == {"role": "admin"}


def test_a_site_without_older_cookies_reads_as_before() -> None:
    auth = make_auth(base_url=ORIGIN)
    cookie = auth.services.sessions.cookie_on(auth.settings.address.base_url)  # type: ignore[arg-type]
    assert cookie._openers is cookie._codecs
