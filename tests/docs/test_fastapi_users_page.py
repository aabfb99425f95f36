"""What docs/migrating-from-fastapi-users.md says is so, on a table that fastapi-users made.

Its programs with fastapi-users in them cannot run here, since that wants older versions of what is
installed: `tests/vectors/make_fastapi_users` runs them, and keeps what it made.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import URL

from tests.contract.directories.sql_tables import execute
from tests.contract.stores.services import POSTGRESQL, made_database
from tests.docs.programs import Program, programs_of
from tests.vectors.make_fastapi_users import KEPT, PAGE, digests

KEPT_NOW = json.loads(KEPT.read_text("utf-8"))
TEXT = PAGE.read_text("utf-8")
PASSWORDS: dict[str, str] = KEPT_NOW["passwords"]
ADA, GRACE, MARY, LEFT = PASSWORDS
HOUR = 3600
ALL = "SELECT * FROM user ORDER BY email"
# As fastapi-users makes it, in `PasswordHelper`.
THEIRS = PasswordHash((Argon2Hasher(), BcryptHasher()))

# Appended to the page's program: a browser each, which signs in and asks; prints what it was told.
ASK = """
import json, logging
from datetime import datetime, UTC

logging.disable()  # what is expected here is no news
said = []
for form, cookies in {tries!r}:
    browser = TestClient(app, base_url="http://localhost", follow_redirects=False)
    browser.cookies.update(cookies)
    out = browser.get("/me").status_code
    sent = browser.post(
        "/api/auth/callback/credentials", data=form, headers={{"Origin": "http://localhost"}}
    )
    me, admin = browser.get("/me"), browser.get("/admin")
    session = browser.get("/api/auth/session").json()
    left = session and (datetime.fromisoformat(session["expires"]) - datetime.now(UTC)).seconds
    said.append([out, sent.headers["location"], me.status_code, me.json(), admin.status_code, left])
    assert all(browser.cookies[name] == value for name, value in cookies.items())
print(json.dumps(said))
"""
STRICT = """
app = FastAPI()
app.include_router(auth_router(strict))


@app.get("/me")
@app.get("/admin")
def strictly(session: Annotated[Session, Depends(RequireSession(strict))]) -> str | None:
    return session.user.email

"""
CREDENTIALS = "    providers=[Credentials(people, revalidate_after=60)],\n"
CLOCK = """
from nextauth.testing import FakeClock

clock = FakeClock()
"""
LATER = """
import logging, sqlite3

logging.disable()
browser = TestClient(app, base_url="http://localhost", headers={{"Origin": "http://localhost"}})
form = {{"email": "grace@example.com", "password": "nanoseconds"}}
browser.post("/api/auth/callback/credentials", data=form)
print(browser.get("/me").status_code)
with sqlite3.connect("site.db") as database:
    database.execute("UPDATE user SET {change} WHERE email = 'grace@example.com'")
database.close()
for seconds in {seconds}:
    clock.advance(seconds)
    print(browser.get("/me").status_code)
"""
TWICE = "INSERT INTO user SELECT 'another', lower(email), hashed_password, 1, 0, 0 FROM user"

[AFTER] = programs_of(PAGE)


def form(email: str, password: str | None = None) -> dict[str, str]:
    return {"email": email, "password": PASSWORDS[email] if password is None else password}


def answers(
    folder: Path, *tries: dict[str, str], cookies: dict[str, str] | None = None, **changes: str
) -> list[Any]:
    """Sign in with the page's program, each time with a browser of its own.

    `changes` are of its text: ``upgrade`` is another argument of the directory, ``url`` the
    database's, ``then`` is written below it.
    """
    text = AFTER.text.replace('account="email",', f'account="email",{changes.get("upgrade", "")}')
    if "url" in changes:
        text = text.replace("sqlite+aiosqlite:///site.db", changes["url"])
    asked = Program(AFTER.name, AFTER.section, text + changes.get("then", ""), AFTER.files)
    given = [(each, cookies or {}) for each in tries]
    return list(json.loads(asked.run(folder, then=ASK.format(tries=given))))


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    with closing(sqlite3.connect(folder / "site.db")) as database:
        database.row_factory = sqlite3.Row
        return {each["email"]: dict(each) for each in database.execute(ALL)}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Answer a folder with the database of a site that has fastapi-users."""
    with closing(sqlite3.connect(tmp_path / "site.db")) as database:
        database.executescript("\n".join(KEPT_NOW["sqlite"]))
    return tmp_path


@pytest.fixture
def postgresql_site(tmp_path: Path) -> Iterator[URL]:
    """Answer a database of PostgreSQL with that table; fastapi-users gives each type of its own."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("\n".join(KEPT_NOW["sqlite"]))
        database.row_factory = sqlite3.Row
        people = [dict(each) for each in database.execute(ALL)]
    flags = [name for name in people[0] if name.startswith("is_")]
    columns = ", ".join(f"CAST(:{name} AS boolean)" for name in flags)
    insert = f'INSERT INTO "user" VALUES (:id, :email, :hashed_password, {columns})'  # noqa: S608
    bound = [{**each, **{flag: bool(each[flag]) for flag in flags}} for each in people]
    with made_database(POSTGRESQL, "NEXTAUTH_TEST_POSTGRESQL") as url:
        for statement in KEPT_NOW["postgresql"]:
            asyncio.run(execute(url, statement))
        asyncio.run(execute(url, insert, bound))
        yield url


# The programs that cannot run here ---------------------------------------------------------------


def test_the_programs_are_those_that_ran_with_fastapi_users() -> None:
    assert digests() == KEPT_NOW["ran"], "run python -m tests.vectors.make_fastapi_users anew"


def test_the_page_tells_the_versions_that_they_ran_with() -> None:
    made_by = KEPT_NOW["made_by"]
    users, adapter = made_by["fastapi-users"], made_by["fastapi-users-db-sqlalchemy"]
    assert f"version {users} of fastapi-users, with version {adapter} of fastapi-users-db" in TEXT
    assert f"pwdlib {made_by['pwdlib']} and SQLAlchemy 2.0" in TEXT
    assert f"`pwdlib=={made_by['pwdlib']}`" in TEXT


@pytest.mark.parametrize("package", ["pwdlib", "SQLAlchemy", "fastapi"])
def test_both_libraries_may_be_in_one_environment(package: str) -> None:
    wanted = [Requirement(each) for each in requires("nextauth") or ()]
    [ours] = {str(each.specifier): each for each in wanted if each.name == package.lower()}.values()
    assert ours.specifier.contains(KEPT_NOW["made_by"][package])


# Signing in --------------------------------------------------------------------------------------


def test_everybody_signs_in_with_the_password_that_they_have(site: Path) -> None:
    before = rows(site)
    given = answers(site, *(form(email) for email in (ADA, GRACE, MARY)))
    for email, (out, location, status, me, admin, left) in zip((ADA, GRACE, MARY), given):  # noqa: B905
        assert (out, location, status) == (401, "http://localhost", 200)
        assert me == {"id": before[email]["id"], "email": email}
        assert admin == (200 if email == GRACE else 403)
        assert HOUR - 120 < left < HOUR
    assert before[MARY]["hashed_password"].startswith("$2b$")
    assert rows(site) == before  # so the old application runs on it as before


def test_a_wrong_password_is_refused(site: Path) -> None:
    given = answers(site, form(ADA, "guess"), form(MARY, "guess"), form("nobody@example.com", "x"))
    assert all("error=CredentialsSignin&code=credentials" in each[1] for each in given)
    assert [each[2] for each in given] == [401, 401, 401]


def test_an_address_is_found_in_any_case_and_shown_as_it_was_typed_first(site: Path) -> None:
    typed = ("ada@example.com", "ADA@EXAMPLE.COM", "Ada@example.com")
    given = answers(site, *(form(email, PASSWORDS[ADA]) for email in typed))
    assert [each[3]["email"] for each in given] == [ADA, ADA, ADA]


def test_an_address_in_two_rows_is_nobodys(site: Path) -> None:
    with closing(sqlite3.connect(site / "site.db")) as database, database:
        database.execute(f"{TWICE} WHERE email = '{ADA}'")
    first, second = answers(site, form(ADA), form(ADA.lower(), PASSWORDS[ADA]))
    assert (first[2], second[2]) == (401, 401)


def test_whoever_is_not_active_is_told_so_after_the_right_password_only(site: Path) -> None:
    right, wrong = answers(site, form(LEFT), form(LEFT, "guess"))
    assert ("code=disabled" in right[1], right[2]) == (True, 401)
    assert ("code=credentials" in wrong[1], wrong[2]) == (True, 401)


def test_whoever_is_disabled_is_signed_out_within_the_seconds_and_all_after_an_hour(
    site: Path,
) -> None:
    assert AFTER.text.count(CREDENTIALS) == 1
    text = CLOCK + AFTER.text.replace(CREDENTIALS, f"    clock=clock,\n{CREDENTIALS}")
    asked = Program(AFTER.name, AFTER.section, text, AFTER.files)
    hour = asked.run(site, then=LATER.format(seconds=(HOUR - 1, 20), change="is_active = 1"))
    assert hour.split() == ["200", "200", "401"]
    disabled = asked.run(site, then=LATER.format(seconds=(58, 4), change="is_active = 0"))
    assert disabled.split() == ["200", "200", "401"]


def test_with_the_callback_whoever_is_not_verified_is_led_to_a_page(site: Path) -> None:
    ada, grace = answers(site, form(ADA), form(GRACE), then=STRICT)
    assert (ada[1], ada[2]) == ("http://localhost/please-verify", 401)
    assert (grace[1], grace[2]) == ("http://localhost", 200)


def test_the_cookie_of_fastapi_users_is_not_read_and_not_touched(site: Path) -> None:
    [[out, _, status, *_]] = answers(
        site, form(ADA), cookies={"fastapiusersauth": KEPT_NOW["token"]}
    )
    assert (out, status) == (401, 200)


def test_on_postgresql_the_table_has_other_types_and_nothing_else_changes(
    postgresql_site: URL, site: Path
) -> None:
    url = postgresql_site.render_as_string(hide_password=False)
    ada, grace, left = answers(site, form(ADA), form(GRACE), form(LEFT), url=url)
    assert ada[3] == {"id": rows(site)[ADA]["id"], "email": ADA}
    assert (ada[4], grace[4]) == (403, 200)
    assert "code=disabled" in left[1]


# Hashes ------------------------------------------------------------------------------------------


def test_upgrades_are_read_by_fastapi_users_and_have_one_lane(site: Path) -> None:
    before = rows(site)
    answers(site, form(ADA), form(MARY), upgrade=" upgrade=True,")
    after = rows(site)
    assert "p=4$" in before[ADA]["hashed_password"]
    for email in (ADA, MARY):
        known = after[email].pop("hashed_password")
        assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=1\$", known)
        assert THEIRS.verify(PASSWORDS[email], known)
        before[email].pop("hashed_password")
    assert after == before


def test_a_password_that_bcrypt_cannot_see_is_wrong(site: Path) -> None:
    seen = "a" * 72
    kept = BcryptHasher(rounds=4).hash(seen)
    with closing(sqlite3.connect(site / "site.db")) as database, database:
        database.execute("UPDATE user SET hashed_password = ? WHERE email = ?", (kept, MARY))
    right, longer = answers(site, form(MARY, seen), form(MARY, f"{seen}b"))
    assert (right[2], longer[2]) == (200, 401)
