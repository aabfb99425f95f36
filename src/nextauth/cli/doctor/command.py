"""Owns ``nextauth doctor``: what its arguments mean, and how it ends."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import NoReturn

import typer

from nextauth.auth import Auth
from nextauth.cli.doctor.examining import Circumstances, examine, examine_refused
from nextauth.cli.doctor.report import Report
from nextauth.cli.doctor.site.visit import Place
from nextauth.cli.loading import NotLoadedError, load_auth
from nextauth.errors import ConfigurationError
from nextauth.tracebacks import describe_exception

__all__ = ["doctor", "workers_of"]

_WRONG_USE = 2
_FAILED = 3
_VARIABLES = ("WEB_CONCURRENCY", "UVICORN_WORKERS", "GRANIAN_WORKERS")
_GUNICORN = re.compile(r"(?:^|\s)(?:-w\s*|--workers[ =])(\d{1,4})\b")


def doctor(where: str, url: str | None, *, workers: int | None, as_json: bool) -> NoReturn:
    """Say what is wrong, and end the program.

    Args:
        where: Where the `Auth` is.
        url: The running site's address; None if it is not looked at.
        workers: How many processes serve it; None if nobody said so.
        as_json: Whether programs read it.
    """
    place = None if url is None else Place.parse(url)
    if url is not None and place is None:  # (it may hold a password, so it is not repeated)
        _end("the URL is not one such as https://example.com: no user name, query or fragment")
    if place is not None and find_spec("httpx2") is None:
        _end("to look at a site it needs more: pip install 'nextauth[cli,http]'")
    try:
        auth = load_auth(where)
    except ConfigurationError as error:
        report = examine_refused(error, where, None if place is None else str(place.origin))
    except NotLoadedError as error:
        _end(str(error))
    else:
        report = _report(auth, where, place, workers or workers_of(os.environ))
    typer.echo(report.json() if as_json else report.text())
    raise typer.Exit(report.status)


def workers_of(environ: Mapping[str, str]) -> int | None:
    """Answer how many processes the usual servers start, as far as the environment says so.

    Args:
        environ: The environment.
    """
    given = [environ.get(name, "") for name in _VARIABLES]
    given += _GUNICORN.findall(environ.get("GUNICORN_CMD_ARGS", ""))
    numbers = [int(each) for each in given if each.isascii() and each.isdigit()]
    return max(numbers, default=None)


def _report(auth: Auth, where: str, place: Place | None, workers: int | None) -> Report:
    try:
        return asyncio.run(_examined(auth, where, place, workers))
    except Exception as error:  # noqa: BLE001 - its own failure must not pass for a finding
        _end(f"it failed itself, and found nothing:\n{describe_exception(error)}", _FAILED)


async def _examined(auth: Auth, where: str, place: Place | None, workers: int | None) -> Report:
    around = Circumstances(os.environ, time.time, time.monotonic, workers)
    if place is None:
        return await examine(auth, where, around)
    from nextauth.cli.doctor.site.http_client import (  # noqa: PLC0415 - only a URL needs it
        HttpClient,
    )

    host = place.origin.host.strip("[]")
    client = HttpClient(host=host, clock=time.time, timer=time.monotonic)
    try:
        return await examine(auth, where, around, place=place, client=client)
    finally:
        await client.aclose()


def _end(message: str, status: int = _WRONG_USE) -> NoReturn:
    typer.echo(f"nextauth doctor: {message}", err=True)
    raise typer.Exit(status)
