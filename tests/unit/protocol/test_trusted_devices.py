"""Trusted devices: one browser of one person is not asked for the factor, for some days."""

from dataclasses import replace

import pytest

from nextauth import Credentials, Revocation
from nextauth.errors import StoreUnavailable
from nextauth.events import DeviceTrusted, SecondFactorAsked
from nextauth.models import Challenge
from nextauth.signin import TRUSTED_DEVICE
from nextauth.stores import Enrolment, MemoryStore
from nextauth.stores.factors import MOST_ENROLMENTS
from nextauth.web.request import step
from tests.security.second_factors import Siege, besieged, person, sign_in_as, trust
from tests.unit.protocol.enrolments import enrol_app, enrol_codes, enter
from tests.unit.protocol.wire import OTHER_SECRET, Browser, claims_of

DAY = 86_400
TRUSTED = "authjs.trusted-device"
ADA = ("credentials", "1")


def devices(site: Siege, user: tuple[str, str] = ADA) -> list[Enrolment]:
    known = step(site.store.enrolments(*user, now=site.clock()))
    return [each for each in known if each.method == TRUSTED_DEVICE]


def knocking(site: Siege, trusting: Browser) -> Browser:
    """Answer the same browser after its person has signed out."""
    return site.browser({TRUSTED: trusting.jar[TRUSTED]})


def is_let_in(browser: Browser) -> bool:
    """Tell whether Ada's password alone signs this browser in."""
    return browser.sign_in().signs_in()


@pytest.fixture
def site() -> Siege:
    return besieged()


def test_a_trusted_browser_is_not_asked_and_says_what_was_proven(site: Siege) -> None:
    browser = knocking(site, trust(site))
    asked = len(site.sink.of(SecondFactorAsked))
    assert is_let_in(browser)
    assert claims_of(browser)["amr"] == ["pwd"]
    assert len(site.sink.of(SecondFactorAsked)) == asked
    assert not is_let_in(site.browser()), "another browser is"


def test_it_is_told_and_listed_under_one_id(site: Siege) -> None:
    trust(site)
    [told], [listed] = site.sink.of(DeviceTrusted), devices(site)
    assert (told.provider, told.user_id, told.days) == (*ADA, 30)
    assert told.factor_id == listed.id


@pytest.mark.parametrize(("later", "is_known"), [(30 * DAY - 1, True), (30 * DAY, False)])
def test_it_is_trusted_until_the_days_are_over(site: Siege, *, later: int, is_known: bool) -> None:
    browser = trust(site)
    began = devices(site)[0].created
    site.clock.now = began + later
    assert is_let_in(knocking(site, browser)) is is_known


def test_fewer_days_count_for_those_that_were_trusted_before() -> None:
    site = besieged()
    browser = trust(site)
    site.clock.advance(2 * DAY)
    for days in (3, 1, 0):
        fewer = besieged(store=site.store, factor_trust_days=days)
        fewer.clock.now = site.clock()
        assert is_let_in(fewer.browser({TRUSTED: browser.jar[TRUSTED]})) is (days == 3)


def test_to_use_it_makes_it_last_no_longer(site: Siege) -> None:
    browser = trust(site)
    began = devices(site)[0].created
    for day in (10, 20, 29):
        site.clock.now = began + day * DAY
        used = knocking(site, browser)
        assert is_let_in(used)
        assert used.jar[TRUSTED] == browser.jar[TRUSTED]
    site.clock.now = began + 30 * DAY
    assert not is_let_in(knocking(site, browser))


@pytest.mark.parametrize("says", ["", None])
def test_who_does_not_say_so_is_asked_again(site: Siege, says: str | None) -> None:
    browser = site.held()
    fields = {} if says is None else {"trustDevice": says}
    assert TRUSTED not in enter(browser, site.code(), **fields).set
    assert devices(site) == []


@pytest.mark.parametrize("says", ["false", "0", "off", "no", " "])
def test_who_says_no_is_asked_again(site: Siege, says: str) -> None:
    browser = site.held()
    assert TRUSTED not in enter(browser, site.code(), trustDevice=says).set
    assert devices(site) == []


def test_only_a_right_factor_makes_a_browser_trusted(site: Siege) -> None:
    browser = site.browser()
    assert TRUSTED not in browser.sign_in(trustDevice="on").set
    reply = enter(browser, "000000" if site.app.code() != "000000" else "111111", trustDevice="on")
    assert TRUSTED not in reply.set
    assert devices(site) == []


def test_without_days_nobody_is_trusted() -> None:
    site = besieged(factor_trust_days=0)
    browser = site.held()
    assert TRUSTED not in enter(browser, site.code(), trustDevice="on").set
    assert devices(site) == []


# --- whose it is


def test_another_persons_browser_is_a_strangers(site: Siege) -> None:
    other = enrol_app(site.auth, site.clock, ("credentials", "grace"))
    browser = site.browser()
    sign_in_as(site, "grace", browser)
    assert TRUSTED in enter(browser, other.code(), trustDevice="on").set
    assert not is_let_in(knocking(site, browser))
    assert sign_in_as(site, "grace", knocking(site, browser)).signs_in()


def test_the_same_id_at_another_provider_is_another_person() -> None:
    providers = [Credentials(person, account="email", id=each) for each in ("credentials", "staff")]
    site = besieged(providers=providers)
    enrol_app(site.auth, site.clock, ("staff", "1"))
    browser = knocking(site, trust(site))
    form = {"email": "ada@example.com", "password": "correct horse"}
    assert browser.post("callback/staff", form).path == "/api/auth/factor"


def test_who_puts_a_strangers_entry_among_their_own_factors_is_not_let_in(site: Siege) -> None:
    """An id alone is nothing: the cookie says whose it is, and the store says so too."""
    browser = trust(site)
    [entry] = devices(site)
    step(site.store.remove(*ADA, entry.id, now=site.clock()))
    moved = replace(entry, user_id="grace")
    assert step(site.store.enrol(moved, now=site.clock()))
    enrol_app(site.auth, site.clock, ("credentials", "grace"))
    assert not is_let_in(knocking(site, browser))
    assert sign_in_as(site, "grace", knocking(site, browser)).path == "/api/auth/factor"


def test_an_entry_of_another_method_is_no_trusted_browser(site: Siege) -> None:
    browser = trust(site)
    [entry] = devices(site)
    step(site.store.remove(*ADA, entry.id, now=site.clock()))
    assert step(site.store.enrol(replace(entry, method="totp"), now=site.clock()))
    assert not is_let_in(knocking(site, browser))


# --- how it ends


def test_what_is_removed_is_a_stranger(site: Siege) -> None:
    browser = trust(site)
    [entry] = devices(site)
    assert step(site.store.remove(*ADA, entry.id, now=site.clock()))
    assert not is_let_in(knocking(site, browser))


@pytest.mark.parametrize("later", [0, 1, 3600])
def test_ending_a_persons_sessions_ends_trust(site: Siege, later: int) -> None:
    browser = trust(site)
    site.auth.revoke_user_sync(*ADA)
    site.clock.advance(later)
    assert not is_let_in(knocking(site, browser))
    again = trust(site)
    assert is_let_in(knocking(site, again))


def test_while_nobody_can_tell_whether_it_was_ended_it_is_a_stranger() -> None:
    class Down(MemoryStore):
        is_down = False

        async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
            if self.is_down:
                message = "switched off"
                raise StoreUnavailable(message)
            return await super().epoch(provider, user_id, now=now)

    sessions = Down()
    site = besieged(revocation=Revocation(sessions, on_failure="open"))
    browser = trust(site)
    sessions.is_down = True
    assert not is_let_in(knocking(site, browser))


def test_signing_out_leaves_it_trusted_and_a_recovery_of_all_factors_does_not(site: Siege) -> None:
    browser = trust(site)
    browser.post("signout")
    assert is_let_in(knocking(site, browser))
    step(site.store.remove_all(*ADA, now=site.clock()))
    enrol_app(site.auth, site.clock)
    assert not is_let_in(knocking(site, browser))


def test_it_is_no_factor_and_no_reason_to_ask_for_one(site: Siege) -> None:
    browser = trust(site)
    step(site.store.remove(*ADA, site.app.enrolment_id, now=site.clock()))
    stranger = site.browser()
    assert is_let_in(stranger), "nothing but the browser is left"
    assert claims_of(stranger)["amr"] == ["pwd"]
    assert is_let_in(knocking(site, browser))


# --- what it does not stand for


def test_an_authorize_that_asks_for_a_factor_gets_one() -> None:
    provider = Credentials(lambda _: Challenge({"id": "1"}), account="email")
    site = besieged(providers=[provider])
    assert knocking(site, trust(site)).sign_in().path == "/api/auth/factor"


@pytest.mark.parametrize("policy", ["always", lambda _: True])
def test_a_policy_that_asks_everybody_asks_no_trusted_browser(policy: object) -> None:
    site = besieged(factor_policy=policy)
    assert is_let_in(knocking(site, trust(site)))


@pytest.mark.parametrize("damage", ["cut", "longer", "changed", "other secret", "empty", "twice"])
def test_a_damaged_cookie_is_a_strangers(site: Siege, damage: str) -> None:
    value = trust(site).jar[TRUSTED]
    other = trust(besieged(secret=OTHER_SECRET)).jar[TRUSTED]
    middle = len(value) // 2
    swapped = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    damaged = {"cut": value[:-1], "longer": f"{value}A", "changed": swapped}
    damaged |= {"other secret": other, "empty": "", "twice": f"{value}; {TRUSTED}={other}"}
    assert not is_let_in(site.browser({TRUSTED: damaged[damage]}))


def test_after_a_new_secret_it_is_known_as_long_as_the_old_one_is() -> None:
    site = besieged()
    browser = trust(site)
    rotated = besieged(
        store=site.store, secret=[OTHER_SECRET, "kV3q-of-the-wire-tests-alone-9Zx7Lw"]
    )
    rotated.clock.now = site.clock()
    assert is_let_in(rotated.browser({TRUSTED: browser.jar[TRUSTED]}))


# --- how many there are


def test_twenty_are_kept_and_the_oldest_goes(site: Siege) -> None:
    trusting = []
    for _ in range(23):
        trusting.append(trust(site))
        site.clock.advance(60)
    assert len(devices(site)) == 20
    known = [is_let_in(knocking(site, each)) for each in trusting]
    assert known == [False] * 3 + [True] * 20


def test_those_that_are_over_go_first() -> None:
    site = besieged(factor_trust_days=1)
    for _ in range(3):
        trust(site)
    site.clock.advance(2 * DAY)
    trust(site)
    assert len(devices(site)) == 1
    kept = step(site.store.enrolments(*ADA, now=site.clock()))
    assert site.app.enrolment_id in {each.id for each in kept}


def test_a_person_with_many_factors_is_signed_in_all_the_same(site: Siege) -> None:
    codes = enrol_codes(site.auth, site.clock)
    while len(step(site.store.enrolments(*ADA, now=site.clock()))) < MOST_ENROLMENTS:
        enrol_app(site.auth, site.clock)
    reply = enter(site.held(), codes[0], "recovery", trustDevice="on")
    assert reply.signs_in()
    assert TRUSTED not in reply.set
    assert site.sink.of(DeviceTrusted) == []


@pytest.mark.parametrize("agent", ["", "x" * 5_000, "Mozilla/5.0 \xe9\xff"])
def test_a_browser_may_call_itself_anything(site: Siege, agent: str) -> None:
    browser = site.held()
    browser.headers = (*browser.headers, ("user-agent", agent))
    assert TRUSTED in enter(browser, site.code(), trustDevice="on").set
    [entry] = devices(site)
    assert 1 <= len(entry.name) <= 100
