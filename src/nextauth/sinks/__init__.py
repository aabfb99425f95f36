"""Ready-made sinks of the audit stream. The one for OpenTelemetry is in `sinks.opentelemetry`."""

from nextauth.sinks.logs import LoggingSink

__all__ = ["LoggingSink"]
