"""Our sites and the npm packages' are sent the same requests and give the same answers.

Each case is asked over HTTP. The table of deliberate differences makes of their answer what ours
must be, to the last cookie attribute; whatever it does not foretell is a failure.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import combinations, product

import pytest

from tests.interop.conftest import HERE
from tests.interop.differential.answers import Answer, flat, read
from tests.interop.differential.cases import Case, axes_of, cases_of, pairs_of
from tests.interop.differential.comparison import Ask, Compared, foretell, gaps, report
from tests.interop.differential.difference import Difference
from tests.interop.differential.differences import DIFFERENCES, differences_of
from tests.interop.differential.peers import Peer, Peers, both_servers
from tests.interop.differential.wire import sent_by

pytestmark = pytest.mark.interop

DIALECTS = ("authjs", "next-auth-v4")
MOST_TOLD = 5

each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@dataclass(frozen=True)
class Run:
    """All cases of one dialect, asked once."""

    dialect: str
    ask_them: Ask
    compared: list[Compared]

    def of(self, difference: Difference) -> Iterator[Compared]:
        return (each for each in self.compared if difference in each.foretold.applied)


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH; it runs the npm packages")
    if not all((HERE / "node_modules" / name).is_dir() for name in ("@auth/core", "next-auth")):
        pytest.skip("@auth/core and next-auth are not installed; run `npm ci` in tests/interop")
    with both_servers() as started:
        yield started


@pytest.fixture(scope="module", params=DIALECTS)
def run(request: pytest.FixtureRequest, peers: Peers) -> Run:
    table = differences_of(request.param)
    ask_them = asking(peers.theirs)
    compared = []
    for case in cases_of(request.param):
        sent = sent_by(case)
        peers.ours.send(sent)  # both sides work at the same time
        foretold = foretell(case, ask_them, table)
        ours = read(peers.ours.receive(), site=case.at, target=sent.target)
        compared.append(Compared(case, ours, foretold))
    return Run(request.param, ask_them, compared)


def asking(peer: Peer) -> Ask:
    @cache
    def ask(case: Case) -> Answer:
        sent = sent_by(case)
        return read(peer.ask(sent), site=case.at, target=sent.target)

    return ask


@each_dialect
def test_every_pair_of_values_that_a_request_can_hold_is_asked(dialect: str) -> None:
    axes, cases = axes_of(dialect), cases_of(dialect)
    assert len(cases) == len(set(cases)) > 4_000
    asked = set().union(*map(pairs_of, cases))
    ordinary = {name: values[0] for name, values in axes.items()}
    for one, other in combinations([each.name for each in fields(Case)], 2):
        for pair in product(axes[one], axes[other]):
            wanted = {one: pair[0], other: pair[1]}
            if tuple(wanted.items()) not in asked:
                case = Case(**{**ordinary, "callback": "path", **wanted}).settled()
                assert any(getattr(case, name) != value for name, value in wanted.items())


def test_our_answers_are_theirs_but_for_the_listed_differences(run: Run) -> None:
    unlisted = [each for each in run.compared if gaps(each.foretold.answer, each.ours)]
    by_kind = {
        (each.case.method, each.case.path, *gaps(each.foretold.answer, each.ours)): each
        for each in reversed(unlisted)
    }
    told = [report(each, run.ask_them(each.case)) for each in [*by_kind.values()][-MOST_TOLD:]]
    count = f"{len(unlisted)} of {len(run.compared)} cases, {len(by_kind)} kinds; some of them:"
    assert not unlisted, "\n\n".join([count, *told])


def test_each_listed_difference_is_there(run: Run) -> None:
    table = differences_of(run.dialect)
    not_there = [each.name for each in table if not is_there(each, run, table)]
    assert not not_there, f"Listed, and nowhere in {len(run.compared)} cases: {not_there}"


def is_there(difference: Difference, run: Run, table: tuple[Difference, ...]) -> bool:
    """Tell whether some answer of ours cannot be foretold without the difference."""
    rest = [each for each in table if each is not difference]
    return any(
        gaps(foretell(each.case, run.ask_them, rest).answer, each.ours)
        for each in run.of(difference)
    )


def test_whatever_is_altered_in_an_answer_is_reported(run: Run) -> None:
    kinds = {(each.ours.status, each.ours.type, *flat(each.ours)): each for each in run.compared}
    for each in kinds.values():
        for altered in alterations(each.ours):
            assert gaps(each.foretold.answer, altered), altered


def alterations(answer: Answer) -> Iterator[Answer]:
    yield replace(answer, status=answer.status + 1)
    yield replace(answer, type="text/plain")
    yield replace(answer, cookies={**answer.cookies, "planted": {"value": "1"}})
    if answer.location:
        yield replace(answer, location={**answer.location, "origin": "https://evil.example:443"})
        yield replace(answer, location=None)
    if answer.json:
        yield replace(answer, json={"is": {"other": True}})
    if answer.forms:
        yield replace(answer, forms=answer.forms[:-1])
    for name, cookie in answer.cookies.items():
        others = {key: value for key, value in answer.cookies.items() if key != name}
        yield replace(answer, cookies=others)
        for member in cookie:
            less = {key: value for key, value in cookie.items() if key != member}
            yield replace(answer, cookies={**others, name: less})


def test_a_report_shows_the_request_both_answers_and_what_differs(run: Run) -> None:
    compared = next(
        each for each in run.compared if each.case.route == "csrf" and each.ours.status == 200
    )
    altered = replace(compared, ours=replace(compared.ours, status=418))
    told = report(altered, run.ask_them(compared.case))
    assert f"{compared.case.method} {compared.case.at.base_path}/csrf" in told
    assert "\nhost: " in told
    assert "status: foretold 200, ours 418" in told
    assert "Theirs: Answer(status=200" in told
    assert "Ours:   Answer(status=418" in told


def test_no_two_differences_have_one_name() -> None:
    assert len({each.name for each in DIFFERENCES}) == len(DIFFERENCES)
