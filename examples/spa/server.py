"""Owns the server of this example: who may sign in, and one answer for signed-in people only.

README.md says how to run it, and the page beside it.
"""

import os
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from nextauth import Auth, Credentials, FormField, Session, SubmittedCredentials, User
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession
from nextauth.passwords import Passwords

PAGE_ORIGIN = os.environ.get("PAGE_ORIGIN", "http://localhost:5173")

# These two stand in for the system that already holds your users.
passwords = Passwords()
HASHES = {"ada@example.com": passwords.hash("analytical")}
NOTES = {"ada@example.com": ["Bernoulli numbers, note G", "Ask Babbage about the mill"]}


def authorize(credentials: SubmittedCredentials) -> User | None:
    email = credentials["email"].strip().lower()
    known = HASHES.get(email)
    right, _ = passwords.verify_and_upgrade(credentials["password"], known)
    return User(id=email, name="Ada Lovelace", email=email) if right else None


auth = Auth(
    providers=[
        Credentials(
            authorize=authorize,
            name="your account",
            fields={
                "email": FormField("Email", type="email"),
                "password": FormField("Password", type="password"),
            },
        )
    ],
    # Without AUTH_SECRET, everybody is signed out when this program ends.
    secret=os.environ.get("AUTH_SECRET") or secrets.token_urlsafe(48),
    trusted_origins=[PAGE_ORIGIN],
)

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=[PAGE_ORIGIN], allow_credentials=True)
# Added last and so asked first: nextauth answers for its own routes, preflights included, by
# trusted_origins. Starlette's middleware answers for all the others.
app.add_middleware(AuthMiddleware, auth=auth)


@app.get("/api/notes")
def notes(session: Annotated[Session, Depends(RequireSession(auth))]) -> list[str]:
    return NOTES.get(session.user.id or "", [])
