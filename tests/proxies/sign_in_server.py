"""Owns the nextauth server of these tests; uvicorn serves it as its own process."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from nextauth import Auth, Credentials, FormField, ForwardAuth, SubmittedCredentials, User
from nextauth.integrations.asgi import AuthApp
from tests.servers import free_port, running

ROOT = Path(__file__).parents[2]
NAME = "Ada Löve\nlace"


def authorize(credentials: SubmittedCredentials) -> User | None:
    if credentials["password"] != "open sesame":
        return None
    role = None if credentials["email"].startswith("plain") else "admin"
    extra = {} if role is None else {"role": role}
    return User(id="17", name=NAME, email="ada@example.com", extra=extra)


def application() -> AuthApp:
    fields = {"email": FormField("Email"), "password": FormField("Password", type="password")}
    auth = Auth(
        providers=[Credentials(authorize=authorize, fields=fields)],
        secret=os.environ["AUTH_SECRET"],
        base_url=os.environ["AUTH_URL"],
        trusted_proxies=["127.0.0.0/8"],
        trust_host=True,
        forward_auth=ForwardAuth(
            headers={
                "X-Auth-User": "id",
                "X-Auth-Email": "email",
                "X-Auth-Role": "role",
                "X-Auth-Name": "name",
            }
        ),
    )
    return AuthApp(auth)


@contextmanager
def sign_in_server(url: str) -> Generator[int]:
    """Serve it until the block ends; answer its port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "--factory", "--port", str(port)),
        *("--no-server-header", "tests.proxies.sign_in_server:application"),
    ]
    env = {"AUTH_SECRET": "the secret of the tests of proxies alone", "AUTH_URL": url}
    with running(command, url=f"http://127.0.0.1:{port}/api/auth/csrf", cwd=ROOT, env=env):
        yield port
