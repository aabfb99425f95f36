"""Signs people in for the Next.js front end, and answers its API.

README.md says how to run it. Browsers never see its address: the front end hands what is asked of
``/api/auth/*`` and ``/api/me`` on to it.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    CredentialsSignin,
    FormField,
    JWTParams,
    Session,
    SubmittedCredentials,
    User,
)
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession
from nextauth.passwords import Passwords

LONGEST_NAME = 80

# Stand in for the system that already holds your users.
passwords = Passwords()
HASHES = {
    "ada@example.com": passwords.hash("analytical"),
    "charles@example.com": passwords.hash("difference"),
    "grace@example.com": passwords.hash("compiler"),
}
PEOPLE = {
    "ada@example.com": User(id="1", name="Ada Lovelace", email="ada@example.com"),
    "charles@example.com": User(id="2", name="Charles Babbage", email="charles@example.com"),
    # Her session is too large for one cookie.
    "grace@example.com": User(
        id="3",
        name="Grace Hopper",
        email="grace@example.com",
        extra={"groups": [f"group-{number:03}" for number in range(400)]},
    ),
}
LOCKED = {"charles@example.com"}


# A plain `def`: hashing takes time, and nextauth runs it in a worker thread.
def authorize(credentials: SubmittedCredentials) -> User | None:
    email = credentials["email"].strip().lower()
    right, _ = passwords.verify_and_upgrade(credentials["password"], HASHES.get(email))
    if not right:
        return None
    if email in LOCKED:  # told only to whoever knows the password
        raise CredentialsSignin(code="locked")
    return PEOPLE[email]


def take_in_the_name(params: JWTParams) -> dict[str, Any]:
    """Keep what `update({name})` posted. It comes from the browser and may be anything."""
    posted = params.session
    if params.trigger == "update" and isinstance(posted, Mapping):
        name = posted.get("name")
        if isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME:
            return {**params.token, "name": name.strip()}
    return params.token


auth = Auth(  # reads NEXTAUTH_SECRET
    providers=[
        Credentials(
            authorize=authorize,
            fields={
                "email": FormField("Email", type="email"),
                "password": FormField("Password", type="password"),
            },
        )
    ],
    # What browsers see: the front end's origin.
    base_url=os.environ.get("NEXTAUTH_URL", "http://localhost:3000"),
    callbacks=Callbacks(jwt=take_in_the_name),
    # Writes what the client and the server of next-auth 4 read.
    dialect="next-auth-v4",
)

app = FastAPI()
app.add_middleware(AuthMiddleware, auth=auth)


@app.get("/api/me")
async def me(session: Annotated[Session, Depends(RequireSession(auth))]) -> dict[str, Any]:
    user = session.user
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "groups": len(user.extra.get("groups", ())),
    }
