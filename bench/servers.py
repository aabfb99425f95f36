"""The servers that are measured, each a bare ASGI application: ours, and uvicorn's hello."""

from __future__ import annotations

from nextauth import Auth, Credentials, User
from nextauth.integrations.asgi import AuthApp, Receive, Scope, Send

SECRET = "a secret for benchmarks only 0123456789"


async def authorize(_credentials: object) -> User:
    return User(id="1", name="Ada Lovelace", email="ada@example.com")


auth = Auth(
    providers=[Credentials(authorize=authorize, account="email")],
    secret=SECRET,
    base_url="http://localhost:3000",
)
app = AuthApp(auth)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": f"{event['type']}.complete"})
            if event["type"] == "lifespan.shutdown":
                return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})
