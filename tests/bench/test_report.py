"""What a run leaves behind: page, chart, figures, and the table beside the run before."""

import json
import xml.etree.ElementTree as ET

import pytest

from bench.beside import beside
from bench.bounds import MEASURED
from bench.chart import chart
from bench.report import MEANINGS, Run, figures_json, readme

FIGURES = [each.found(1000 + n, 100) for n, each in enumerate(MEASURED)]
RUN = Run("2026-01-02", "2 cores", {"@auth/core": "0.41.3"}, FIGURES)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_shows_every_figure_with_its_bound() -> None:
    page = readme(RUN)
    for each in FIGURES:
        assert f"| {each.measured.what} | {each.measured.peer} |" in page
    assert "| ≥ 12 | MISS |" in page.replace("| 10.2", "| ")
    assert "@auth/core 0.41.3" in page
    assert "Measured on 2026-01-02: 2 cores." in page
    assert set(MEANINGS) == {each.bench for each in MEASURED}


@pytest.mark.parametrize("quick", [True, False])
def test_short_rounds_are_said_to_be_short(*, quick: bool) -> None:
    run = Run(RUN.date, RUN.machine, RUN.versions, FIGURES, quick)
    assert ("no figure to rely on" in readme(run)) is quick
    assert ("no figure to rely on" in chart(FIGURES, run.note)) is quick
    assert json.loads(figures_json(run))["quick"] is quick


def test_the_chart_is_one_accessible_picture_that_needs_nothing_from_elsewhere() -> None:
    drawn = chart(FIGURES, RUN.note)
    root = ET.fromstring(drawn)  # noqa: S314 - our own text
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "title desc"
    assert root.findtext(f"{SVG}title")
    assert "GET session: nextauth" in (root.findtext(f"{SVG}desc") or "")
    assert "prefers-color-scheme:dark" in drawn
    assert "<script" not in drawn
    assert "url(" not in drawn
    assert drawn.count("http") == 1  # the name of SVG itself


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    (line,) = (e for e in MEASURED if (e.what, e.peer) == ("GET session", "@auth/core"))
    bars = ET.fromstring(chart([line.found(200, 50)], "a note")).findall(f"{SVG}rect")[1:]  # noqa: S314
    ours, peer = (float(bar.attrib["width"]) for bar in bars)
    assert ours == pytest.approx(4 * peer, rel=0.01)
    assert [bar.attrib["class"] for bar in bars] == ["ours", "peer"]


def test_each_figure_stands_beside_the_one_before() -> None:
    now = json.loads(figures_json(RUN))
    then = {**now, "date": "2025-12-31", "figures": [{**now["figures"][0], "ours": 7, "ratio": 9}]}
    lines = beside(then, now).splitlines()
    assert lines[0] == "| figure | 2025-12-31 | 2026-01-02 | ratio before | ratio now |"
    assert "| 7 | 1,000 | 9.00 | 10.00 |" in lines[2]
    assert "| - | 1,001 | - |" in lines[3]
    assert len(lines) == 2 + len(FIGURES)
