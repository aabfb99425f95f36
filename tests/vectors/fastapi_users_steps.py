"""Owns what `make_fastapi_users` does with the programs of the page, to see that the page is right.

Each step is appended to one of them, and runs where fastapi-users is installed. The first answers
what is kept as a vector; the others print an empty line.
"""

__all__ = ["BACK", "BOTH", "ENDING", "REGISTER", "RENEWING"]

# Registers everybody over HTTP; the flags are set as an administrator of the site would.
REGISTER = """
import asyncio, json, os
from accounts import UserManager, make_session
from fastapi_users.db import SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from starlette.testclient import TestClient

PASSWORDS = json.loads(os.environ["PASSWORDS"])
FLAGS = {
    "grace@example.com": {"is_superuser": True, "is_verified": True},
    "left@example.com": {"is_active": False},
}


async def change():
    async with make_session() as session:
        database = SQLAlchemyUserDatabase(session, User)
        older = UserManager(database, PasswordHelper(PasswordHash((BcryptHasher(),))))
        mary = await older.get_by_email("mary@example.com")
        await older.update(Update(password=PASSWORDS["mary@example.com"]), mary)
        for email, flags in FLAGS.items():
            await older.update(Update(**flags), await older.get_by_email(email))
        strategy = JWTStrategy(SECRET, lifetime_seconds=None)
        return await strategy.write_token(await older.get_by_email("ada@example.com"))


with TestClient(app, base_url="https://localhost") as client:
    for email, password in PASSWORDS.items():
        registered = {"email": email.replace("example", "Example"), "password": password}
        assert client.post("/auth/register", json=registered).status_code == 201
    token = client.portal.call(change)

    def login(email, password):
        form = {"username": email, "password": password}
        return client.post("/auth/jwt/login", data=form)

    for path in ("/me", "/admin", "/users/me"):
        assert client.get(path).status_code == 401
    for email in ("left@example.com", "nobody@example.com"):
        refused = login(email, PASSWORDS.get(email, "guess"))
        assert (refused.status_code, refused.json()["detail"]) == (400, "LOGIN_BAD_CREDENTIALS")
    assert login("ADA@example.com", PASSWORDS["Ada@example.com"]).status_code == 204
    assert client.cookies["fastapiusersauth"]
    assert client.get("/me").json()["email"] == "Ada@example.com"
    assert client.get("/admin").status_code == 403
    client.cookies.set("fastapiusersauth", token)  # the same, and never over
    assert client.get("/users/me").status_code == 200

table = User.__table__
statements = [CreateTable(table), *(CreateIndex(each) for each in table.indexes)]
ddl = [str(each.compile(dialect=postgresql.dialect())).strip() for each in statements]
print(json.dumps({"token": token, "postgresql": ddl}))
"""

# Everything that the page says of the program where both libraries are at work.
BOTH = """
import json, os
from accounts import Base, engine
from nextauth.testing import signed_in
from starlette.testclient import TestClient

PASSWORDS = json.loads(os.environ["PASSWORDS"])
ORIGIN = {"Origin": "http://localhost"}
client = TestClient(app, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)


def sign_in(email, password=None):
    form = {"email": email, "password": password or PASSWORDS[email]}
    return client.post("/api/auth/callback/credentials", data=form).headers["location"]


with client:
    client.cookies.set("fastapiusersauth", os.environ["TOKEN"])
    for path in ("/orders", "/users/me", "/me"):
        assert client.get(path).status_code == 401, path
    for forged in ("ada", os.environ["ADA"], os.environ["TOKEN"]):
        bearer = {"Authorization": f"Bearer {forged}"}
        assert client.get("/users/me", headers=bearer).status_code == 401
    assert sign_in("Ada@example.com") == "http://localhost"
    assert client.get("/orders").json() == {"orders of": "Ada@example.com"}
    assert client.get("/me").json() == {"id": os.environ["ADA"], "email": "Ada@example.com"}
    mine = client.get("/users/me")
    assert (mine.json()["id"], mine.json()["is_superuser"]) == (os.environ["ADA"], False)
    assert client.get(f"/users/{os.environ['ADA']}").status_code == 403
    assert client.patch("/users/me", json={"password": "a new one"}).status_code == 200
    asked = client.post("/auth/forgot-password", json={"email": "ada@example.com"})
    assert asked.status_code == 202  # it prints the mail
    assert client.post("/api/auth/signout").status_code == 302
    assert client.get("/orders").status_code == 401
    assert "error=CredentialsSignin" in sign_in("ADA@example.com", PASSWORDS["Ada@example.com"])
    assert sign_in("ADA@example.com", "a new one") == "http://localhost"
    assert sign_in("grace@example.com") == "http://localhost"
    assert client.get(f"/users/{os.environ['ADA']}").json()["email"] == "Ada@example.com"
    ended = client.patch(f"/users/{os.environ['ADA']}", json={"is_active": False})
    assert ended.json()["is_active"] is False
    assert "code=disabled" in sign_in("ada@example.com", "a new one")
    new = {"email": "new@example.com", "password": "new password"}
    assert client.post("/auth/register", json=new).status_code == 201
    assert sign_in(new["email"], new["password"]) == "http://localhost"
    assert client.get("/orders").json() == {"orders of": "new@example.com"}
    gone = client.get("/users/me").json()["id"]
    signed_in(client, __import__("nextauth").User(id="0" * 8 + gone[8:]), auth=auth)
    assert client.get("/users/me").status_code == 401
print()
"""

# Sessions end with a new password, as the page's text says.
ENDING = """
from starlette.testclient import TestClient

said = []


class Ending(UserManager):
    async def on_after_forgot_password(self, user, token, request=None):
        said.append(token)

    async def on_after_reset_password(self, user, request=None):
        await auth.revoke_user("credentials", str(user.id))

    async def on_after_update(self, user, update_dict, request=None):
        if "password" in update_dict:
            await auth.revoke_user("credentials", str(user.id))


async def ending():
    async for each in get_user_manager():
        yield Ending(each.user_db)


def sign_in(password):
    form = {"email": "new@example.com", "password": password}
    client.post("/api/auth/callback/credentials", data=form)
    assert client.get("/orders").status_code == 200


app.dependency_overrides[get_user_manager] = ending
ORIGIN = {"Origin": "http://localhost"}
with TestClient(app, base_url="http://localhost", headers=ORIGIN) as client:
    sign_in("new password")
    assert client.patch("/users/me", json={"email": "newer@example.com"}).status_code == 200
    assert client.patch("/users/me", json={"email": "new@example.com"}).status_code == 200
    assert client.get("/orders").status_code == 200
    assert client.patch("/users/me", json={"password": "second"}).status_code == 200
    assert client.get("/orders").status_code == 401
    sign_in("second")
    client.post("/auth/forgot-password", json={"email": "new@example.com"})
    reset = {"token": said[0], "password": "third"}
    assert client.post("/auth/reset-password", json=reset).status_code == 200
    assert client.get("/orders").status_code == 401
    sign_in("third")
print()
"""
# Hashes that `nextauth` renewed.
RENEWING = """
from starlette.testclient import TestClient

client = TestClient(app, base_url="http://localhost")
client.post(
    "/api/auth/callback/credentials",
    headers={"Origin": "http://localhost"},
    data={"email": "grace@example.com", "password": "nanoseconds"},
)
assert client.get("/me").json()["email"] == "grace@example.com"
print()
"""
# The old application on the table that was used since; and two rows that differ only in case.
BACK = """
import sqlite3
from starlette.testclient import TestClient

with sqlite3.connect("site.db") as database:
    [(known,)] = database.execute(
        "SELECT hashed_password FROM user WHERE email = 'grace@example.com'"
    )
    database.execute(
        "INSERT INTO user SELECT lower(hex(randomblob(16))), upper(email), hashed_password, "
        "1, 0, 0 FROM user WHERE email = 'mary@example.com'"
    )
database.close()
assert "p=1$" in known, known
with TestClient(app, base_url="https://localhost", raise_server_exceptions=False) as client:
    form = {"username": "grace@example.com", "password": "nanoseconds"}
    assert client.post("/auth/jwt/login", data=form).status_code == 204
    assert client.get("/me").json()["email"] == "grace@example.com"
    form["username"] = "mary@example.com"
    assert client.post("/auth/jwt/login", data=form).status_code == 500
print()
"""
