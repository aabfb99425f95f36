"""Shows how to keep submitted credentials in the encrypted token, and to check them at every read.

Who changes the password, or closes the account, in the existing system ends every session that was
made with the old one, at its next request.

THE RISK. The password travels in every request of the browser, encrypted with a key that is made
from ``AUTH_SECRET``. Whoever has that secret and a cookie (from a log of headers, a backup of the
browser, a stolen disk) can read the password itself, and people use one password in many places.
An old cookie keeps it readable even after ``max_age``. A password is also checked, which means
hashed, at each read of the session: that is slow on purpose.

If the existing system can answer anything else than "is this password right?", keep that instead:
a version number that it raises when the password changes, or a token that it can take back. Do what
is shown here only where the password is all that it takes.

Run it with ``python examples/store_credentials.py``, open http://localhost:8000/ and sign in as
ada@example.com with the password ``analytical``.
"""

import os
import secrets
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    FormField,
    JWTParams,
    Session,
    SessionOptions,
    SubmittedCredentials,
    User,
)
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession
from nextauth.passwords import RECOMMENDED, Argon2Profile, Passwords

ADDRESS = "http://localhost:8000"
KEPT = "credentials"


class ExistingSystem:
    """Stands in for a directory that can only say whether a password is right."""

    def __init__(self, profile: Argon2Profile = RECOMMENDED) -> None:
        self._passwords = Passwords(profile)
        self._hashes: dict[str, str] = {}

    def set_password(self, email: str, password: str) -> None:
        self._hashes[email] = self._passwords.hash(password)

    def close_account(self, email: str) -> None:
        del self._hashes[email]

    def is_right(self, email: str, password: str) -> bool:
        right, _ = self._passwords.verify_and_upgrade(password, self._hashes.get(email))
        return right


def make_auth(system: ExistingSystem, secret: str) -> Auth:
    def authorize(credentials: SubmittedCredentials) -> User | None:
        email = credentials["email"]
        if not system.is_right(email, credentials["password"]):
            return None
        return User(id=email, email=email)

    def jwt(params: JWTParams) -> dict[str, Any] | None:
        if params.credentials is not None:  # somebody signs in: `authorize` has just checked
            names = ("email", "password")  # and not all that was submitted
            return {**params.token, KEPT: {name: params.credentials[name] for name in names}}
        kept = params.token.get(KEPT)
        if kept is None or not system.is_right(kept["email"], kept["password"]):
            return None  # signed out, and the browser forgets the cookie
        return params.token

    return Auth(
        providers=[
            Credentials(
                authorize=authorize,
                fields={
                    "email": FormField("Email", type="email"),
                    "password": FormField("Password", type="password"),
                },
            )
        ],
        secret=secret,
        base_url=ADDRESS,
        callbacks=Callbacks(jwt=jwt),
        session=SessionOptions(max_age=8 * 60 * 60, update_age=60 * 60),  # a working day
    )


def make_app(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.add_middleware(AuthMiddleware, auth=auth)

    @app.get("/")
    async def home(
        session: Annotated[Session, Depends(RequireSession(auth))],
    ) -> dict[str, str | None]:
        # `session.token` holds the password: never show it, log it or hand it on.
        return {"signed in as": session.user.email}

    return app


if __name__ == "__main__":
    import uvicorn

    directory = ExistingSystem()
    directory.set_password("ada@example.com", "analytical")
    site = make_auth(directory, os.environ.get("AUTH_SECRET") or secrets.token_urlsafe(48))
    uvicorn.run(make_app(site), host="localhost", port=8000)
