"""Owns the audit log: each event is one line of JSON, through Python's logging."""

from __future__ import annotations

import json
import logging
from typing import ClassVar

from nextauth.events import Event, Row, event_row

__all__ = ["LoggingSink"]


class LoggingSink:
    """Logs each event as one line of JSON: ``Auth(events=[LoggingSink()])``.

    The line is ASCII without control characters: what a browser sends as its name, or what a user's
    id holds, cannot begin a line of its own. The same values are the record's ``audit``, for a
    handler that writes structured logs itself, and the event's name is its ``code``.

    The log is written within the request, as all of the application's log is.

    Args:
        logger: The logger, or its name.
        level: The level of each record.
    """

    immediate: ClassVar[bool] = True

    def __init__(
        self, logger: str | logging.Logger = "nextauth.audit", level: int = logging.INFO
    ) -> None:
        self._logger = logging.getLogger(logger) if isinstance(logger, str) else logger
        self._level = level

    def emit(self, event: Event) -> None:
        """Log an event.

        Args:
            event: What happened.
        """
        if self._logger.isEnabledFor(self._level):
            row = event_row(event)
            extra = {"code": row["event"], "audit": row}
            self._logger.log(self._level, "%s", _line(row), extra=extra)


def _line(row: Row) -> str:
    # Of the control characters, JSON leaves DEL as it is.
    return json.dumps(row, separators=(",", ":")).replace("\x7f", "\\u007f")
