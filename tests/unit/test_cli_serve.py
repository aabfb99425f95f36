"""``nextauth serve``: from an address or a file to a server, or to what is wrong with them."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from nextauth.cli.commands import app as command
from nextauth.cli.opening import NotOpenedError, open_directory
from nextauth.cli.serving import auth_of, read_settings, site_of
from nextauth.errors import ConfigurationError
from nextauth.passwords import CHEAPEST, Passwords
from tests.conftest import needs_ldap

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "open sesame"
HASH = Passwords(CHEAPEST).hash(PASSWORD)
PAGE = Path(__file__).parents[2] / "docs" / "directories" / "serve.md"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people"
    file.write_text(f"ada:{HASH}\n")
    return file


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "CREATE TABLE people (person_id INTEGER, full_name TEXT, email TEXT, pw TEXT, "
            "is_active INTEGER, role TEXT)"
        )
        row = (17, "Ada", "ada@example.com", HASH, 1, "admin")
        connection.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", row)
    return file


def client_of(
    settings: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> TestClient:
    auth = auth_of(settings, environ or {}, address=ADDRESS)
    return TestClient(site_of(auth), base_url=ADDRESS, follow_redirects=False)


def sign_in(client: TestClient, username: str, password: str = PASSWORD) -> int:
    reply = client.post(
        "/api/auth/callback/credentials",
        data={"username": username, "password": password},
        headers={"sec-fetch-site": "same-origin", "x-auth-return-redirect": "1"},
    )
    return reply.status_code


def test_an_address_is_enough(people: Path) -> None:
    client = client_of({"directory": {"url": f"htpasswd:{people}"}})
    assert client.get("/").headers["location"] == "/api/auth/signin"
    assert "Password" in client.get("/api/auth/signin").text
    assert client.get("/api/auth/verify").status_code == 401
    assert sign_in(client, "ada", "wrong") == 401
    assert sign_in(client, "ada") == 200
    root = client.get("/")  # where a sign-in without a callbackUrl ends
    assert root.text == "Signed in as ada. To sign out, open /api/auth/signout\n"
    assert "no-store" in root.headers["cache-control"]
    reply = client.get("/api/auth/verify")
    assert reply.status_code == 204
    assert reply.headers["x-auth-user"] == "ada"
    assert client.get("/elsewhere").status_code == 404


def test_the_documented_file_is_a_server(tmp_path: Path, database: Path) -> None:
    block = re.search(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert block is not None
    text = block[1].replace("postgresql://shop@127.0.0.1/shop", f"sqlite:///{database}")
    text = text.replace("https://example.com", ADDRESS)
    file = tmp_path / "sign-in.toml"
    file.write_text(text)
    secret = {"AUTH_SECRET": "the secret of the tests of serve alone"}
    client = client_of(read_settings(file), secret)
    assert "Example" in client.get("/api/auth/signin").text
    assert sign_in(client, "ada@example.com") == 200
    reply = client.get("/api/auth/verify")
    assert (reply.headers["x-auth-user"], reply.headers["x-auth-role"]) == ("17", "admin")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE people SET is_active = 0")
    assert sign_in(client, "ada@example.com") == 401


def test_a_public_address_needs_a_secret(people: Path) -> None:
    settings = {"directory": {"url": f"htpasswd:{people}"}, "base_url": "https://example.com"}
    with pytest.raises(ConfigurationError, match="secret"):
        auth_of(settings, {}, address=ADDRESS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no directory is named"),
        ({"directory": {"url": "gopher://x"}}, "begins with 'gopher'"),
        ({"directory": {"url": "htpasswd:x", "colour": "red"}}, "colour"),
        ({"directory": {"url": "hunter2"}}, "--directory is no address; use one of"),
        ({"directory": {"url": "env:NOT_THERE"}}, "the environment has no NOT_THERE"),
        ({"directory": {"url": "sqlite:///x", "users": {"key": "id"}}}, "key"),
        ({"directory": {"url": "sqlite:///x", "users": "people"}}, "write [directory.users]"),
        pytest.param(
            {"directory": {"url": "ldaps://x/dc=x?a)(b"}}, "no attribute", marks=needs_ldap
        ),
        ({"directory": {"url": "https://x/", "success": {"colour": "red"}}}, "success takes"),
        ({"directory": {"url": "https://x/", "headers": {"A": "env:NOT_THERE"}}}, "NOT_THERE"),
        ({"directory": {"url": "sqlite:///x"}, "theme": {"colour": "red"}}, "colour"),
    ],
)
def test_what_is_wrong_is_told(settings: Mapping[str, object], said: str) -> None:
    with pytest.raises(NotOpenedError, match=re.escape(said)):
        auth_of(settings, {}, address=ADDRESS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("= 1", "sign-in.toml"), ("colour = 1", "colour is unknown"), ("theme = 1", "no table")],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "sign-in.toml"
    file.write_text(text)
    with pytest.raises(NotOpenedError, match=re.escape(said)):
        read_settings(file)
    result = CliRunner().invoke(command, ["serve", "--config", str(file)])
    assert result.exit_code == 1
    assert said in result.stderr


def test_the_command_says_what_is_wrong() -> None:
    result = CliRunner().invoke(command, ["serve", "--directory", "gopher://x"])
    assert result.exit_code == 1
    assert (
        "nextauth serve: --directory begins with 'gopher'; use one of htpasswd:, " in result.stderr
    )


@pytest.mark.parametrize(
    ("address", "options", "shown"),
    [
        ("https://old.example.com/login", {}, "HttpDirectory"),
        ("https://old.example.com/login", {"success": {"status": [200, 204]}}, "HttpDirectory"),
        (
            "https://old.example.com/",
            {"success": {"path": "$.ok", "equals": True}},
            "HttpDirectory",
        ),
        ("https://old.example.com/", {"success": {"cookie": "sid"}}, "HttpDirectory"),
        ("pam:login", {}, "PamDirectory"),
        ("postgresql://shop@127.0.0.1/shop", {}, "SqlDirectory"),
        ("mysql://shop@127.0.0.1/shop", {}, "SqlDirectory"),
    ],
    ids=range(7),
)
def test_each_scheme_opens_its_directory(
    address: str, options: Mapping[str, object], shown: str
) -> None:
    assert type(open_directory(address, options, {})).__name__ == shown


def test_an_address_with_a_password_comes_from_the_environment() -> None:
    environ = {"DATABASE_URL": "postgresql://shop:hunter2@127.0.0.1/shop"}
    directory = open_directory("env:DATABASE_URL", {}, environ)
    assert type(directory).__name__ == "SqlDirectory"
    with pytest.raises(NotOpenedError) as caught:
        open_directory("env:KEY", {}, {"KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_secret_comes_from_the_environment_and_is_in_no_message() -> None:
    with pytest.raises(NotOpenedError) as caught:
        open_directory(
            "https://old.example.com/",
            {"headers": {"authorization": "env:KEY"}, "colour": "red"},
            {"KEY": "hunter2-hunter2"},
        )
    assert "hunter2" not in str(caught.value)
