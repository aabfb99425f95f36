"""Shows that a Python API reads who signed in on a Next.js site with Auth.js, and the reverse."""

import re
import venv
from collections.abc import Generator
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import APIResponse, Page, expect

from tests.browser.conftest import Watch
from tests.browser.nextjs_session import (
    ADA,
    BY_BEARER,
    BY_COOKIE,
    EXAMPLE,
    PEOPLE,
    Person,
    SharedSite,
    expect_greeting,
    fill_in,
    put,
    running_shared_site,
    session_cookies,
    shown,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.interop]

every_size = pytest.mark.parametrize("person", PEOPLE, ids=["1 cookie", "2 cookies", "3 cookies"])
both_ways = pytest.mark.parametrize("path", [BY_COOKIE, BY_BEARER], ids=["cookie", "bearer"])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Generator[SharedSite]:
    folder = tmp_path_factory.mktemp("python") / "venv"
    venv.create(folder, with_pip=True)
    with running_shared_site(folder) as site:
        yield site


@pytest.fixture
def watch(shared: SharedSite) -> Watch:
    return Watch([shared.site.origin])


def get(page: Page, shared: SharedSite, path: str, **headers: str) -> APIResponse:
    return page.context.request.get(shared.url(path), headers=headers, max_redirects=0)


def sets_a_cookie(answer: APIResponse) -> bool:
    return "set-cookie" in answer.headers


# Next.js signs in, Python reads ------------------------------------------------------------------


@every_size
def test_python_knows_who_signed_in_on_next_js(
    page: Page, shared: SharedSite, person: Person
) -> None:
    sign_in(page, shared, person)
    cookies = session_cookies(page)
    assert sorted(cookies) == list(person.cookies)
    assert sum(map(len, cookies.values())) > person.minimum

    page.get_by_role("button", name="Ask with the cookie").click()
    assert shown(page, f"GET {BY_COOKIE}") == person.profile
    page.get_by_role("button", name="Ask through the Next.js server").click()
    assert shown(page, f"GET {BY_BEARER}") == person.profile


@every_size
@both_ways
def test_reading_leaves_the_cookie_as_it_is(
    page: Page, shared: SharedSite, person: Person, path: str
) -> None:
    sign_in(page, shared, person)
    before = session_cookies(page)
    answer = get(page, shared, path)
    assert (answer.status, answer.json()) == (200, person.profile)
    assert not sets_a_cookie(answer)
    assert session_cookies(page) == before


def test_no_script_on_the_page_gets_at_the_token(page: Page, shared: SharedSite) -> None:
    sign_in(page, shared, ADA)
    (token,) = session_cookies(page).values()
    assert page.evaluate("document.cookie") == ""
    assert token not in page.content()


# Nobody is signed in -----------------------------------------------------------------------------


@both_ways
def test_whoever_is_signed_out_gets_401_and_is_told_how_to_ask(
    page: Page, shared: SharedSite, path: str
) -> None:
    answer = get(page, shared, path)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    sign_in(page, shared, ADA)
    assert get(page, shared, path).status == 200
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert session_cookies(page) == {}
    answer = get(page, shared, path)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_wrong_token_is_called_so(page: Page, shared: SharedSite) -> None:
    sign_in(page, shared, ADA)
    (token,) = session_cookies(page).values()
    page.context.clear_cookies()
    right = get(page, shared, BY_COOKIE, Authorization=f"Bearer {token}")
    assert (right.status, right.json()) == (200, ADA.profile)
    wrong = get(page, shared, BY_COOKIE, Authorization=f"Bearer {token[:-8]}AAAAAAAA")
    assert (wrong.status, wrong.headers["www-authenticate"]) == (
        401,
        'Bearer error="invalid_token"',
    )


@both_ways
@pytest.mark.parametrize("damage", ["first", "last", "gap"])
def test_a_session_whose_cookies_are_damaged_is_nobody_and_stays(
    page: Page, shared: SharedSite, path: str, damage: str
) -> None:
    sign_in(page, shared, PEOPLE[-1])
    lost = {"first": ".0", "gap": ".1", "last": ".2"}[damage]
    page.context.clear_cookies(name=f"{EXAMPLE.session_cookie}{lost}")
    left = session_cookies(page)
    assert len(left) == 2
    answer = get(page, shared, path)
    assert (answer.status, sets_a_cookie(answer)) == (401, False)
    assert session_cookies(page) == left


def test_a_browser_that_opens_the_api_is_sent_to_auth_js_and_comes_back(
    page: Page, shared: SharedSite
) -> None:
    page.goto(shared.url(BY_COOKIE))
    assert urlsplit(page.url).path == "/api/auth/signin"
    fill_in(page, ADA)
    page.get_by_role("button", name=re.compile("Sign in")).click()
    expect(page).to_have_url(shared.url(BY_COOKIE))
    assert get(page, shared, BY_COOKIE).json() == ADA.profile


def test_a_wrong_password_signs_nobody_in(page: Page, shared: SharedSite) -> None:
    page.goto(shared.url("/"))
    fill_in(page, ADA, "wrong")
    page.get_by_role("button", name="Sign in").click()
    alert = page.get_by_text("Email or password is wrong.")
    expect(alert).to_be_visible()
    assert session_cookies(page) == {}


# Python writes, Next.js reads --------------------------------------------------------------------


@every_size
def test_auth_on_next_js_reads_the_session_that_python_wrote(
    page: Page, shared: SharedSite, person: Person
) -> None:
    put(page, shared, shared.written_in_python(person))
    assert sorted(session_cookies(page)) == list(person.cookies)
    page.goto(shared.url("/"))
    expect_greeting(page, person)
    assert person.is_shown_in(shown(page, "auth()"))
    for path in (BY_COOKIE, BY_BEARER):
        assert get(page, shared, path).json() == person.profile


@every_size
def test_python_reads_its_own_session_after_next_js_wrote_it_anew(
    page: Page, shared: SharedSite, person: Person
) -> None:
    put(page, shared, shared.written_in_python(person))
    before = session_cookies(page)
    renewed = get(page, shared, "/api/auth/session")
    assert person.is_shown_in(renewed.json())
    assert sets_a_cookie(renewed)
    assert before.keys() == session_cookies(page).keys()
    assert before != session_cookies(page)
    for path in (BY_COOKIE, BY_BEARER):
        assert get(page, shared, path).json() == person.profile


def test_auth_js_signs_out_whom_python_signed_in(page: Page, shared: SharedSite) -> None:
    put(page, shared, shared.written_in_python(PEOPLE[-1]))
    page.goto(shared.url("/"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert session_cookies(page) == {}
    assert get(page, shared, BY_COOKIE).status == 401


# The README --------------------------------------------------------------------------------------


def test_the_readme_says_what_each_file_is() -> None:
    table = EXAMPLE.readme.partition("\n| file | what it is |\n")[2].partition("\n\n")[0]
    told = {
        name for row in table.splitlines() for name in re.findall("`([^`]+)`", row.split("|")[1])
    }
    parts = [EXAMPLE.folder / name for name in ("app", "components", "lib")]
    found = {file for part in parts for file in part.rglob("*") if file.is_file()}
    rest = ("next.config.ts", "server.py", "auth.ts", ".env.production")
    found |= {EXAMPLE.folder / name for name in rest}
    assert told == {file.relative_to(EXAMPLE.folder).as_posix() for file in found}
