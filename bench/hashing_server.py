"""Two servers whose `authorize` hashes: as a plain ``def``, and on the event loop."""

from __future__ import annotations

from collections.abc import Mapping

from bench.servers import SECRET
from nextauth import Auth, Credentials
from nextauth.integrations.asgi import AuthApp
from nextauth.passwords import Passwords

passwords = Passwords()
known = passwords.hash("right")


def check(credentials: Mapping[str, str]) -> None:
    passwords.verify_and_upgrade(credentials["password"], known)


async def check_on_loop(credentials: Mapping[str, str]) -> None:
    check(credentials)


def serve(authorize: object) -> AuthApp:
    provider = Credentials(authorize=authorize)  # type: ignore[arg-type]
    # With limits, most tries would be refused before they hash; held back, they would not go on.
    auth = Auth(
        providers=[provider],
        secret=SECRET,
        base_url="http://localhost:3000",
        throttle=None,
        padding=None,
    )
    return AuthApp(auth)


workers = serve(check)
on_loop = serve(check_on_loop)
