"""Shows in Chromium for what no security key can be used as the second factor."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from collections.abc import Generator
from typing import Any

from playwright.sync_api import Page, expect

from nextauth.events import SecondFactorRefused, SignCountRegressed
from tests.browser.conftest import Watch
from tests.browser.factor_site import GRACE, FactorSite, running_factor_site
from tests.browser.factor_steps import (
    TEXTS,
    Options,
    alter_options,
    assertion_in,
    begin,
    begun,
    captured_answer,
    enrol_key,
    enter_password,
    expect_signed_in,
    fill_in_password,
    finish_enrolling_key,
    key_button,
    post,
    restore,
    session_of,
    use_key,
)
from tests.browser.virtual_keys import PASSKEY, SECURITY_KEY, VirtualKey

pytestmark = pytest.mark.browser
FAILED = TEXTS.factor_script_failed
REFUSED = "/api/auth/factor?error=SecondFactorRefused&method=webauthn"
BY_KEY, BY_PASSKEY = "Ada: pwd hwk user mfa", "Ada: pwd swk user mfa"


@pytest.fixture
def site_options() -> dict[str, Any]:
    """Override with `pytest.mark.parametrize` for another policy."""
    return {}


@pytest.fixture
def site(site_options: dict[str, Any]) -> Generator[FactorSite]:
    with running_factor_site(passkeys=False, **site_options) as site:
        yield site


@pytest.fixture
def watch(site: FactorSite) -> Watch:
    return Watch([site.origin, site.second])


def with_policy(**policy: Any) -> pytest.MarkDecorator:  # noqa: ANN401
    return pytest.mark.parametrize("site_options", [{"policy": policy}], ids=["policy"])


def enrolled(page: Page, site: FactorSite, kind: dict[str, object] = SECURITY_KEY) -> VirtualKey:
    """Give Ada a key, and leave her at the page that asks for it."""
    enter_password(page, site)
    key = VirtualKey.plugged_into(page, kind)
    enrol_key(page, site)
    page.context.clear_cookies()
    enter_password(page, site)
    return key


def expect_failed(page: Page, *, error: str = FAILED) -> None:
    expect(page.get_by_role("status")).to_have_text(error)
    expect(key_button(page)).to_be_enabled()


def expect_refused(page: Page, site: FactorSite, *, origin: str | None = None) -> None:
    expect(page).to_have_url((origin or site.origin) + REFUSED)
    expect(page.get_by_role("alert")).to_be_visible()
    assert session_of(page, site) is None


def test_anothers_key_is_refused(page: Page, site: FactorSite) -> None:
    hers = enrolled(page, site)
    mine = hers.credentials()[0]
    hers.clear()
    page.context.clear_cookies()
    enter_password(page, site, GRACE)
    enrol_key(page, site)
    grace = hers.credentials()[0]
    page.context.clear_cookies()
    enter_password(page, site)
    use_key(page)
    expect_failed(page)
    named = {"type": "public-key", "id": json_id(grace)}
    alter_options(page, lambda options: options.update(allowCredentials=[named]))
    key_button(page).click()
    expect_refused(page, site)
    assert [each.user_id for each in site.sink.of(SecondFactorRefused)] == ["1"]
    page.unroute_all()
    hers.copy(mine)
    key_button(page).click()
    expect_signed_in(page, site, BY_KEY)


def json_id(credential: dict[str, Any]) -> str:
    """Answer a credential's id as JSON writes it, from how DevTools write it."""
    text: str = credential["credentialId"]
    return text.replace("+", "-").replace("/", "_").rstrip("=")


def test_an_answer_is_good_once(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    waiting = page.context.cookies()
    answer = captured_answer(page, lambda: use_key(page))
    expect_signed_in(page, site, BY_KEY)
    restore(page, site, waiting)
    assert post(page, site, "factor/webauthn", answer).status == 401
    assert session_of(page, site) is None
    enter_password(page, site)
    begun(page, site)
    again = post(page, site, "factor/webauthn", answer)
    assert (again.status, again.json()["url"]) == (401, site.url(REFUSED))
    assert session_of(page, site) is None


@pytest.mark.parametrize(
    ("host", "rp_id", "reason"),
    [
        ("localhost:{port}", "localhost", None),
        ("localhost:{second}", "localhost", "origin-mismatch"),
        ("login.localhost:{port}", "login.localhost", "rp-mismatch"),
    ],
    ids=["ours", "another origin", "another rp id"],
)
@with_policy(origins=("http://localhost:{port}", "http://login.localhost:{port}"))
def test_an_answer_counts_only_where_it_was_asked_for(
    page: Page,
    site: FactorSite,
    watch: Watch,
    caplog: pytest.LogCaptureFixture,
    host: str,
    rp_id: str,
    reason: str | None,
) -> None:
    key = enrolled(page, site)
    credential = key.credentials()[0]
    key.clear()
    key.copy(credential, rpId=rp_id)
    options = begun(page, site)["options"] | {"rpId": rp_id}
    host = host.format(port=site.port, second=site.second.rpartition(":")[2])
    watch.origins.append(f"http://{host}")
    page.goto(f"http://{host}/")
    response = assertion_in(page, options)
    with caplog.at_level("INFO", "nextauth.factors"):
        answer = post(page, site, "factor/webauthn", {"credential": response})
    assert answer.ok is (reason is None)
    assert (session_of(page, site) is not None) is (reason is None)
    told = [] if reason is None else [f"A security key is refused: {reason}"]
    assert caplog.messages == told


def test_another_origin_of_the_same_site_is_refused(page: Page, site: FactorSite) -> None:
    enrolled(page, site)
    page.goto(f"{site.second}/api/auth/factor")
    use_key(page)
    expect_refused(page, site, origin=site.second)


@with_policy(origins=("http://localhost:{second}",))
def test_a_page_that_the_policy_lacks_enrols_nothing(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    VirtualKey.plugged_into(page, SECURITY_KEY)
    begin(page, site, "webauthn")
    finish_enrolling_key(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert site.enrolments("webauthn") == []


def test_where_the_browser_has_no_keys_the_page_says_so(
    page: Page, site: FactorSite, watch: Watch
) -> None:
    enrolled(page, site)
    numeric = site.origin.replace("localhost", "127.0.0.1")
    watch.origins.append(numeric)
    page.goto(f"{numeric}/api/auth/signin")
    fill_in_password(page)
    use_key(page)
    expect_failed(page)


@with_policy(rp_id="site.example", origins=("https://site.example",))
def test_with_anothers_rp_id_nothing_is_enrolled(page: Page, site: FactorSite) -> None:
    enter_password(page, site)
    VirtualKey.plugged_into(page, SECURITY_KEY)
    begin(page, site, "webauthn")
    finish_enrolling_key(page)
    expect(page.get_by_role("status")).to_have_text(FAILED)
    assert site.enrolments("webauthn") == []


def without_verification(options: Options) -> None:
    options["userVerification"] = "discouraged"


@with_policy(user_verification="required")
def test_a_key_must_know_its_user_where_that_is_required(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site, PASSKEY)
    key.verifies(user=False)
    use_key(page)
    expect_failed(page)
    alter_options(page, without_verification)
    key_button(page).click()
    expect_refused(page, site)
    page.unroute_all()
    key.verifies(user=True)
    key_button(page).click()
    expect_signed_in(page, site, BY_PASSKEY)


def test_a_copy_of_a_key_is_noticed(page: Page, site: FactorSite) -> None:
    key = enrolled(page, site)
    old = key.credentials()[0]
    use_key(page)
    expect_signed_in(page, site, BY_KEY)
    key.clear()
    key.copy(old)
    page.context.clear_cookies()
    enter_password(page, site)
    use_key(page)
    expect_refused(page, site)
    (enrolment,) = site.enrolments("webauthn")
    told = site.sink.of(SignCountRegressed)
    assert [(each.factor_id, each.is_refused) for each in told] == [(enrolment.id, True)]
