"""What a figure says: its ratio, whether its bound holds, and that it is one of the list."""

import pytest

from bench.alternate import medians
from bench.bounds import MEASURED, compare, measured, unmeasured
from bench.figures import Measured, Way, number
from bench.load import Asked, told
from bench.pace import FULL, QUICK


@pytest.mark.parametrize(
    ("way", "ours", "peer", "ratio", "verdict"),
    [
        (Way.RATE, 30.0, 10.0, 3.0, "ok"),
        (Way.RATE, 10.0, 10.0, 1.0, "MISS"),
        (Way.TIME, 10.0, 30.0, 3.0, "ok"),
        (Way.TIME, 30.0, 10.0, 1 / 3, "MISS"),
        (Way.COST, 10.0, 10.0, 1.0, "ok"),
        (Way.COST, 30.0, 10.0, 3.0, "MISS"),
    ],
)
def test_a_bound_holds_on_its_side_of_the_ratio(
    way: Way, ours: float, peer: float, ratio: float, verdict: str
) -> None:
    figure = Measured("tokens", "opening", "a peer", "µs", way, 2).found(ours, peer)
    assert figure.ratio == pytest.approx(ratio)
    assert figure.verdict == verdict
    assert figure.line().startswith(verdict)


def test_what_has_no_bound_is_told() -> None:
    figure = Measured("tokens", "opening", "a peer", "µs", Way.COST).found(30, 10)
    assert (figure.holds, figure.verdict, figure.promise) == (True, "told", "-")


def test_a_measurement_of_nothing_and_a_bound_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no measurement"):
        MEASURED[0].found(0, 1)
    with pytest.raises(ValueError, match="above 0"):
        Measured("tokens", "opening", "a peer", "µs", Way.COST, 0)


def test_each_line_of_the_list_is_found_by_its_name() -> None:
    assert [measured(each.what, each.peer) for each in MEASURED] == list(MEASURED)


def test_nothing_is_measured_that_is_not_in_the_list() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        compare("no such thing", 1, {"nobody": 1})


def test_medians_are_of_rounds_that_alternate() -> None:
    order: list[str] = []
    values = {"a": iter([1.0, 9.0, 2.0]), "b": iter([5.0, 5.0, 5.0])}

    def measure(name: str) -> float:
        order.append(name)
        return next(values[name])

    found = medians({"a": lambda: measure("a"), "b": lambda: measure("b")}, rounds=3)
    assert found == {"a": 2, "b": 5}
    assert order == ["a", "b"] * 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12345.6, "12,346"), (42.42, "42.4"), (3.14159, "3.14"), (0.0123, "0.0123")],
)
def test_a_number_shows_three_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_quick_pace_does_less() -> None:
    assert (FULL.rounds(5), FULL.seconds(3), FULL.count(100)) == (5, 3, 100)
    assert (QUICK.rounds(5), QUICK.seconds(3), QUICK.count(100)) == (1, 1, 10)


def test_wrk_is_told_every_cookie_and_its_words_are_read() -> None:
    script = Asked("/", "ok", ("a=1", "a=2"), (("X-A", "b"),), "x=1").script()
    assert 'wrk.method = "POST"' in script
    assert "[[a=1]],\n[[a=2]]" in script
    assert told("  300 requests in 3.00s, 1MB read\nRequests/sec:    100.5\n") == (100.5, 300)


def test_a_line_of_the_list_that_was_not_measured_is_named() -> None:
    own = [each for each in MEASURED if each.bench == "tokens"]
    figures = [each.found(1, 1) for each in own]
    assert unmeasured("tokens", figures) == []
    assert unmeasured("tokens", figures[1:]) == [f"{own[0].what}, {own[0].peer}"]
    assert len(unmeasured("scale", figures)) > 1
