"""Answers an API for people whom Auth.js signed in on the Next.js site. It signs nobody in.

Run it with ``uvicorn server:app``. It has no routes for sign-in, sets no cookie and deletes none.
"""

import os
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from nextauth import Auth, Session, SessionOptions
from nextauth.integrations.fastapi import RequireSession

auth = Auth(
    secret=os.environ["AUTH_SECRET"],  # the Next.js site's own
    # The Next.js site's address, as browsers see it. It decides the name of the cookie.
    base_url=os.environ.get("AUTH_URL", "http://localhost:3000"),
    # Besides the cookie, take the token that the Next.js server sends.
    session=SessionOptions(accept_bearer=True),
)
SignedIn = Annotated[Session, Depends(RequireSession(auth))]

app = FastAPI()


@app.get("/api/python/me")
async def me(session: SignedIn) -> dict[str, Any]:
    # `user` has what every session has; `token` has what the site's `jwt` callback added.
    return {
        "id": session.user.id,
        "name": session.user.name,
        "email": session.user.email,
        "groups": len(session.token.get("groups", ())),
    }
