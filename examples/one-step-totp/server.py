"""Owns the server of this example: a password and a code in one form, and how to enrol.

README.md says how to run it. The database stands in for the system that already holds your users.
"""

import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse

from nextauth import Auth, Credentials, FormField, Session, SubmittedCredentials, User
from nextauth.errors import TokenError
from nextauth.factors import (
    FactorSecrets,
    new_recovery_codes,
    new_totp_secret,
    spend_recovery_code,
    totp_qr,
    totp_uri,
    verify_totp,
)
from nextauth.integrations.fastapi import RequireFresh, RequireSession, auth_router
from nextauth.passwords import RECOMMENDED, Argon2Profile, Passwords
from nextauth.tokens import Keyring

PROVIDER = "credentials"
SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    email TEXT PRIMARY KEY, password TEXT NOT NULL,
    totp TEXT, totp_step INTEGER NOT NULL DEFAULT 0, totp_pending TEXT, totp_begun INTEGER
);
CREATE TABLE IF NOT EXISTS recovery (email TEXT, hash TEXT, PRIMARY KEY (email, hash));
"""
FORM = "application/x-www-form-urlencoded"
LONGEST_FORM = 1_000
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
    # Not required: who has not enrolled yet has no code.
    "totp": FormField("Code, if you have set one up", autocomplete="one-time-code", required=False),
}
log = logging.getLogger("one-step")


class People:
    """The existing system: each change is one statement or one transaction, so no race is won."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self.connect()) as database:
            database.executescript(SCHEMA)

    def connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=30)
        database.row_factory = sqlite3.Row
        return database

    def change(self, statement: str, *values: object) -> bool:
        """Tell whether the statement has changed exactly one row."""
        with closing(self.connect()) as database, database:
            return database.execute(statement, values).rowcount == 1

    def add(self, email: str, password: str) -> None:
        self.change("INSERT OR IGNORE INTO person (email, password) VALUES (?, ?)", email, password)

    def find(self, email: str) -> sqlite3.Row | None:
        with closing(self.connect()) as database:
            found = database.execute("SELECT * FROM person WHERE email = ?", [email]).fetchone()
        return found if isinstance(found, sqlite3.Row) else None

    def accept_once(self, account: str, step: int) -> bool:
        return self.change(
            "UPDATE person SET totp_step = ? WHERE email = ? AND totp_step < ?", step, account, step
        )

    def recovery_hashes(self, email: str) -> list[str]:
        with closing(self.connect()) as database:
            return [
                row["hash"]
                for row in database.execute("SELECT hash FROM recovery WHERE email = ?", [email])
            ]

    def spend(self, email: str, spent: str) -> bool:
        return self.change("DELETE FROM recovery WHERE email = ? AND hash = ?", email, spent)

    def begin(self, email: str, sealed: str, signed_in_at: int | None) -> None:
        """Keep a key, unless this sign-in has one: any site can make a browser open the page."""
        self.change(
            "UPDATE person SET totp_pending = ?, totp_begun = ?"
            " WHERE email = ? AND totp IS NULL AND (totp_pending IS NULL OR totp_begun IS NOT ?)",
            *(sealed, signed_in_at, email, signed_in_at),
        )

    def finish(self, email: str, sealed: str, step: int, hashes: tuple[str, ...]) -> bool:
        with closing(self.connect()) as database, database:
            moved = database.execute(
                "UPDATE person SET totp = totp_pending, totp_pending = NULL, totp_step = ?"
                " WHERE email = ? AND totp IS NULL AND totp_pending = ?",
                [step, email, sealed],
            ).rowcount
            if moved == 1:
                rows = [(email, each) for each in hashes]
                database.execute("DELETE FROM recovery WHERE email = ?", [email])
                database.executemany("INSERT INTO recovery VALUES (?, ?)", rows)
        return moved == 1


@dataclass(frozen=True)
class Door:
    """Who may come in: the password, and the code of those who have set one up."""

    people: People
    passwords: Passwords
    factors: FactorSecrets
    clock: Callable[[], float]

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        email = credentials["email"].strip().lower()
        person = self.people.find(email)
        known = person["password"] if person else None
        right, _ = self.passwords.verify_and_upgrade(credentials["password"], known)
        if person is None or not right:
            return None
        if person["totp"] is not None and not self.is_proven(person, credentials.get("totp")):
            return None  # the same answer: nobody learns that the password was right
        return User(id=email, email=email)

    def is_proven(self, person: sqlite3.Row, code: str | None) -> bool:
        email = person["email"]
        step = self.step_of(person["totp"], email, code)
        if step is not None:
            return self.people.accept_once(email, step)  # False: it has been used
        spent = spend_recovery_code(self.people.recovery_hashes(email), code)
        return spent is not None and self.people.spend(email, spent.spent)

    def step_of(self, sealed: str, email: str, code: str | None) -> int | None:
        try:
            return verify_totp(self.open(sealed, email), code, at=self.clock())
        except (TokenError, ValueError):  # raised, it would tell that the password was right
            log.exception("no code of %r can be checked", email)
            return None

    def open(self, sealed: str, email: str) -> str:
        return self.factors.open(sealed, provider=PROVIDER, user_id=email)

    def begin(self, email: str, signed_in_at: int | None) -> None:
        key = new_totp_secret(secrets.token_bytes)
        sealed = self.factors.seal(key, provider=PROVIDER, user_id=email)
        self.people.begin(email, sealed, signed_in_at)


def make_app(
    people: People | None = None,
    secret: str | None = None,
    clock: Callable[[], float] = time.time,
    profile: Argon2Profile = RECOMMENDED,
) -> FastAPI:
    people = people or People(Path(os.environ.get("PEOPLE", "people.sqlite3")))
    secret = secret or os.environ["AUTH_SECRET"]
    passwords = Passwords(profile)
    people.add("ada@example.com", passwords.hash("analytical"))
    factors = FactorSecrets(Keyring([secret]), entropy=secrets.token_bytes)
    door = Door(people, passwords, factors, clock)
    auth = Auth(
        providers=[Credentials(authorize=door.authorize, fields=FIELDS)],
        secret=secret,
        clock=clock,
    )
    app = FastAPI()
    app.include_router(auth_router(auth))
    app.include_router(pages(door, auth))
    return app


def pages(door: Door, auth: Auth) -> APIRouter:
    people = door.people
    signed_in = RequireSession(auth)
    # Whoever finds a signed-in browser must not add a code of their own. Who gets the form has a
    # minute to post it.
    signed_in_to_begin = RequireFresh(auth, max_age=240)
    signed_in_to_finish = RequireFresh(auth, max_age=300)
    router = APIRouter()

    @router.get("/")
    def home(session: Annotated[Session, Depends(signed_in)]) -> HTMLResponse:
        email = session.user.email or ""
        person = people.find(email)
        if person and person["totp"]:
            left = len(people.recovery_hashes(email))
            text = f"<p>Your code is asked for. Recovery codes left: {left}.</p>"
        else:
            text = '<p><a href="/enrol">Set up codes</a></p>'
        return page(f"<p>Signed in as {escape(email)}.</p>{text}")

    @router.get("/enrol")
    def begin(session: Annotated[Session, Depends(signed_in_to_begin)]) -> HTMLResponse:
        email = without_codes(people, session)["email"]
        door.begin(email, session.auth_time)
        key = door.open(without_codes(people, session)["totp_pending"], email)
        picture = totp_qr(totp_uri(key, account=email, issuer="One step"))
        return page(
            f"<p>Scan this, or type <code>{key}</code>:</p>{picture}"
            '<form method="post"><label>Then enter the code that it shows: '
            '<input name="totp" inputmode="numeric" autocomplete="one-time-code"></label> '
            "<button>Confirm</button></form>"
        )

    @router.post("/enrol")
    def finish(
        session: Annotated[Session, Depends(signed_in_to_finish)],
        code: Annotated[str, Depends(posted_code)],
    ) -> HTMLResponse:
        person = without_codes(people, session)
        sealed, email = person["totp_pending"], person["email"]
        step = door.step_of(sealed, email, code) if sealed else None
        if step is None:  # nothing counts before it is shown to work
            return page('<p>That was not the code. <a href="/enrol">Begin again</a></p>', 422)
        made = new_recovery_codes(secrets.token_bytes)
        if not people.finish(email, sealed, step, made.hashes):
            raise HTTPException(409, "begin again")
        shown = "".join(f"<li><code>{each}</code></li>" for each in made.codes)
        return page(f"<p>Keep these. They are not shown again.</p><ul>{shown}</ul>")

    return router


def without_codes(people: People, session: Session) -> sqlite3.Row:
    person = people.find(session.user.email or "")
    if person is None or person["totp"] is not None:
        # Whoever finds a signed-in browser must not be able to replace the code.
        raise HTTPException(409, "codes are set up")
    return person


async def posted_code(request: Request) -> str:
    # The session cookie is SameSite=Lax: another site's form comes without a session.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, "post a form")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise HTTPException(413, "too long")
    form = parse_qs(body.decode("utf-8", "replace"))
    return form.get("totp", [""])[0]


def page(body: str, status: int = 200) -> HTMLResponse:
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>One step</title>'
    return HTMLResponse(f"{head}<h1>One step</h1>{body}", status, HEADERS)
