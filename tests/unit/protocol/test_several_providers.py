"""Several Credentials providers side by side: each with its id, its form and its users."""

from typing import Literal

import pytest

from nextauth import (
    Account,
    Callbacks,
    ConfigurationError,
    Credentials,
    FormField,
    Pages,
    SignInParams,
    SubmittedCredentials,
    User,
)
from nextauth.events import SignedIn, SignInFailed
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import ORIGIN, Browser, claims_of, make_auth

IDS = ("staff", "customers", "card")


def _staff(credentials: SubmittedCredentials) -> User | None:
    return User(id="1", name="Ada of staff") if credentials["password"] == "staff-pw" else None


async def _customers(credentials: SubmittedCredentials) -> User | Literal[False]:
    known = credentials["password"] == "customer-pw"
    return User(id="1", name="Ada the customer") if known else False


def _card(credentials: SubmittedCredentials) -> User | None:
    return User(id="c-9") if credentials["number"] == "9" else None


def _one(_credentials: SubmittedCredentials) -> str:
    return "the account that all customers share"


def _providers() -> list[Credentials]:
    password = FormField("Password", type="password")
    return [
        Credentials(_staff, {"login": FormField("Login"), "password": password}, "staff", "Staff"),
        Credentials(_customers, {"password": password}, "customers", "Customers", account=_one),
        Credentials(_card, {"number": FormField("Card")}, id="card", name="Card", amr=("sc",)),
    ]


def test_they_are_listed_in_their_order() -> None:
    listed = Browser(make_auth(providers=_providers())).get("providers").json
    assert tuple(listed) == IDS
    assert [each["name"] for each in listed.values()] == ["Staff", "Customers", "Card"]
    assert [each["callbackUrl"] for each in listed.values()] == [
        f"{ORIGIN}/api/auth/callback/{each}" for each in IDS
    ]
    backwards = make_auth(providers=_providers()[::-1])
    assert tuple(Browser(backwards).get("providers").json) == IDS[::-1]


def test_the_sign_in_page_shows_each_form_in_order() -> None:
    page = Browser(make_auth(providers=_providers())).get("signin").text
    actions = [page.index(f'action="/api/auth/callback/{each}"') for each in IDS]
    assert actions == sorted(actions)
    assert [f"Sign in with {name}" in page for name in ("Staff", "Customers", "Card")] == [True] * 3


@pytest.mark.parametrize("chosen", IDS)
def test_the_page_of_one_shows_its_form_alone(chosen: str) -> None:
    page = Browser(make_auth(providers=_providers())).get(f"signin/{chosen}").text
    shown = [each for each in IDS if f'action="/api/auth/callback/{each}"' in page]
    assert shown == [chosen]


def test_each_asks_its_own_system() -> None:
    browser = Browser(make_auth(providers=_providers()))
    crossed = browser.post("callback/staff", {"login": "ada", "password": "customer-pw"})
    assert crossed.query == {"error": "CredentialsSignin", "code": "credentials"}
    denied = browser.post("callback/customers", {"password": "staff-pw"})
    assert denied.query == {"error": "AccessDenied"}
    assert browser.post("callback/staff", {"login": "ada", "password": "staff-pw"}).signs_in()
    assert browser.session()["user"]["name"] == "Ada of staff"


def test_the_same_id_at_two_providers_is_two_users() -> None:
    sink = RecordingSink()
    accounts: list[Account] = []

    def sign_in(params: SignInParams) -> bool:
        accounts.append(params.account)
        return True

    auth = make_auth(providers=_providers(), events=[sink], callbacks=Callbacks(sign_in=sign_in))
    seen = []
    for provider, password in (("staff", "staff-pw"), ("customers", "customer-pw")):
        browser = Browser(auth)
        browser.post(f"callback/{provider}", {"login": "ada", "password": password})
        session = auth.session_sync(browser.request("GET", "/"))
        assert session is not None
        seen.append((session.provider, session.user.id))
    assert seen == [("staff", "1"), ("customers", "1")]
    assert accounts == [
        Account("staff", "credentials", "1"),
        Account("customers", "credentials", "1"),
    ]
    assert [event.account for event in sink.of(SignedIn)] == accounts


def test_each_says_how_it_was_proven() -> None:
    browser = Browser(make_auth(providers=_providers()))
    browser.post("callback/card", {"number": "9"})
    session = browser.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert (session.amr, session.provider) == (("sc",), "card")
    browser.post("callback/staff", {"login": "ada", "password": "staff-pw"})
    assert claims_of(browser)["amr"] == ["pwd"]


def test_events_name_the_provider() -> None:
    sink = RecordingSink()
    browser = Browser(make_auth(providers=_providers(), events=[sink]))
    browser.post("callback/staff", {"login": "ada", "password": "guess"})
    browser.post("callback/customers", {"password": "guess"})
    assert [(event.provider, event.reason) for event in sink.of(SignInFailed)] == [
        ("staff", "CredentialsSignin"),
        ("customers", "AccessDenied"),
    ]


def test_a_provider_that_is_not_configured_is_400() -> None:
    browser = Browser(make_auth(providers=_providers()))
    assert browser.post("callback/credentials", {"password": "staff-pw"}).status == 400
    assert browser.get("signin/credentials").status == 400


def test_a_provider_without_fields_is_listed_and_has_no_form() -> None:
    providers = [*_providers(), Credentials(_card, id="api", account="number")]
    browser = Browser(make_auth(providers=providers))
    assert "api" in browser.get("providers").json
    assert "callback/api" not in browser.get("signin").text
    assert browser.post("callback/api", {"number": "9"}).signs_in()


def test_all_lead_to_ones_own_sign_in_page() -> None:
    auth = make_auth(providers=_providers(), pages=Pages(sign_in="/login"))
    reply = Browser(auth).post("callback/staff", {"login": "ada", "password": "guess"})
    assert reply.path == "/login"
    assert reply.query == {"error": "CredentialsSignin", "code": "credentials"}
    assert Browser(auth).get("signin/staff").path == "/login"


def test_two_with_one_id_are_refused() -> None:
    with pytest.raises(ConfigurationError) as refused:
        make_auth(
            providers=[
                Credentials(_staff, account="login"),
                Credentials(_card, account="number"),
                Credentials(_card, id="a/b", account="number"),
            ]
        )
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["provider-duplicate", "provider-id"]
