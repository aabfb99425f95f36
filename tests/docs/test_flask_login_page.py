"""What docs/migrating-from-flask-login.md says is so: both of its applications run on one table."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.security import generate_password_hash

from tests.docs.programs import Program, programs_of

PATH = Path(__file__).parents[2] / "docs" / "migrating-from-flask-login.md"
PAGE = PATH.read_text("utf-8")
PASSWORD = "analytical engine"
ADA = {"email": "ada@example.com", "password": PASSWORD}
CALLBACK = "/api/auth/callback/credentials"

# Appended to a program of the page: sends requests with one browser, and prints each answer.
ASK = """
import json, logging

logging.disable()  # what is expected here is no news
client = app.test_client()
for name, value in {cookies!r}.items():
    client.set_cookie(name, value)
for method, path, form in {requests!r}:
    given = client.open(path, method=method, data=form, headers={{"Origin": "http://localhost"}})
    kept = {{name: client.get_cookie(name) for name in ("session", "remember_token")}}
    cookies = {{name: each.value for name, each in kept.items() if each}}
    print(json.dumps([given.status_code, given.location, given.get_json(silent=True), cookies]))
"""
GONE = """
from people import ask

ask("UPDATE users SET {change} WHERE email = 'ada@example.com'")
"""
BASKET = """

from flask import session


@app.get("/basket")
def basket():
    session["basket"] = [7]
    return ""
"""
Request = tuple[str, str, dict[str, str]]
ORDERS: Request = ("GET", "/orders", {})


def program(mark: str) -> Program:
    """Answer the program of the page that has a line."""
    [found] = [each for each in programs_of(PATH) if mark in each.text]
    return found


BEFORE = program("def logout():\n    logout_user()")
AFTER = program("directory = SqlDirectory(")
BOTH = program("@login_manager.request_loader")


def answers(
    asked: Program, folder: Path, *requests: Request, cookies: dict[str, str] | None = None
) -> list[Any]:
    printed = asked.run(folder, then=ASK.format(requests=requests, cookies=cookies or {}))
    return [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Register Ada with the application that has Flask-Login, and sign her in there."""
    given = answers(
        BEFORE,
        tmp_path,
        ("GET", "/me", {}),
        ("POST", "/register", {**ADA, "name": "Ada"}),
        ("POST", "/login", {**ADA, "password": "guess"}),
        ("POST", "/login", ADA),
        ("GET", "/me", {}),
    )
    assert [status for status, *_ in given] == [302, 302, 401, 302, 200]
    assert given[0][1].startswith("/login?next=")
    assert given[-1][2] == {"id": "1", "name": "Ada"}
    (tmp_path / "cookies.json").write_text(json.dumps(given[-1][3]), "utf-8")
    return tmp_path


def test_whoever_registered_before_signs_in_after_with_the_same_password(site: Path) -> None:
    wrong, right, me = answers(
        AFTER,
        site,
        ("POST", CALLBACK, {**ADA, "password": "guess"}),
        ("POST", CALLBACK, ADA),
        ("GET", "/me", {}),
    )
    assert "error=CredentialsSignin" in wrong[1]
    assert (right[0], right[1]) == (302, "http://localhost")
    assert me[:3] == [200, None, {"id": "1", "name": "Ada"}]


def test_the_table_is_left_as_it_is_so_that_the_old_application_still_runs(site: Path) -> None:
    answers(AFTER, site, ("POST", CALLBACK, ADA))
    *_, me = answers(BEFORE, site, ("POST", "/login", ADA), ("GET", "/me", {}))
    assert me[2] == {"id": "1", "name": "Ada"}


def test_the_session_of_flask_login_ends_and_its_cookie_is_not_touched(site: Path) -> None:
    cookies = json.loads((site / "cookies.json").read_text("utf-8"))
    assert set(cookies) == {"session"}
    again = answers(BEFORE, site, ("GET", "/me", {}), cookies=cookies)
    assert again[0][0] == 200
    out, _, me = answers(
        AFTER, site, ("GET", "/me", {}), ("POST", CALLBACK, ADA), ("GET", "/me", {}),
        cookies=cookies,
    )  # fmt: skip
    assert (out[0], me[0], me[3]) == (401, 200, cookies)


@pytest.mark.parametrize(
    ("path", "then"),
    [
        ("/login", "http://localhost/me"),
        ("/login?next=/me?page=2", "http://localhost/me?page=2"),
        ("/login?next=https://evil.example/", "http://localhost"),
    ],
)
def test_the_old_address_of_the_login_leads_where_it_did(site: Path, path: str, then: str) -> None:
    [[status, location, *_]] = answers(AFTER, site, ("GET", path, {}))
    assert (status, location.partition("?")[0]) == (302, "/api/auth/signin")
    [wanted] = parse_qs(urlsplit(location).query)["callbackUrl"]
    [signed_in] = answers(AFTER, site, ("POST", CALLBACK, {**ADA, "callbackUrl": wanted}))
    assert signed_in[1] == then


def test_whoever_is_not_active_gets_in_neither_before_nor_after(site: Path) -> None:
    AFTER.run(site, then=GONE.format(change="is_active = 0"))
    [before] = answers(BEFORE, site, ("POST", "/login", ADA))
    [after] = answers(AFTER, site, ("POST", CALLBACK, ADA))
    assert before[0] == 403
    assert "code=disabled" in after[1]


@pytest.mark.parametrize("method", ["scrypt", "pbkdf2:sha256:1000", "pbkdf2:sha512:1000"])
def test_each_kind_of_hash_that_werkzeug_writes_is_read(site: Path, method: str) -> None:
    kept = generate_password_hash(PASSWORD, method)
    AFTER.run(site, then=GONE.format(change=f"password_hash = '{kept}'"))
    _, me = answers(AFTER, site, ("POST", CALLBACK, ADA), ("GET", "/me", {}))
    assert me[2] == {"id": "1", "name": "Ada"}


def test_with_both_the_views_of_flask_login_know_who_is_there(site: Path) -> None:
    out, _, mine, ours = answers(
        BOTH,
        site,
        ("GET", "/orders", {}),
        ("POST", CALLBACK, ADA),
        ("GET", "/orders", {}),
        ("GET", "/me", {}),
    )
    assert out[0] == 302
    assert "/api/auth/signin?callbackUrl=" in out[1]
    assert (mine[2], ours[2]) == ({"orders of": "Ada"}, {"id": "1", "name": "Ada"})


def test_with_both_the_old_session_is_nobody_and_in_nobodys_way(site: Path) -> None:
    cookies = json.loads((site / "cookies.json").read_text("utf-8"))
    old = {**cookies, "remember_token": "1|" + "0" * 128}
    out, _, mine = answers(BOTH, site, ORDERS, ("POST", CALLBACK, ADA), ORDERS, cookies=old)
    assert (out[0], mine[2]) == (302, {"orders of": "Ada"})


def test_without_the_line_about_the_remember_cookie_they_would_be_nobody(site: Path) -> None:
    text, line = BOTH.text, 'app.config["REMEMBER_COOKIE_NAME"] = "flask-login-is-not-asked"\n'
    assert line in text
    less = Program(BOTH.name, BOTH.section, text.replace(line, ""), BOTH.files)
    old = {"remember_token": "1|" + "0" * 128}
    _, mine = answers(less, site, ("POST", CALLBACK, ADA), ORDERS, cookies=old)
    assert mine[0] == 302


@pytest.mark.parametrize(("protection", "status"), [("None", 200), ('"strong"', 302)])
def test_with_strong_protection_who_has_a_basket_would_be_nobody(
    site: Path, protection: str, status: int
) -> None:
    line = "login_manager.session_protection = "
    text = BOTH.text.replace(f"{line}None\n", f"{line}{protection}\n") + BASKET
    asked = Program(BOTH.name, BOTH.section, text, BOTH.files)
    *_, mine = answers(asked, site, ("GET", "/basket", {}), ("POST", CALLBACK, ADA), ORDERS)
    assert mine[0] == status


def test_the_page_names_what_flask_login_exports_for_views() -> None:
    rows = PAGE.partition("| Flask-Login | here |")[2].partition("\n\n")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"^\| (.*?) \|", rows, re.MULTILINE))))
    views = {"current_user", "fresh_login_required", "login_required", "login_user", "logout_user"}
    views |= {"LoginManager", "UserMixin", "FlaskLoginClient", "login_fresh", "confirm_login"}
    assert views <= named
    theirs = import_module("flask_login")  # it has no types
    assert [each for each in views if not hasattr(theirs, each)] == []
