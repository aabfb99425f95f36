"""``python -m bench.beside [OLDER]``: each figure beside the previous one, as a Markdown table.

OLDER is a file of figures; without it, the one that the last commit has, or if that is the
present one, the one before it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import number

__all__ = ["beside"]

ROOT = Path(__file__).parents[1]
FILE = "bench/figures.json"


def beside(older: Mapping[str, Any], newer: Mapping[str, Any]) -> str:
    """The table; what was not measured before has a dash."""
    before = {(row["what"], row["peer"]): row for row in older["figures"]}
    lines = [f"| figure | {older['date']} | {newer['date']} | ratio before | ratio now |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for row in newer["figures"]:
        past = before.get((row["what"], row["peer"]))
        ours = number(past["ours"]) if past else "-"
        ratio = f"{past['ratio']:.2f}" if past else "-"
        lines.append(
            f"| {row['what']}, {row['peer']} ({row['unit']}) | {ours} | {number(row['ours'])} "
            f"| {ratio} | {row['ratio']:.2f} |"
        )
    return "\n".join(lines) + "\n"


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def previous(present: str) -> str:
    """The newest committed text that differs from the present one; without one, no figures."""
    for commit in git("log", "--format=%H", "--", FILE).split():
        listed = git("ls-tree", "--name-only", commit, FILE).strip()
        if listed and (text := git("show", f"{commit}:{FILE}")) != present:
            return text
    return '{"date": "before", "figures": []}'


if __name__ == "__main__":
    now = (ROOT / FILE).read_text()
    then = Path(sys.argv[1]).read_text() if len(sys.argv) > 1 else previous(now)
    print(beside(json.loads(then), json.loads(now)), end="")
