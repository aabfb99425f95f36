"""Owns the course of an examination: the configuration, its stores, then the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nextauth.auth import Auth
from nextauth.cli.doctor.checks import Results, judged
from nextauth.cli.doctor.configured.asking_stores import ask_stores
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Finding
from nextauth.cli.doctor.measures import measured_configuration, measured_site
from nextauth.cli.doctor.registry import CONFIGURATION_CHECKS, SITE_CHECKS
from nextauth.cli.doctor.report import Report
from nextauth.cli.doctor.site.visit import Place, pay_visit
from nextauth.cli.doctor.site.wire import Client
from nextauth.errors import ConfigurationError

__all__ = ["Circumstances", "examine", "examine_refused"]

_NO_ROUTES = "the site: this Auth has no providers, so that it has no routes"
_NOT_SERVED = "more of the site: its routes come first"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is around an examination.

    Args:
        environ: The environment that the application would run in.
        clock: Answers Unix seconds.
        timer: Answers seconds of a clock that never goes back.
        workers: How many processes serve the site, in all; None: nobody said so.
    """

    environ: Mapping[str, str] = field(repr=False)
    clock: Callable[[], float]
    timer: Callable[[], float]
    workers: int | None = None


async def examine(
    auth: Auth,
    name: str,
    around: Circumstances,
    *,
    place: Place | None = None,
    client: Client | None = None,
) -> Report:
    """Examine a configuration and, where a place is named, the site that runs there.

    Args:
        auth: The application's.
        name: What the command calls it.
        around: What is around it.
        place: Where the site is.
        client: Sends the site requests.
    """
    now = around.clock()
    answers = await ask_stores(auth.settings, now=now, timer=around.timer)
    configured = Configured(auth.settings, around.environ, now, around.workers, answers)
    results = judged(CONFIGURATION_CHECKS, configured)
    measured = tuple(measured_configuration(configured))
    if place is None or client is None:
        return Report(name, None, results.findings, results.well, measured)
    url = f"{place.origin}{place.path}"
    if auth.settings.only_reads:
        return Report(name, url, results.findings, results.well, measured, (_NO_ROUTES,))
    visit = await pay_visit(client, place, auth.settings)
    results += judged(SITE_CHECKS, visit)
    return Report(
        name,
        url,
        results.findings,
        results.well,
        (*measured, *measured_site(visit)),
        () if visit.is_served else (_NOT_SERVED,),
        client.sent,
    )


def examine_refused(error: ConfigurationError, name: str, url: str | None = None) -> Report:
    """Answer the report on a configuration that ``Auth(...)`` has refused.

    Args:
        error: The refusal.
        name: What the command calls it.
        url: The site's address, or None.
    """
    results = Results(tuple(Finding.of_problem(each) for each in error.problems))
    reason = "more of it, and the site: Auth(...) comes first"
    return Report(name, url, results.findings, left_out=(reason,))
