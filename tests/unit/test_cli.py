"""The command ``nextauth``, and the demo's site as an ASGI application."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import bcrypt
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from nextauth import Auth, Credentials, SubmittedCredentials, User
from nextauth.cli.commands import app as command
from nextauth.cli.demo import USERS, ExistingUsers, demo_app
from nextauth.passwords import CHEAPEST, Argon2Profile

BASE_URL = "http://localhost:3000"
SECRET = "kV3q-of-the-demo-tests-alone-9Zx7LwT"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
HTML = {"accept": "text/html"}
EMAIL, NAME, PASSWORD = USERS[0]
CALLBACK = "/api/auth/callback/credentials"

Row = tuple[int, str, str, str]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "new" / "demo.db"


def open_client(database: Path, profile: Argon2Profile = CHEAPEST) -> TestClient:
    site = demo_app(database=database, base_url=BASE_URL, secret=SECRET, profile=profile)
    return TestClient(site, base_url=BASE_URL, follow_redirects=False)


@pytest.fixture
def client(database: Path) -> Iterator[TestClient]:
    with open_client(database) as client:
        yield client


def rows_of(database: Path) -> list[Row]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT id, email, name, hash FROM users ORDER BY id").fetchall()


def sign_in(client: TestClient, email: str = EMAIL, password: str = PASSWORD) -> str:
    form = {"email": email, "password": password, "callbackUrl": "/private"}
    reply = client.post(CALLBACK, data=form, headers=SAME_ORIGIN)
    assert reply.status_code == 302
    location = reply.headers["location"]
    assert isinstance(location, str)
    return location


def test_secret_prints_a_fresh_secret_that_auth_takes() -> None:
    printed = [CliRunner().invoke(command, ["secret"]) for _ in range(2)]
    assert [each.exit_code for each in printed] == [0, 0]
    first, second = (each.stdout.strip() for each in printed)
    assert first != second
    assert len(first) == 64
    auth = Auth(
        providers=[Credentials(authorize=lambda _credentials: User(id="1"), account="email")],
        secret=first,
        environ={},
    )
    assert first not in repr(auth.settings)


def test_the_command_alone_shows_its_help() -> None:
    shown = CliRunner().invoke(command, [])
    assert "secret" in shown.output
    assert "demo" in shown.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve-me"],
        ["demo", "--port", "no-number"],
        ["demo", "--port", "99999"],
        ["serve", "--port", "0"],
    ],
)
def test_what_the_command_does_not_know_is_an_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2


def test_the_demo_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "nextauth.cli.demo")
    monkeypatch.setitem(sys.modules, "uvicorn", None)  # as if it were not installed
    result = CliRunner().invoke(command, ["demo"])
    assert result.exit_code == 1
    assert result.stderr.endswith("pip install 'nextauth[demo]'\n")
    assert result.stderr.count("\n") == 1


def test_the_database_is_made_with_its_users_and_without_their_passwords(
    client: TestClient, database: Path
) -> None:
    rows = rows_of(database)
    assert [(email, name) for _, email, name, _ in rows] == [each[:2] for each in USERS]
    assert all(known.startswith("$argon2id$") for *_, known in rows)
    kept = database.read_bytes()
    assert not any(password.encode() in kept for *_, password in USERS)


def test_the_database_is_made_once(client: TestClient, database: Path) -> None:
    before = rows_of(database)
    with open_client(database) as again:
        assert sign_in(again) == f"{BASE_URL}/private"
    assert rows_of(database) == before


@pytest.mark.parametrize("left", ["", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, "])
def test_a_first_start_that_was_interrupted_is_made_good(database: Path, left: str) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        if left:
            connection.execute(f"{left} name TEXT, hash TEXT)")
    database.touch()
    with open_client(database) as client:
        assert sign_in(client) == f"{BASE_URL}/private"
    assert len(rows_of(database)) == len(USERS)


def test_an_outdated_hash_is_renewed_by_a_sign_in_and_by_no_wrong_guess(
    client: TestClient, database: Path
) -> None:
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE users SET hash = ? WHERE email = ?", (old, EMAIL))
    sign_in(client, password="wrong")
    assert rows_of(database)[0][3] == old
    assert sign_in(client) == f"{BASE_URL}/private"
    assert rows_of(database)[0][3].startswith("$argon2id$")
    assert sign_in(client) == f"{BASE_URL}/private"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        ("nobody@example.com", PASSWORD),
        (EMAIL, USERS[1][2]),
        ("' OR 1=1 --", "x"),
    ],
)
def test_wrong_answers_lead_back_to_the_form(client: TestClient, email: str, password: str) -> None:
    location = sign_in(client, email, password)
    assert location == f"{BASE_URL}/api/auth/signin?error=CredentialsSignin&code=credentials"
    page = client.get(location)
    assert 'role="alert"' in page.text
    assert client.get("/private").status_code == 401


@pytest.mark.parametrize("email", [EMAIL, f"  {EMAIL.upper()} "])
def test_the_way_from_the_protected_page_through_the_form_and_out(
    client: TestClient, email: str
) -> None:
    asked = client.get("/private", headers=HTML)
    assert asked.status_code == 302
    form = client.get(asked.headers["location"])
    assert 'type="email"' in form.text
    assert 'type="password"' in form.text
    assert sign_in(client, email) == f"{BASE_URL}/private"
    private = client.get("/private", headers=HTML)
    assert f"Signed in as {NAME}" in private.text
    assert EMAIL in private.text
    assert f"Hello, {NAME}" in client.get("/").text
    client.post("/api/auth/signout", headers=SAME_ORIGIN)
    assert client.get("/private").status_code == 401
    assert NAME not in client.get("/").text


def test_everybody_of_the_greeting_can_sign_in(database: Path) -> None:
    for email, name, password in USERS:
        with open_client(database) as client:
            sign_in(client, email, password)
            assert client.get("/api/auth/session").json()["user"] == {"name": name, "email": email}


def test_the_bare_form_posts_to_the_protocol_without_a_token(client: TestClient) -> None:
    page = client.get("/bare")
    assert f"action='{CALLBACK}'" in page.text
    assert "csrf" not in page.text
    form = {"email": EMAIL, "password": PASSWORD, "callbackUrl": "/private"}
    reply = client.post(CALLBACK, data=form, headers={**SAME_ORIGIN, "origin": BASE_URL})
    assert reply.headers["location"] == f"{BASE_URL}/private"
    assert f"Signed in as {NAME}" in client.get("/private").text


def test_the_curl_lines_way_works_with_a_token(client: TestClient) -> None:
    token = client.get("/api/auth/csrf").json()["csrfToken"]
    form = {"email": EMAIL, "password": PASSWORD, "csrfToken": token}
    assert client.post(CALLBACK, data=form).headers["location"] == BASE_URL
    assert client.get("/api/auth/session").json()["user"]["name"] == NAME


def test_a_name_with_markup_stays_text(client: TestClient, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE users SET name = '<b>Ada</b>' WHERE email = ?", (EMAIL,))
    sign_in(client)
    for path in ("/", "/private"):
        text = client.get(path).text
        assert "&lt;b&gt;Ada&lt;/b&gt;" in text
        assert "<b>" not in text


def test_existing_users_answer_nobody_for_an_empty_form(database: Path) -> None:
    users = ExistingUsers(database, CHEAPEST)
    assert users.authorize(SubmittedCredentials({})) is None


@pytest.mark.parametrize("directory", ["sqlite", "htpasswd"])
def test_the_demo_reads_its_users_by_a_directory_too(database: Path, directory: str) -> None:
    for _ in range(2):  # made at the first start, and read at the second
        site = demo_app(
            database=database,
            base_url=BASE_URL,
            secret=SECRET,
            profile=CHEAPEST,
            directory=directory,
        )
        with TestClient(site, base_url=BASE_URL, follow_redirects=False) as client:
            name = "email" if directory == "sqlite" else "username"
            form = {name: EMAIL, "password": "wrong", "callbackUrl": "/private"}
            refused = client.post(CALLBACK, data=form, headers=SAME_ORIGIN)
            assert "error=CredentialsSignin" in refused.headers["location"]
            reply = client.post(CALLBACK, data={**form, "password": PASSWORD}, headers=SAME_ORIGIN)
            assert reply.headers["location"] == f"{BASE_URL}/private"
            assert client.get("/private").status_code == 200


def test_the_demo_knows_no_other_directory() -> None:
    result = CliRunner().invoke(command, ["demo", "--directory", "gopher"])
    assert result.exit_code == 1
    assert "use sqlite or htpasswd" in result.stderr


@pytest.mark.parametrize("is_there", [True, False], ids=["another table", "no folder"])
def test_a_file_that_the_demo_cannot_use_is_told_without_a_traceback(
    tmp_path: Path, *, is_there: bool
) -> None:
    file = tmp_path / "shop.db"
    if is_there:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE users (number)")
    else:
        (tmp_path / "file").touch()
        file = tmp_path / "file" / "shop.db"
    result = CliRunner().invoke(command, ["demo", "--database", str(file)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"nextauth demo: {file}: ")
    assert result.stderr.endswith(". Name another --database.\n")
