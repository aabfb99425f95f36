"""How often somebody may try to sign in, as it shows on the wire."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nextauth import Credentials, Limit, Pages, Revocation, SubmittedCredentials, Throttle
from nextauth.callbacks import Callbacks, JWTParams, SignInParams
from nextauth.errors import Busy, StoreUnavailable
from nextauth.events import (
    GuessingAlarm,
    RequestRefused,
    SignedIn,
    SignInFailed,
    SignInThrottled,
    StoreFailed,
)
from nextauth.stores import MemoryStore, Taken
from nextauth.throttle import STANDARD, most_within
from tests.unit.protocol.guesses import HOME, RIGHT, Guesser, Site
from tests.unit.protocol.wire import ORIGIN, SESSION, WAYS

DAY = 24 * 60 * 60
ONCE = Throttle(
    account=(Limit(4, 400),),
    pair=(Limit(2, 200),),
    address=(Limit(3, 300),),
    device=(Limit(2, 100),),
)
"""Few tries, so that a test needs few: one comes back after 50 to 100 seconds."""
ELSEWHERE = "198.51.100.7"


# --- the answer


@pytest.mark.parametrize("way", ["header", "json"])
def test_a_client_library_is_told_when_to_come_back(way: str) -> None:
    guesser = Guesser(Site(ONCE), way=way)
    assert guesser.use_up() == 2
    reply = guesser.guess()
    assert reply.status == 429
    assert reply.url == f"{ORIGIN}/api/auth/signin?error=TooManyRequests"
    assert reply.json["error"] == "TooManyRequests"
    assert reply.header("retry-after") == "100"
    assert not reply.signs_in()


def test_a_person_is_shown_a_page() -> None:
    guesser = Guesser(Site(ONCE), way="form", headers=[("accept", "text/html")])
    for _ in range(2):
        assert guesser.guess().status == 302
    reply = guesser.guess()
    assert (reply.status, reply.header("retry-after")) == (429, "100")
    assert "Too many attempts" in reply.text


def test_a_program_that_takes_no_html_is_shown_json() -> None:
    guesser = Guesser(Site(ONCE), way="form")
    guesser.guess()
    guesser.guess()
    reply = guesser.guess()
    assert (reply.status, reply.json["error"]) == (429, "TooManyRequests")
    assert reply.header("retry-after") == "100"


def test_a_site_s_own_sign_in_page_is_shown_where_there_is_one() -> None:
    site = Site(ONCE, pages=Pages(sign_in="/login", error="/oops"))
    guesser = Guesser(site, way="form", headers=[("accept", "text/html")])
    guesser.guess()
    guesser.guess()
    reply = guesser.guess()
    assert (reply.status, reply.url) == (302, f"{ORIGIN}/login?error=TooManyRequests")
    client = Guesser(site)
    assert client.guess().url == f"{ORIGIN}/login?error=TooManyRequests"
    assert client.guess().status == 429


@pytest.mark.parametrize("way", WAYS)
def test_the_right_password_is_refused_alike_and_not_tried(way: str) -> None:
    site = Site(ONCE)
    Guesser(site).use_up()
    reached = len(site.reached)
    guesser = Guesser(site, way=way)
    wrong, right = guesser.guess(), guesser.sign_in()
    assert (right.status, right.text) == (wrong.status, wrong.text) == (429, wrong.text)
    assert SESSION not in right.set
    assert len(site.reached) == reached


def test_a_known_account_and_an_unknown_one_are_refused_alike() -> None:
    def story(name: str) -> list[tuple[int, str, str | None]]:
        site = Site(ONCE)
        guesser = Guesser(site)
        replies = []
        for seconds in (0, 0, 0, 60, 60, 0):
            site.clock.advance(seconds)
            replies.append(guesser.guess(name))
        return [(each.status, each.text, each.header("retry-after")) for each in replies]

    assert story("ada@example.com") == story("nobody@example.com")


# --- what is counted


def test_the_wait_that_is_told_is_enough_and_not_a_second_too_long() -> None:
    site = Site()
    guesser = Guesser(site)
    told = set()
    for _ in range(40):
        if guesser.guess().status != 429:
            continue
        wait = int(guesser.guess().header("retry-after") or 0)
        told.add(wait)
        site.clock.advance(wait - 1)
        assert guesser.guess().status == 429
        site.clock.advance(1)
    # They grow from seconds to more than an hour.
    assert min(told) < 10
    assert max(told) == 72 * 60


def test_a_wait_is_told_in_whole_seconds_of_which_none_is_missing() -> None:
    site = Site(replace(ONCE, pair=(Limit(3, 100),), address=(Limit(9, 9),)))
    guesser = Guesser(site)
    guesser.use_up()
    assert guesser.guess().header("retry-after") == "34"
    site.clock.advance(33)
    assert guesser.guess().header("retry-after") == "1"
    site.clock.advance(1)
    assert guesser.guess().status == 401


def test_an_account_is_counted_from_everywhere_together() -> None:
    site = Site(ONCE)
    statuses = [Guesser(site, f"198.51.100.{n}").guess().status for n in range(6)]
    assert statuses == [401] * 4 + [429] * 2
    assert Guesser(site, "192.0.2.1").guess("grace@example.com").status == 401


def test_an_address_is_counted_for_all_accounts_together() -> None:
    site = Site(ONCE)
    statuses = [Guesser(site).guess(f"person-{n}@example.com").status for n in range(5)]
    assert statuses == [401] * 3 + [429] * 2
    assert Guesser(site, ELSEWHERE).guess("person-9@example.com").status == 401


def test_one_address_leaves_an_account_tries_for_its_person() -> None:
    site = Site(ONCE)
    assert Guesser(site).use_up() == 2
    assert Guesser(site, ELSEWHERE).sign_in().signs_in()


def test_all_names_of_a_person_who_was_here_share_their_tries() -> None:
    site = Site(ONCE)
    for number, name in enumerate(("ada", "ada@example.com")):
        assert Guesser(site, f"192.0.2.{number}").sign_in(name).signs_in()
    statuses = [
        Guesser(site, f"198.51.100.{n}").guess(("ada", "ada@example.com")[n % 2]).status
        for n in range(6)
    ]
    assert statuses == [401] * 4 + [429] * 2
    site.clock.advance(100 * DAY)  # the names are not linked for ever
    for name in ("ada", "ada@example.com"):
        assert [Guesser(site, f"192.0.2.{n}").guess(name).status for n in range(4)] == [401] * 4


def test_a_success_gives_back_its_own_try_and_no_other() -> None:
    site = Site(ONCE)
    guesser = Guesser(site)
    guesser.guess()
    for _ in range(20):
        guesser.device = None
        assert guesser.sign_in().signs_in()
    guesser.device = None
    assert guesser.guess("grace@example.com").status == 401
    assert guesser.guess().status == 401
    assert [guesser.guess(name).status for name in ("grace@example.com", "x")] == [429, 429]


@pytest.mark.parametrize("answer", ["/elsewhere", True])
def test_a_right_password_is_given_back_wherever_it_leads(answer: object) -> None:
    def sign_in(_params: SignInParams) -> Any:  # noqa: ANN401
        return answer

    site = Site(ONCE, callbacks=Callbacks(sign_in=sign_in))
    for _ in range(5):
        assert Guesser(site).sign_in().status == 200


def test_a_right_password_that_is_denied_counts() -> None:
    site = Site(ONCE, callbacks=Callbacks(sign_in=lambda _: False))
    assert [Guesser(site).sign_in().status for _ in range(3)] == [403, 403, 429]


def test_an_authorize_that_fails_counts_as_well() -> None:
    def authorize(_credentials: SubmittedCredentials) -> None:
        message = "wrong password"
        raise ValueError(message)

    site = Site(ONCE, providers=[Credentials(authorize, account="email")])
    assert [Guesser(site).guess().status for _ in range(3)] == [500, 500, 429]


def test_a_right_password_counts_not_where_the_site_then_fails() -> None:
    def jwt(_params: JWTParams) -> None:
        message = "broken"
        raise ValueError(message)

    site = Site(ONCE, callbacks=Callbacks(jwt=jwt))
    assert [Guesser(site).sign_in().status for _ in range(9)] == [500] * 9


def test_a_try_that_found_no_worker_was_none() -> None:
    def authorize(_credentials: SubmittedCredentials) -> None:
        message = "full"
        raise Busy(message)

    site = Site(ONCE, providers=[Credentials(authorize, account="email")])
    assert [Guesser(site).guess().status for _ in range(9)] == [503] * 9


def test_tries_that_name_nobody_are_counted_together() -> None:
    site = Site(ONCE)
    statuses = [Guesser(site, f"198.51.100.{n}").guess(" ").status for n in range(6)]
    assert statuses == [401] * 4 + [429] * 2


def test_where_nothing_names_an_account_the_address_counts() -> None:
    site = Site()
    provider = Credentials(site.authorize, account=lambda _: None)
    site = Site(ONCE, providers=[provider])
    statuses = [Guesser(site).guess(f"person-{n}").status for n in range(4)]
    assert statuses == [401] * 3 + [429]
    nowhere = Guesser(site, None)
    assert [nowhere.guess().status for _ in range(9)] == [401] * 9


def test_an_account_s_name_may_be_made_of_several_fields() -> None:
    site = Site()
    provider = Credentials(site.authorize, account=lambda form: f"{form['of']}/{form['email']}")
    site = Site(ONCE, providers=[provider])
    for firm in ("one", "two"):
        statuses = [Guesser(site, f"192.0.2.{n}").guess("ada", of=firm).status for n in range(5)]
        assert statuses == [401] * 4 + [429]
        site.clock.advance(400)  # for the addresses


def test_a_function_that_fails_to_name_the_account_signs_nobody_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = Site(ONCE)
    provider = Credentials(site.authorize, account=lambda form: form["tenant"])
    other = Site(ONCE, providers=[provider])
    reply = Guesser(other).guess(password=RIGHT)
    assert (reply.status, reply.query) == (500, {"error": "Configuration"})
    assert site.reached == []
    assert "account of provider 'credentials' failed" in caplog.text
    assert RIGHT not in caplog.text


def test_it_can_be_turned_off() -> None:
    site = Site(None)
    assert [Guesser(site).guess().status for _ in range(100)] == [401] * 100
    assert "authjs.device" not in Guesser(site).sign_in().set


# --- a person's own browser


def test_strangers_keep_nobody_out_of_a_browser_that_was_here_before() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    assert person.sign_in().signs_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert Guesser(site).sign_in().status == 429
    assert person.guess().status == 401
    assert person.sign_in().signs_in()


def test_others_at_one_s_address_keep_nobody_out_of_it_either() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    person.sign_in()
    for number in range(9):
        Guesser(site).guess(f"person-{number}")
    assert Guesser(site).sign_in().status == 429
    assert person.sign_in().signs_in()


def test_a_look_alike_s_browser_is_a_stranger_s() -> None:
    """Who may choose a name that counts as the victim's own must not pass for the victim."""
    site = Site(ONCE)
    site.people["\u00e1da@example.com"] = "9"
    look_alike = Guesser(site, "192.0.2.1")
    assert look_alike.sign_in("\u00e1da@example.com").signs_in()
    person = Guesser(site)
    person.sign_in()
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert look_alike.guess().status == 429
    assert look_alike.guess("\u00e1da@example.com").status == 401
    assert person.sign_in().signs_in()


def test_such_a_browser_has_few_tries_of_its_own_and_then_those_of_strangers() -> None:
    site = Site(replace(ONCE, address=(Limit(100, 60),)))
    person = Guesser(site)
    person.sign_in()
    assert [person.guess().status for _ in range(6)] == [401] * 4 + [429] * 2
    # It is told the shorter of both waits.
    assert person.guess().header("retry-after") == "50"
    throttled = site.sink.of(SignInThrottled)[-1]
    assert (throttled.limit, throttled.retry_after) == ("device", 50)


def test_a_browser_is_known_by_the_account_that_it_signed_in_to_and_no_other() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    person.sign_in("grace@example.com")
    for number in range(9):
        Guesser(site, f"198.51.100.{number}").guess()
    assert person.guess().status == 429
    assert person.sign_in("grace@example.com").signs_in()


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_no_browser_is_known_by_a_name_of_which_nothing_shows(name: str) -> None:
    site = Site(ONCE)
    site.people[name.strip()] = "9"  # as if the system went by another field
    reply = Guesser(site).sign_in(name)
    assert reply.signs_in()
    assert "authjs.device" not in reply.set


@pytest.mark.parametrize("device", ["x", "e30.e30.e30.e30.e30", "", "%00", "a" * 4000])
def test_a_forged_device_cookie_is_a_stranger_s(device: str) -> None:
    site = Site(ONCE)
    Guesser(site, device=device).use_up()
    assert Guesser(site, device=device).guess().status == 429
    assert len(site.reached) == 2


def test_a_session_is_no_device_and_a_device_is_no_session() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    cookies = person.sign_in().set
    token, device = cookies[SESSION].value, cookies["authjs.device"].value
    thief = Guesser(site, ELSEWHERE, device=token)
    assert thief.use_up() == 2
    request = thief.request("", "")
    request.headers = [(b"host", b"localhost:3000"), (b"cookie", f"{SESSION}={device}".encode())]
    assert site.auth.session_sync(request) is None


def test_many_sign_ins_gather_no_more_tries_than_one_account_has() -> None:
    """Two sites' people share a name: each sign-in of one gives a cookie for the name of both."""
    throttle = replace(ONCE, address=(Limit(1000, 60),), pair=(Limit(1000, 60),))
    site = Site(throttle)
    cookies = []
    for _ in range(5):
        person = Guesser(site)
        person.sign_in()
        cookies.append(person.device)
    tries = [Guesser(site, device=each).guess().status for each in cookies for _ in range(3)]
    assert tries.count(401) == 4 + 4  # of known browsers, and of strangers


def test_the_cookie_is_set_at_each_sign_in_and_never_read_by_scripts() -> None:
    site = Site(ONCE)
    person = Guesser(site)
    first = person.sign_in().set["authjs.device"]
    second = person.sign_in().set["authjs.device"]
    assert first.value != second.value
    assert first.expires == int(site.clock()) + 400 * DAY
    assert (first.attributes.http_only, first.attributes.same_site) == (True, "lax")
    assert "authjs.device" not in person.guess().set
    on_https = Site(ONCE, base_url="https://example.com")
    headers = [("sec-fetch-site", "same-origin")]
    cookie = Guesser(on_https, headers=headers[:0]).sign_in().set["__Host-authjs.device"]
    assert (cookie.attributes.secure, cookie.attributes.domain) == (True, None)


def test_it_is_called_the_same_in_every_dialect() -> None:
    site = Site(ONCE, dialect="next-auth-v4")
    assert "authjs.device" in Guesser(site).sign_in().set


def test_it_ends_with_the_user_s_sessions() -> None:
    site = Site(ONCE, revocation=Revocation(MemoryStore()))
    person, other = Guesser(site), Guesser(site)
    person.sign_in()
    other.sign_in("grace@example.com")
    site.auth.revoke_user_sync("credentials", "1")
    for number in range(9):
        for name in ("ada@example.com", "grace@example.com"):
            Guesser(site, f"198.51.{number}.7").guess(name)
    assert person.sign_in().status == 429
    assert other.sign_in("grace@example.com").signs_in()
    site.clock.advance(400)
    assert person.sign_in().signs_in()  # as a stranger; and is known again
    for number in range(9):
        Guesser(site, f"198.51.{number}.7").guess()
    assert person.sign_in().signs_in()


def test_it_outlives_a_new_secret() -> None:
    new, old = "kV3q-of-the-throttle-tests-9Zx7Lw", "pT8n-another-of-the-throttle-4Qm2"
    before, after = Site(ONCE, secret=old), Site(ONCE, secret=[new, old])
    person = Guesser(before)
    person.sign_in()
    person.site = after
    for number in range(9):
        Guesser(after, f"198.51.100.{number}").guess()
    assert person.sign_in().signs_in()


# --- what is told


def test_the_audit_stream_is_told_which_limit_it_was() -> None:
    site = Site(ONCE)
    for number in range(5):
        Guesser(site, f"198.51.100.{number}").guess()
    Guesser(site).guess("x")
    Guesser(site).guess("x")
    Guesser(site).guess("x")
    for name in "abc":
        Guesser(site, "192.0.2.1").guess(name)
    Guesser(site, "192.0.2.1").guess("d")
    told = site.sink.of(SignInThrottled)
    assert [each.limit for each in told] == ["account", "pair", "address"]
    assert [each.retry_after for each in told] == [100, 100, 100]
    assert (told[1].provider, told[1].at.address) == ("credentials", HOME)
    assert site.sink.of(RequestRefused) == []


def test_the_alarm_is_raised_once_a_period() -> None:
    site = Site(replace(Throttle.for_tests(), alarm=Limit(10, 600)))
    for number in range(100):
        Guesser(site, f"198.51.100.{number}").guess(f"person-{number}")
    assert [(each.failures, each.seconds) for each in site.sink.of(GuessingAlarm)] == [(10, 600)]
    site.clock.advance(600)
    for number in range(100):
        Guesser(site, f"198.51.100.{number}").guess(f"person-{number}")
    assert len(site.sink.of(GuessingAlarm)) == 2
    assert Guesser(site).sign_in().signs_in()  # it locks nobody out


def test_successes_and_failing_systems_raise_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    throttle = replace(Throttle.for_tests(), alarm=Limit(2, 600))
    site = Site(throttle)
    for _ in range(9):
        Guesser(site).sign_in()
    broken = Site(throttle, providers=[Credentials(lambda _: 1 / 0, account="email")])  # type: ignore[arg-type]
    for _ in range(9):
        Guesser(broken).guess()
    assert [*site.sink.of(GuessingAlarm), *broken.sink.of(GuessingAlarm)] == []
    assert len(broken.sink.of(SignInFailed)) == 9


class Down(MemoryStore):
    """A store that cannot be asked."""

    async def take(self, buckets: object, *, now: float) -> Taken:  # noqa: ARG002
        message = "connection refused"
        raise StoreUnavailable(message)


def test_without_its_store_a_process_counts_alone_and_says_so() -> None:
    site = Site(replace(ONCE, store=Down()))
    assert Guesser(site).use_up() == 2
    assert Guesser(site, ELSEWHERE).sign_in().signs_in()
    told = site.sink.of(StoreFailed)
    assert [(each.store, each.purpose, each.answered) for each in told] == [
        ("Down", "limits", "open")
    ]
    assert len(site.sink.of(SignedIn)) == 1


def test_two_sites_on_one_store_count_together() -> None:
    store = MemoryStore()
    sites = [Site(replace(ONCE, store=store)) for _ in range(2)]
    statuses = [Guesser(sites[n % 2], f"198.51.100.{n}").guess().status for n in range(8)]
    assert statuses == [401] * 4 + [429] * 4


def test_what_a_store_holds_names_nobody() -> None:
    seen: list[str] = []

    class Seeing(MemoryStore):
        async def take(self, buckets: Any, *, now: float) -> Taken:  # noqa: ANN401
            seen.extend(bucket.key for bucket in buckets)
            return await super().take(buckets, now=now)

        async def link(self, key: str, target: str, *, until: float, now: float) -> None:
            seen.extend((key, target))
            await super().link(key, target, until=until, now=now)

    site = Site(replace(ONCE, store=Seeing()))
    Guesser(site).guess()
    Guesser(site).sign_in()
    assert len(seen) == 3 + 3 + 2
    assert all(len(key) == 32 and int(key, 16) for key in seen)


def test_a_store_that_waits_needs_an_event_loop() -> None:
    class Waiting(MemoryStore):
        @property
        def waits(self) -> bool:
            return True

    assert Site().auth.steps_without_loop
    assert not Site(replace(ONCE, store=Waiting())).auth.steps_without_loop
    assert Guesser(Site(replace(ONCE, store=Waiting()))).use_up() == 2


def test_the_standard_is_on_where_nobody_says_otherwise() -> None:
    site = Site()
    expected = most_within(STANDARD.pair, 0)
    assert Guesser(site).use_up() == expected == len(site.reached)
    assert site.auth.settings.throttle is STANDARD
    assert timedelta(seconds=STANDARD.account[-1].per) == timedelta(days=1)
