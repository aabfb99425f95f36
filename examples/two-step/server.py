"""Owns the server of this example: a password, and then a code on a page of its own.

README.md says how to run it. The dict of people stands in for the system that already holds yours.
"""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import HTMLResponse

from nextauth import (
    Auth,
    Credentials,
    FormField,
    Revocation,
    SecondFactor,
    Session,
    SubmittedCredentials,
    Theme,
    User,
)
from nextauth.factors import RecoveryFactor, TotpFactor
from nextauth.integrations.fastapi import RequireFresh, RequireSession, auth_router
from nextauth.passwords import RECOMMENDED, Argon2Profile, Passwords
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore

PROVIDER = "credentials"
ACCOUNT = "/api/auth/account"
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}
FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}


@dataclass(frozen=True)
class People:
    """The existing system. It knows passwords, and nothing of second factors."""

    passwords: Passwords
    hashes: dict[str, str]

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        email = credentials["email"].strip().lower()
        right, _ = self.passwords.verify_and_upgrade(
            credentials["password"], self.hashes.get(email)
        )
        return User(id=email, email=email) if right else None


def make_app(
    path: Path | None = None,
    secret: str | None = None,
    clock: Callable[[], float] = time.time,
    profile: Argon2Profile = RECOMMENDED,
) -> FastAPI:
    passwords = Passwords(profile)
    people = People(passwords, {"ada@example.com": passwords.hash("analytical")})
    path = (path or Path(os.environ.get("FACTORS", "factors.sqlite3"))).absolute()
    store = SQLAlchemyStore(f"sqlite+aiosqlite:///{path}")
    auth = Auth(
        providers=[Credentials(authorize=people.authorize, fields=FIELDS)],
        secret=secret,  # without one, AUTH_SECRET
        second_factor=SecondFactor(
            store,
            methods=(TotpFactor(), RecoveryFactor()),
            trust_days=30,
            account_pages=True,
        ),
        revocation=Revocation(store),  # the account page then lists where one is signed in
        theme=Theme(name="Two steps"),
        clock=clock,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await store.upgrade()  # makes the tables, where they are not there yet
        yield

    app = FastAPI(lifespan=lifespan)
    app.include_router(auth_router(auth))
    app.include_router(pages(auth))
    return app


def pages(auth: Auth) -> APIRouter:
    signed_in = RequireSession(auth)
    # Whoever has set up a factor is asked for it here, also in a browser that they trust.
    proven_twice = RequireFresh(auth, max_age=600, methods=("mfa",))
    router = APIRouter()

    @router.get("/")
    async def home(session: Annotated[Session, Depends(signed_in)]) -> HTMLResponse:
        known = await auth.factors_of(PROVIDER, session.user.id or "")
        if any(each.method == "totp" for each in known):
            text = '<p><a href="/payments">Payments</a></p>'
        else:
            text = "<p>Set up an authenticator app, and then you can see your payments.</p>"
        return page(
            f"<p>Signed in as {escape(session.user.email or '')}.</p>{text}"
            f'<p><a href="{ACCOUNT}">Your account</a></p>'
        )

    @router.get("/payments")
    async def payments(session: Annotated[Session, Depends(proven_twice)]) -> HTMLResponse:
        return page(f"<p>You have proven it by: {escape(', '.join(session.amr))}.</p>")

    return router


def page(body: str) -> HTMLResponse:
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Two steps</title>'
    return HTMLResponse(f"{head}<h1>Two steps</h1>{body}", headers=HEADERS)
