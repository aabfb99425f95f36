"""Shows that the clients of next-auth 4 and 5, on Next.js, work against the Python server."""

import re
import venv
from collections.abc import Generator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.demo_site import ADA, ADAS_PASSWORD
from tests.browser.nextjs import (
    EXAMPLES,
    Example,
    Site,
    answer_of,
    expect_greeting,
    form_of,
    open_home,
    running_site,
    sign_in,
    submit,
    without_reload,
)
from tests.browser.steps import fill_in

pytestmark = [pytest.mark.browser, pytest.mark.interop]

LOCKED, HIS_PASSWORD = "charles@example.com", "difference"
GRACE, HER_PASSWORD = "grace@example.com", "compiler"
ADAS_PROFILE = {"id": "1", "name": "Ada Lovelace", "email": ADA, "groups": 0}
# v4's tabs talk by writing to localStorage, which tells the others only of a value that differs. A
# message holds whole seconds: in one second, a second message of the same kind is not heard.
A_LATER_MESSAGE_DIFFERS = """
    Date.now() / 1000 >= JSON.parse(localStorage.getItem("nextauth.message")).timestamp + 1
"""
only_v4 = pytest.mark.parametrize("site", ["v4"], indirect=True)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python") / "venv"
    venv.create(folder, with_pip=True)
    return folder


# Both are made at their first use and stay: neither builds twice, and never at the same time.
@pytest.fixture(scope="module")
def site_v5(environment: Path) -> Generator[Site]:
    with running_site(EXAMPLES["v5"], environment) as site:
        yield site


@pytest.fixture(scope="module")
def site_v4(environment: Path) -> Generator[Site]:
    with running_site(EXAMPLES["v4"], environment) as site:
        yield site


@pytest.fixture(params=["v5", "v4"])
def site(request: pytest.FixtureRequest) -> Site:
    made: Site = request.getfixturevalue(f"site_{request.param}")
    return made


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch([site.origin])


# Signing in and out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        (ADA, "wrong", "credentials"),
        ("nobody@example.com", ADAS_PASSWORD, "credentials"),
        (LOCKED, HIS_PASSWORD, "locked"),
        (LOCKED, "wrong", "credentials"),
    ],
    ids=["wrong password", "nobody", "locked", "locked and wrong"],
)
def test_a_refusal_reaches_the_form_with_its_error_and_in_v5_its_code(
    page: Page, site: Site, watch: Watch, email: str, password: str, code: str
) -> None:
    open_home(page, site)
    with (
        without_reload(page),
        page.expect_console_message(lambda said: "status of 401" in said.text),
    ):
        submit(page, email, password)
    expect(form_of(page).get_by_role("alert")).to_be_visible()
    told = {"error": "CredentialsSignin", "status": 401, "ok": False, "url": None}
    assert answer_of(page, "signIn()") == (told if site.is_v4 else {**told, "code": code})
    if not site.is_v4:
        reasons = {
            "credentials": "Email or password is wrong.",
            "locked": "This account is locked.",
        }
        expect(form_of(page).get_by_role("alert")).to_have_text(reasons[code])
    assert answer_of(page, "useSession()") == {"status": "unauthenticated", "data": None}
    assert site.session_cookies(page) == []
    # Browsers tell every 401 that a script was answered. There is nothing else.
    [complaint] = watch.complaints
    assert "status of 401" in complaint
    watch.complaints.clear()


def test_the_right_password_shows_the_person_without_a_reload(page: Page, site: Site) -> None:
    open_home(page, site)
    with without_reload(page):
        submit(page)
        expect_greeting(page)
    answer = answer_of(page, "signIn()")
    assert answer.pop("error", None) is None
    assert answer == {"status": 200, "ok": True, "url": site.url("/")}
    session = answer_of(page, "useSession()")
    assert session["status"] == "authenticated"
    assert session["data"]["user"] == {"name": "Ada Lovelace", "email": ADA}
    page.get_by_role("button", name="Ask the API who I am").click()
    assert answer_of(page, "GET /api/me") == ADAS_PROFILE


def test_two_tabs_follow_each_others_sign_out(page: Page, site: Site) -> None:
    sign_in(page, site)
    other = page.context.new_page()
    other.goto(site.url("/"))
    expect_greeting(other)
    with without_reload(other):
        page.get_by_role("button", name="Sign out").click()
        expect(form_of(other)).to_be_visible()
    expect(form_of(page)).to_be_visible()
    assert site.session_cookies(page) == []


def test_sign_in_with_a_redirect_returns_to_where_one_came_from(page: Page, site: Site) -> None:
    came_from = site.url("/?from=the+newsletter&issue=7%2F8")
    page.goto(came_from)
    page.get_by_role("button", name="Sign in at the server").click()
    expect(page).to_have_url(re.compile(r"/api/auth/signin\?callbackUrl="))
    fill_in(page, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("Sign-in failed")
    fill_in(page)
    expect(page).to_have_url(came_from)
    expect_greeting(page)


def expect_session_required(page: Page, site: Site) -> None:
    expect(page.get_by_role("heading", name=re.compile("Sign in"))).to_be_visible()
    asked = urlsplit(page.url)
    assert asked.path == "/api/auth/signin"
    assert parse_qs(asked.query) == {
        "error": ["SessionRequired"],
        "callbackUrl": [site.url("/private")],
    }


def test_a_page_that_needs_a_session_leads_to_sign_in_and_back(page: Page, site: Site) -> None:
    page.goto(site.url("/private"))
    page.wait_for_url("**/api/auth/signin?*")
    expect_session_required(page, site)
    fill_in(page)
    expect(page).to_have_url(site.url("/private"))
    heading = page.get_by_role("heading", name="Only for you, Ada Lovelace")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/api/auth/signin?*")
    expect_session_required(page, site)


# What the client library is told ----------------------------------------------------------------


def test_update_reaches_the_jwt_callback_and_shows_in_every_tab(page: Page, site: Site) -> None:
    sign_in(page, site)
    other = page.context.new_page()
    other.goto(site.url("/"))
    expect_greeting(other)
    if site.is_v4:
        page.wait_for_function(A_LATER_MESSAGE_DIFFERS)
    with without_reload(page), without_reload(other):
        page.get_by_label("Name").fill("  Countess of Lovelace ")
        page.get_by_role("button", name="Change the name").click()
        # The callback takes the spaces away: what shows went through it.
        for tab in (page, other):
            expect_greeting(tab, "Countess of Lovelace")
    page.get_by_role("button", name="Ask the API who I am").click()
    assert answer_of(page, "GET /api/me") == {**ADAS_PROFILE, "name": "Countess of Lovelace"}
    page.reload()
    expect_greeting(page, "Countess of Lovelace")


def test_the_client_gets_providers_and_the_csrf_token_of_its_cookie(page: Page, site: Site) -> None:
    open_home(page, site)
    assert answer_of(page, "getProviders()") == {
        "credentials": {
            "id": "credentials",
            "name": "Credentials",
            "type": "credentials",
            "signinUrl": site.url("/api/auth/signin/credentials"),
            "callbackUrl": site.url("/api/auth/callback/credentials"),
        }
    }
    token = answer_of(page, "getCsrfToken()")
    assert re.fullmatch("[0-9a-f]{64}", token)
    [cookie] = [each for each in page.context.cookies() if "csrf-token" in each.get("name", "")]
    assert cookie.get("value", "").startswith(f"{token}%7C")


def test_every_cookie_is_the_front_ends_own_and_no_script_can_read_it(
    page: Page, site: Site
) -> None:
    sign_in(page, site)
    assert page.evaluate("document.cookie") == ""
    cookies = page.context.cookies()
    prefix = site.example.session_cookie.partition(".")[0]
    kinds = ("callback-url", "csrf-token", "session-token")
    assert {each.get("name", "") for each in cookies} == {
        "authjs.device",
        *(f"{prefix}.{kind}" for kind in kinds),
    }
    for each in cookies:
        assert (each.get("domain"), each.get("path")) == ("localhost", "/")
        assert (each.get("httpOnly"), each.get("sameSite")) == (True, "Lax")


# The application's own endpoints ----------------------------------------------------------------


def test_the_api_refuses_a_program_and_sends_a_person_to_sign_in(page: Page, site: Site) -> None:
    api = site.url("/api/me")
    assert page.context.request.get(api).status == 401
    page.goto(api)
    assert urlsplit(page.url).path == "/api/auth/signin"
    fill_in(page)
    expect(page).to_have_url(api)
    assert page.context.request.get(api).json() == ADAS_PROFILE


def test_a_session_of_several_cookies_passes_through_next_js(page: Page, site: Site) -> None:
    open_home(page, site)
    submit(page, GRACE, HER_PASSWORD)
    expect_greeting(page, "Grace Hopper")
    name = site.example.session_cookie
    assert site.session_cookies(page) == [f"{name}.0", f"{name}.1"]
    page.get_by_role("button", name="Ask the API who I am").click()
    assert answer_of(page, "GET /api/me")["groups"] == 400
    page.get_by_role("button", name="Sign out").click()
    expect(form_of(page)).to_be_visible()
    assert site.session_cookies(page) == []


@only_v4
@pytest.mark.parametrize(
    ("email", "password", "profile"),
    [
        (ADA, ADAS_PASSWORD, ADAS_PROFILE),
        (
            GRACE,
            HER_PASSWORD,
            {"id": "3", "name": "Grace Hopper", "email": GRACE, "groups": 400},
        ),
    ],
    ids=["one cookie", "several cookies"],
)
def test_get_token_on_next_js_reads_the_session_that_python_wrote(
    page: Page, site: Site, email: str, password: str, profile: dict[str, object]
) -> None:
    open_home(page, site)
    assert page.context.request.get(site.url("/api/token")).status == 401
    submit(page, email, password)
    expect_greeting(page, str(profile["name"]))
    page.get_by_role("button", name="Ask Next.js who I am").click()
    assert answer_of(page, "GET /api/token") == profile


# The READMEs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_the_readme_says_what_each_file_is(example: Example) -> None:
    table = example.readme.partition("\n| file | what it is |\n")[2].partition("\n\n")[0]
    told = {
        name for row in table.splitlines() for name in re.findall("`([^`]+)`", row.split("|")[1])
    }
    parts = [example.folder / name for name in ("app", "components")]
    found = {file for part in parts for file in part.rglob("*") if file.is_file()}
    found |= {example.folder / name for name in ("next.config.ts", "server.py")}
    assert told == {file.relative_to(example.folder).as_posix() for file in found}
