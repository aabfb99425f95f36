"""The command ``nextauth``: secrets, a demo, a server, tables of a store, what is wrong and why."""

from __future__ import annotations

import io
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    try:
        from nextauth.cli.commands import app  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "nextauth":
            raise
        sys.exit("nextauth: the command needs more packages: pip install 'nextauth[cli]'")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What an output's encoding lacks, such as a file's odd name, is written as its number.
            stream.reconfigure(errors="backslashreplace")
    app()
