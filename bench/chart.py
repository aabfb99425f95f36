"""Owns the chart: one SVG, light and dark, without scripts, fonts or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bench.bounds import AUTHCORE, OPEN, PAGE, SESSION, SIGN_IN
from bench.figures import Figure, number

__all__ = ["chart"]

PANELS = {
    SESSION: "GET session · requests a second, more is better",
    SIGN_IN: "Sign-in, without the hash · requests a second, more is better",
    PAGE: "A protected endpoint · requests a second, more is better",
    OPEN: "Opening a session token · microseconds, less is better",
}
HIDDEN = {"best Python JOSE", "the bare cipher"}  # no library of their own
WIDTH, LABEL, ROW, GAP, HEAD = 760, 190, 24, 26, 30
LONGEST = WIDTH - LABEL - 110
STYLE = (
    ".page{fill:#fff}.title{fill:#1f2328;font-weight:600}.text{fill:#1f2328}.peer{fill:#afb8c1}"
    ".ours{fill:#2a58d6}.strong{font-weight:600}text{font:13px system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){.page{fill:#0d1117}.title,.text{fill:#e6edf3}"
    ".peer{fill:#57606a}.ours{fill:#6e9bff}}"
)


def chart(figures: Sequence[Figure], note: str) -> str:
    """The chart of the figures that it has panels for, with a note at its foot."""
    parts, top, told = [], 16, []
    for what, heading in PANELS.items():
        rows = [each for each in figures if each.measured.what == what]
        shown = [each for each in rows if each.measured.peer not in HIDDEN]
        if not shown:
            continue
        bars = [("nextauth", shown[0].ours)] + [(e.measured.peer, e.peer) for e in shown]
        parts.append(panel(heading, bars, top))
        told += [f"{what}: " + ", ".join(f"{name} {number(value)}" for name, value in bars)]
        top += HEAD + ROW * len(bars) + GAP
    parts.append(text_at(16, top - 4, escape(note), "text"))
    top += 28
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" '
        f'aria-labelledby="title desc"><title id="title">nextauth beside {AUTHCORE} and others'
        f'</title><desc id="desc">{escape("; ".join(told))}.</desc><style>{STYLE}</style>\n'
        f'<rect class="page" width="{WIDTH}" height="{top}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text_at(x: float, y: int, shown: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y + 13}">{shown}</text>'


def panel(heading: str, bars: Sequence[tuple[str, float]], top: int) -> str:
    most = max(value for _, value in bars)
    lines = [f'<text class="title" x="16" y="{top + 14}">{escape(heading)}</text>']
    for index, (name, value) in enumerate(bars):
        y = top + HEAD + index * ROW
        length = max(2.0, LONGEST * value / most)
        kind, strong = ("ours", " strong") if index == 0 else ("peer", "")
        lines += [
            text_at(LABEL - 8, y, escape(name), f'text{strong}" text-anchor="end'),
            f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{length:.1f}" height="17" rx="3"/>',
            text_at(LABEL + length + 6, y, number(value), f"text{strong}"),
        ]
    return "\n".join(lines)
