"""Shows the least that a FastAPI site needs: users that exist somewhere, and one protected page.

Run it with ``python examples/fastapi_minimal.py``, open http://localhost:8000/ and sign in as
ada@example.com with the password ``analytical``.
"""

import os
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI

from nextauth import Auth, Credentials, FormField, Session, SubmittedCredentials, User
from nextauth.integrations.fastapi import RequireSession, auth_router
from nextauth.passwords import Passwords

ADDRESS = "http://localhost:8000"

# Stands in for the system that already holds your users.
passwords = Passwords()
HASHES = {"ada@example.com": passwords.hash("analytical")}


# A plain `def`: hashing takes time, and nextauth runs it in a worker thread.
def authorize(credentials: SubmittedCredentials) -> User | None:
    email = credentials["email"].strip().lower()
    known = HASHES.get(email)
    right, _ = passwords.verify_and_upgrade(credentials["password"], known)
    return User(id=email, name="Ada Lovelace", email=email) if right else None


auth = Auth(
    providers=[
        Credentials(
            authorize=authorize,
            fields={
                "email": FormField("Email", type="email"),
                "password": FormField("Password", type="password"),
            },
        )
    ],
    # Without AUTH_SECRET, everybody is signed out when this program ends.
    secret=os.environ.get("AUTH_SECRET") or secrets.token_urlsafe(48),
    base_url=ADDRESS,
)

app = FastAPI()
app.include_router(auth_router(auth))


@app.get("/")
async def home(session: Annotated[Session, Depends(RequireSession(auth))]) -> dict[str, str | None]:
    return {"signed in as": session.user.name}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="localhost", port=8000)
