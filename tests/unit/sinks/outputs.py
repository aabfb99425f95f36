"""Owns what the sinks write into: a log file and a telemetry backend, both in memory."""

import io
import json
import logging

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import nextauth
from nextauth.events import Sink
from nextauth.sinks import LoggingSink
from nextauth.sinks.opentelemetry import OpenTelemetrySink

FEW = ("nextauth.event", "nextauth.provider", "nextauth.reason")
"""The attributes of the counter."""


class Log:
    """A log file in memory, as an application configures it."""

    def __init__(self, name: str = "nextauth.audit", level: int = logging.INFO) -> None:
        self.file = io.StringIO()
        self.records: list[logging.LogRecord] = []
        self.logger = logging.Logger(name, level)  # noqa: LOG001 - that no other test finds
        handler = logging.StreamHandler(self.file)
        handler.addFilter(self._note)
        self.logger.addHandler(handler)

    def _note(self, record: logging.LogRecord) -> bool:
        self.records.append(record)
        return True

    @property
    def text(self) -> str:
        return self.file.getvalue()


class Backend:
    """Where an application sends its telemetry, in memory."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.sink = OpenTelemetrySink(self.tracers, MeterProvider([self.reader]))

    def span(self) -> ReadableSpan:
        (span,) = self.exporter.get_finished_spans()
        return span

    def points(self) -> list[NumberDataPoint]:
        data = self.reader.get_metrics_data()
        assert data is not None
        (scope,) = data.resource_metrics[0].scope_metrics
        (metric,) = scope.metrics
        assert (metric.name, metric.unit) == ("nextauth.events", "{event}")
        assert (scope.scope.name, scope.scope.version) == ("nextauth", nextauth.__version__)
        return [each for each in metric.data.data_points if isinstance(each, NumberDataPoint)]

    def counts(self) -> dict[tuple[object, ...], int | float]:
        return {
            tuple((each.attributes or {}).get(name) for name in FEW): each.value
            for each in self.points()
        }


class Outputs:
    """What all sinks write."""

    def __init__(self) -> None:
        self.log = Log()
        self.backend = Backend()
        self.sinks: list[Sink] = [LoggingSink(self.log.logger), self.backend.sink]

    @property
    def text(self) -> str:
        """All of it, as it is written and as the objects hold it."""
        spans = [span.to_json() for span in self.backend.exporter.get_finished_spans()]
        points = [repr(point.attributes) for point in self.backend.points()]
        records = [repr(vars(record)) for record in self.log.records]
        return "\n".join([self.log.text, *records, *spans, *points])

    @property
    def names(self) -> set[str]:
        """The kinds of events that were told."""
        return {json.loads(line)["event"] for line in self.log.text.splitlines()}
