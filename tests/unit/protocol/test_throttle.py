"""How often somebody may try to sign in, as it shows on the wire."""

from dataclasses import replace
from typing import Any

import pytest

from nextauth import Credentials, Limit, Pages, SubmittedCredentials
from nextauth.callbacks import Callbacks, JWTParams, SignInParams
from nextauth.errors import Busy
from tests.unit.protocol.guesses import ELSEWHERE, ONCE, RIGHT, Guesser, Site
from tests.unit.protocol.wire import ORIGIN, SESSION, WAYS

DAY = 24 * 60 * 60


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
