"""No refusal costs much more than reading a session, whatever is refused.

Times are compared within one run, taken in turn, so that a slow or busy machine slows both.
"""

import gc
import logging
from collections.abc import Callable, Iterable
from statistics import median
from time import perf_counter

import pytest

from nextauth import Response
from tests.security.answers import gives_a_session
from tests.security.worst_cases import SECRETS, SITES, Case, case, posts, reads, site
from tests.security.worst_requests import addresses, headers
from tests.unit.protocol.wire import SESSION, Reply, signed_in

MOST = 20
"""So many normal reads may the slowest refusal cost."""

_ROUNDS, _TRIES, _READS = 7, 3, 10


def _normal_read() -> Callable[[], object]:
    """Answer what reads an ordinary session, beside two cookies of the application."""
    token = signed_in(site()).jar[SESSION]
    read = case("normal", sent=[("cookie", f"theme=dark; {SESSION}={token}; locale=de")]).ask
    assert read() is not None
    return read


def _seconds(ask: Callable[[], object], times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        ask()
    return (perf_counter() - start) / times


def _ratio(ask: Callable[[], object], normal: Callable[[], object]) -> float:
    """Answer how many normal reads a request costs: the least of a few tries."""
    ratios = []
    for _ in range(_TRIES):
        pairs = [(_seconds(ask, 1), _seconds(normal, _READS)) for _ in range(_ROUNDS)]
        ratios.append(median(cost for cost, _ in pairs) / median(read for _, read in pairs))
        if ratios[-1] < MOST / 2:
            break
    return min(ratios)


def _is_refused(answer: object) -> bool:
    return answer is None or (isinstance(answer, Response) and not gives_a_session(Reply(answer)))


def _slow(cases: Iterable[Case]) -> dict[str, float]:
    """Answer the cases that cost too much, with how many reads each costs."""
    normal = _normal_read()
    found, count = {}, 0
    gc.collect()
    gc.disable()  # the garbage of other tests is not this request's
    logging.disable(logging.CRITICAL)  # what a handler does with a line is its own cost
    try:
        for each in cases:
            count += 1
            assert _is_refused(each.ask()), each.name
            ratio = _ratio(each.ask, normal)
            if ratio >= MOST:
                found[each.name] = round(ratio, 1)
    finally:
        logging.disable(logging.NOTSET)
        gc.enable()
    assert count > 50
    return found


@pytest.mark.parametrize("cases", [reads, posts, addresses, headers])
def test_the_slowest_refusal_costs_less_than_20_reads(
    cases: Callable[[], Iterable[Case]],
) -> None:
    """Oversize input, decompression and parsing bombs: CVE-2025-61920 (Authlib), CVE-2022-31093."""
    assert len(SECRETS) == 3
    assert len(SITES) > 5
    assert _slow(cases()) == {}


def test_what_costs_much_is_noticed() -> None:
    normal = _normal_read()
    assert _ratio(lambda: [normal() for _ in range(3 * MOST)], normal) > MOST
    assert _ratio(normal, normal) < MOST / 4
