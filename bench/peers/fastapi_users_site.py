"""fastapi-users as its documentation sets it up: a database, tokens of its JWT strategy in a
cookie.

Passwords are compared and not hashed, by the helper that may be replaced: the hash would be the
same work for everybody, and hide the rest.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, CookieTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelperProtocol
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

SECRET = "a secret for benchmarks only 0123456789"
FILE = Path(os.environ.get("BENCH_DIRECTORY", ".")) / "fastapi-users.sqlite3"
PASSWORD = "analytical"


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


class Compared(PasswordHelperProtocol):
    def verify_and_update(self, plain_password: str, hashed_password: str) -> tuple[bool, None]:
        return plain_password == hashed_password, None

    def hash(self, password: str) -> str:
        return password

    def generate(self) -> str:
        return PASSWORD


class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = SECRET
    verification_token_secret = SECRET


engine = create_async_engine(f"sqlite+aiosqlite:///{FILE}")
make_session = async_sessionmaker(engine, expire_on_commit=False)


async def database_session() -> AsyncIterator[AsyncSession]:
    async with make_session() as session:
        yield session


async def user_database(
    session: Annotated[AsyncSession, Depends(database_session)],
) -> AsyncIterator[SQLAlchemyUserDatabase[User, uuid.UUID]]:
    yield SQLAlchemyUserDatabase(session, User)


async def manager(
    database: Annotated[SQLAlchemyUserDatabase[User, uuid.UUID], Depends(user_database)],
) -> AsyncIterator[Manager]:
    yield Manager(database, Compared())


def strategy() -> JWTStrategy[User, uuid.UUID]:
    return JWTStrategy(secret=SECRET, lifetime_seconds=3600)


backend = AuthenticationBackend(
    name="jwt", transport=CookieTransport(cookie_secure=False), get_strategy=strategy
)
users = FastAPIUsers[User, uuid.UUID](manager, [backend])
app = FastAPI()
app.include_router(users.get_auth_router(backend), prefix="/auth/jwt")
app.include_router(
    users.get_users_router(schemas.BaseUser[uuid.UUID], schemas.BaseUserUpdate), prefix="/users"
)


@app.get("/")
async def page(user: Annotated[User, Depends(users.current_user(active=True))]) -> dict[str, str]:
    return {"name": user.email}


async def prepare(count: int) -> list[str]:
    """Make the database; answer a cookie for each user."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    people = [
        User(id=uuid.uuid4(), email=f"ada{n}@example.com", hashed_password=PASSWORD, is_active=True)
        for n in range(count)
    ]
    async with make_session() as session:
        session.add_all(people)
        await session.commit()
    await engine.dispose()
    return [f"fastapiusersauth={await strategy().write_token(each)}" for each in people]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(prepare(int(sys.argv[1])))))
