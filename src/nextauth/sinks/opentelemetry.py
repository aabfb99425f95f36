"""Owns the sink for OpenTelemetry: a counter, and a span of no length for each event."""

from __future__ import annotations

from typing import ClassVar

from nextauth import __version__
from nextauth.events import ConfigurationRefused, Event, Row, StoreFailed, event_row

try:
    from opentelemetry import metrics, trace
except ImportError as _error:  # pragma: no cover - the packaging test runs without OpenTelemetry
    message = "nextauth.sinks.opentelemetry needs it: pip install 'nextauth[opentelemetry]'"
    raise ImportError(message) from _error

__all__ = ["OpenTelemetrySink"]

_SCOPE = "nextauth"
_NANOSECONDS = 1_000_000_000

# Names of the semantic conventions, for what they have a name for; the rest is in our namespace.
_CONVENTIONS = {
    "address": "client.address",
    "user_agent": "user_agent.original",
    "user_id": "enduser.id",
    "sid": "session.id",
}


class OpenTelemetrySink:
    """Counts each event, and makes it a span of no length below the request's.

    The counter ``nextauth.events`` has the attributes ``nextauth.event``, ``nextauth.provider`` and
    ``nextauth.reason``, never a user or an address: each has few values. The span, such as
    ``nextauth.signed_in``, has all that the event has. It is a span and no event on the request's
    span, since OpenTelemetry gives span events up, and since an event may have no request.

    Args:
        tracer_provider: Makes the tracer; None for the application's global one.
        meter_provider: Makes the meter; None for the application's global one.
    """

    immediate: ClassVar[bool] = True  # it only counts; and the request's span is the current one

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
    ) -> None:
        self._tracer = trace.get_tracer(_SCOPE, __version__, tracer_provider)
        meter = metrics.get_meter(_SCOPE, __version__, meter_provider)
        self._counter = meter.create_counter(
            "nextauth.events", unit="{event}", description="Audit events, by kind."
        )

    def emit(self, event: Event) -> None:
        """Count an event and trace it.

        Args:
            event: What happened.
        """
        row = event_row(event)
        self._counter.add(1, _of_few_values(row))
        at = int(event.at.time * _NANOSECONDS)
        span = self._tracer.start_span(
            f"nextauth.{row['event']}", attributes=_of_span(row), start_time=at
        )
        if isinstance(event, (StoreFailed, ConfigurationRefused)):
            span.set_status(trace.StatusCode.ERROR)
        span.end(at)


def _of_few_values(row: Row) -> dict[str, str]:
    told = {
        "nextauth.event": row["event"],
        "nextauth.provider": row.get("provider"),
        "nextauth.reason": row.get("reason", row.get("limit")),
    }
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _of_span(row: Row) -> dict[str, str | int | float | list[str]]:
    return {
        _CONVENTIONS.get(name, f"nextauth.{name}"): value
        for name, value in row.items()
        if value is not None and name not in {"version", "time"}
    }
