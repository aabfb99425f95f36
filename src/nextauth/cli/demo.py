"""Owns the demo: a FastAPI site whose users live in an existing system, an SQLite database."""

import secrets
import sqlite3
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, Response

from nextauth.auth import Auth
from nextauth.cli.greeting import GreetingServer
from nextauth.config import Theme
from nextauth.directories import Directory, UserMap
from nextauth.integrations.fastapi import AuthMiddleware, OptionalSession, RequireSession
from nextauth.models import Session, SubmittedCredentials, User
from nextauth.passwords import RECOMMENDED, Argon2Profile, Passwords
from nextauth.providers import Credentials, FormField

__all__ = ["USERS", "demo_app", "serve"]

USERS = (
    ("ada@example.com", "Ada Lovelace", "analytical"),
    ("alan@example.com", "Alan Turing", "enigma"),
)
"""E-mail address, name and password of the demo's users."""

_FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, hash TEXT)
"""
_STYLE = (
    # On the root, so that the canvas follows the scheme too.
    ":root{color-scheme:light dark;background:Canvas;color:CanvasText}"
    "body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:32rem;margin:12vh auto;"
    "padding:0 1.5rem;overflow-wrap:anywhere}h1{font-size:1.75rem;line-height:1.25}"
    "form{display:grid;gap:1rem;max-width:22rem}input,button{font:inherit;padding:.5rem .75rem}"
    "::placeholder{color:inherit;opacity:.75}"
)
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<rect width='16' height='16' rx='4' fill='#2a58d6'/>"
    "<path d='M5 12V4l6 8V4' fill='none' stroke='#fff' stroke-width='2'/></svg>"
)


class ExistingUsers:
    """The system that already holds the users.

    Args:
        database: Path of the SQLite file; made with the demo's users if it is not there.
        profile: The cost of the hashes.
    """

    def __init__(self, database: Path, profile: Argon2Profile = RECOMMENDED) -> None:
        self._database = database
        self._passwords = Passwords(profile)
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection, connection:
            # Table and users in one transaction: hashing takes a while, and may be interrupted.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            if connection.execute("SELECT 1 FROM users LIMIT 1").fetchone() is None:
                rows = [(email, name, self._passwords.hash(word)) for email, name, word in USERS]
                connection.executemany(
                    "INSERT INTO users (email, name, hash) VALUES (?, ?, ?)", rows
                )

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._database)

    def authorize(self, credentials: SubmittedCredentials) -> User | None:
        """Check an e-mail address and a password; nextauth runs it in a worker thread.

        Args:
            credentials: All parameters of the form.
        """
        email = credentials.get("email", "").strip().lower()
        with closing(self._connect()) as connection, connection:
            row = connection.execute(
                "SELECT id, name, email, hash FROM users WHERE email = ?", (email,)
            ).fetchone()
            known = row[3] if row else None
            right, renewed = self._passwords.verify_and_upgrade(
                credentials.get("password", ""), known
            )
            if not right:
                return None
            if renewed is not None:
                connection.execute("UPDATE users SET hash = ? WHERE id = ?", (renewed, row[0]))
        return User(id=row[0], name=row[1], email=row[2])


def demo_app(
    *,
    database: Path,
    base_url: str,
    secret: str,
    profile: Argon2Profile = RECOMMENDED,
    directory: str | None = None,
) -> FastAPI:
    """Answer the demo's site.

    Args:
        database: Path of the SQLite file.
        base_url: The site's address.
        secret: The site's secret.
        profile: The cost of the hashes.
        directory: ``"sqlite"`` or ``"htpasswd"``: read the users by that directory; None: by a
            function of the demo's own.
    """
    users = ExistingUsers(database, profile)
    provider = Credentials(authorize=users.authorize, fields=_FIELDS)
    if directory is not None:
        provider = Credentials(_DIRECTORIES[directory](database, profile))
    auth = Auth(
        providers=[provider],
        secret=secret,
        base_url=base_url,
        theme=Theme(name="nextauth demo"),
    )
    app = FastAPI(title="nextauth demo")
    app.add_middleware(AuthMiddleware, auth=auth)
    _add_session_pages(app, auth)
    _add_form_of_its_own(app)
    return app


def _sqlite(database: Path, _profile: Argon2Profile) -> Directory:
    from nextauth.directories import SqlDirectory  # noqa: PLC0415 - it brings SQLAlchemy

    return SqlDirectory(
        f"sqlite+aiosqlite:///{database}",
        table="users",
        identifiers=("email",),
        password_column="hash",  # noqa: S106 - a column's name
        users=UserMap("id", name="name", email="email"),
        fields=_FIELDS,
        account="email",
    )


def _htpasswd(database: Path, profile: Argon2Profile) -> Directory:
    from nextauth.directories import HtpasswdDirectory  # noqa: PLC0415 - it brings old hashes

    file = database.with_suffix(".htpasswd")
    if not file.exists():
        passwords = Passwords(profile)
        lines = [f"{email}:{passwords.hash(password)}\n" for email, _, password in USERS]
        file.write_text("".join(lines), encoding="utf-8")
    return HtpasswdDirectory(file)


_DIRECTORIES = {"sqlite": _sqlite, "htpasswd": _htpasswd}


def _add_session_pages(app: FastAPI, auth: Auth) -> None:
    @app.get("/", response_class=HTMLResponse)
    async def home(
        session: Annotated[Session | None, Depends(OptionalSession(auth))],
    ) -> str:
        if session is None:
            return _page(
                "Welcome",
                '<p><a href="/private">The protected page</a></p>'
                '<p><a href="/bare">A sign-in form of the application\'s own</a></p>',
            )
        return _page(f"Hello, {session.user.name}", '<p><a href="/private">Your page</a></p>')

    @app.get("/private", response_class=HTMLResponse)
    async def private(session: Annotated[Session, Depends(RequireSession(auth))]) -> str:
        return _page(
            f"Signed in as {session.user.name}",
            f"<p>Your address is {escape(session.user.email or '')}.</p>"
            '<p><a href="/">Home</a></p>'
            '<p><a href="/api/auth/signout?callbackUrl=/">Sign out</a></p>',
        )


def _add_form_of_its_own(app: FastAPI) -> None:
    @app.get("/bare", response_class=HTMLResponse)
    async def bare() -> str:
        return _page(
            "A form of the application's own",
            "<form method='post' action='/api/auth/callback/credentials'>"
            "<input name='email' type='text' placeholder='Email' aria-label='Email'>"
            "<input name='password' type='password' placeholder='Password' aria-label='Password'>"
            "<input name='callbackUrl' type='hidden' value='/private'>"
            "<button type='submit'>Sign in</button></form>",
        )

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        return Response(_ICON, media_type="image/svg+xml")


def _page(heading: str, body: str) -> str:
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>nextauth demo</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(heading)}</h1>{body}</main>"
    )


def serve(*, host: str, port: int, database: Path, directory: str | None = None) -> None:
    """Serve the demo until Ctrl-C.

    Args:
        host: The address to listen on.
        port: The port to listen on.
        database: Path of the SQLite file.
        directory: How the users are read; see `demo_app`.

    Raises:
        typer.Exit: The file is none that the demo can use; the command has said so.
        SystemExit: It cannot listen there; the command has said so.
    """
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        app = demo_app(
            database=database,
            base_url=base_url,
            secret=secrets.token_urlsafe(48),
            directory=directory,
        )
    except (OSError, sqlite3.Error) as error:
        typer.echo(f"nextauth demo: {database}: {error}. Name another --database.", err=True)
        raise typer.Exit(1) from None
    config = uvicorn.Config(app, host=host, port=port, log_level="warning")
    try:
        GreetingServer(config, _greeting(base_url)).run()
    except KeyboardInterrupt:  # uvicorn raises it again when it has shut down
        return
    except SystemExit:
        typer.echo(f"The demo cannot listen at {base_url}. Choose a port with --port.", err=True)
        raise


def _greeting(base_url: str) -> str:
    people = "\n".join(f"  {email}  {password}" for email, _, password in USERS)
    email, _, password = USERS[0]
    jar = "--silent --cookie jar --cookie-jar jar"
    return f"""
nextauth demo: {base_url}

Sign in as one of
{people}

The same with curl:
  TOKEN=$(curl {jar} {base_url}/api/auth/csrf | cut -d'"' -f4)
  curl {jar} {base_url}/api/auth/callback/credentials \\
    -d email={email} -d password={password} -d csrfToken=$TOKEN
  curl {jar} {base_url}/api/auth/session

Ctrl-C ends it.
"""
