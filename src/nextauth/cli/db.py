"""Owns ``nextauth db``: the tables of the store in a SQL database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from nextauth.cli.loading import NotLoadedError, load_auth
from nextauth.errors import ConfigurationError, StoreUnavailable

if TYPE_CHECKING:
    from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore

__all__ = ["app"]

app: typer.Typer = typer.Typer(
    help="The tables of the store in a SQL database.", no_args_is_help=True
)

_DRIVERS = frozenset({"aiomysql", "aiosqlite", "asyncmy", "asyncpg", "psycopg"})
_LACKS_DRIVER = (
    "That is the driver which the URL of the database asks for: install it, or write another, as "
    "in postgresql+asyncpg://, sqlite+aiosqlite:// or mariadb+asyncmy://."
)


@app.callback()
def _group() -> None:
    """Keep `upgrade` a command of its own, also while it is the only one."""


@app.command()
def upgrade(
    where: Annotated[
        str,
        typer.Argument(
            metavar="URL|MODULE:AUTH",
            help="The database, such as postgresql+asyncpg://localhost/site; or where in your "
            "application its Auth is, such as site.main:auth.",
        ),
    ],
) -> None:
    """Make the tables, or bring them up to date. It may be repeated, and run by several at once."""
    try:
        store = _store(where)
        before, after = asyncio.run(store.upgrade())
    except ConfigurationError as error:  # of the application's Auth, which says all that it lacks
        raise _ended(str(error), 2) from None
    except ModuleNotFoundError as error:
        is_driver = "://" in where or error.name in _DRIVERS
        raise _ended(f"{error}. {_LACKS_DRIVER}" if is_driver else str(error), 1) from None
    except NotLoadedError as error:
        is_driver = error.missing in _DRIVERS
        raise _ended(f"{error}. {_LACKS_DRIVER}" if is_driver else str(error), 1) from None
    except (ImportError, StoreUnavailable, TypeError, ValueError) as error:
        raise _ended(str(error), 1) from None
    done = "are at" if before == after else "were brought to"
    typer.echo(f"The tables of {store!r} {done} version {after}.")


def _ended(message: str, code: int) -> typer.Exit:
    typer.echo(f"nextauth db upgrade: {message}", err=True)
    return typer.Exit(code)


def _store(where: str) -> SQLAlchemyStore:
    from nextauth.stores.backends.sqlalchemy import (  # noqa: PLC0415 - no other command needs it
        SQLAlchemyStore,
    )

    if "://" in where:
        return SQLAlchemyStore(where)
    auth = load_auth(where)
    revocation = auth.settings.revocation
    store = None if revocation is None else revocation.store
    if not isinstance(store, SQLAlchemyStore):
        kept = "no store" if store is None else repr(store)
        message = f"{where} has {kept}; only a SQLAlchemyStore has tables"
        raise TypeError(message)
    return store
