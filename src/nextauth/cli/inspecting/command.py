"""Owns ``nextauth inspect``: where the secrets come from, and its exit status."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import typer

from nextauth.cli.inspecting import Site, inspected, read_pasted
from nextauth.cli.inspecting import as_json as json_of
from nextauth.cli.inspecting import as_text as text_of
from nextauth.cli.inspecting.pasted import LONGEST, NotReadError
from nextauth.cli.inspecting.sites import NamedSecret
from nextauth.cli.loading import NotLoadedError, load_auth
from nextauth.errors import ConfigurationError

__all__ = ["inspect"]

_VARIABLES = ("AUTH_SECRET", "NEXTAUTH_SECRET")
_LACKS_KEY = (
    "there is no secret to open it with; set AUTH_SECRET, or use --secret-file FILE or "
    "--auth MODULE:AUTH"
)


def inspect(
    auth: str | None, secret_file: Path | None, cookie: str | None, *, as_json: bool, show: bool
) -> NoReturn:
    """Say what stdin holds, and end the program.

    Args:
        auth: Where the `Auth` is whose secrets are used; None for none.
        secret_file: A file with the secrets; None for none.
        cookie: The session cookie's name; None for the usual ones.
        as_json: Whether programs read it.
        show: Whether the values of the claims are told too.
    """
    try:
        site = _site(auth, secret_file, cookie, os.environ)
        report = inspected(read_pasted(_stdin()), site)
        told = (json_of if as_json else text_of)(report, show=show)
    except (ConfigurationError, NotLoadedError, NotReadError, _UsageError) as error:
        typer.echo(f"nextauth inspect: {error}", err=True)
        raise typer.Exit(2) from None
    except Exception as error:  # noqa: BLE001 - a traceback's message may quote what was pasted
        last = traceback.extract_tb(error.__traceback__)[-1]
        typer.echo(
            f"nextauth inspect failed: {type(error).__name__} in {Path(last.filename).name}, line "
            f"{last.lineno}. Please report this, without the cookie.",
            err=True,
        )
        raise typer.Exit(2) from None
    typer.echo(told)
    raise typer.Exit(0 if report.is_good else 1)


class _UsageError(ValueError):
    """The command was not asked rightly. The message holds no secret."""


def _stdin() -> str:
    if sys.stdin is None:  # it is closed
        return ""
    if sys.stdin.isatty():
        typer.echo("Paste the cookie, then press Enter and Ctrl-D.", err=True)
    # One character has four bytes at most: what is too much by its characters is seen to be.
    return sys.stdin.buffer.read(4 * LONGEST + 1).decode("utf-8", "replace")


def _site(
    auth: str | None, file: Path | None, cookie: str | None, environ: Mapping[str, str]
) -> Site:
    if auth is not None:
        if file is not None or cookie is not None:
            msg = "--auth says all that --secret-file and --cookie say; leave them out"
            raise _UsageError(msg)
        return Site.of(load_auth(auth))
    if file is not None:
        return _checked(Site.with_secrets(list(_of_file(file)), now=time.time(), cookie=cookie))
    found = [NamedSecret(each, environ[each]) for each in _VARIABLES if environ.get(each)]
    unused = [each for each in found[1:] if each.value != found[0].value]
    return _checked(Site.with_secrets(found[:1], now=time.time(), cookie=cookie, unused=unused))


def _of_file(file: Path) -> Iterator[NamedSecret]:
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except OSError as error:
        msg = f"--secret-file {file}: {error.strerror}"
        raise _UsageError(msg) from None
    except UnicodeDecodeError:
        msg = f"--secret-file {file} holds bytes that are not UTF-8"
        raise _UsageError(msg) from None
    secrets = [line.strip() for line in text.splitlines() if line.strip()]
    for number, secret in enumerate(secrets, 1):
        which = "" if len(secrets) == 1 else f", secret {number} of {len(secrets)}"
        yield NamedSecret(f"{file}{which}", secret)


def _checked(site: Site) -> Site:
    if not site.secrets:
        raise _UsageError(_LACKS_KEY)
    for each in (*site.secrets, *site.unused):
        try:
            each.value.encode()
        except UnicodeEncodeError:
            msg = f"{each.label} holds bytes that are not UTF-8"
            raise _UsageError(msg) from None
    return site
