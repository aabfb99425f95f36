"""Owns how the documentation's code is found, and how its parts become programs.

A comment in the line above a block says what the block is. It is not seen by readers:

=============================  ===================================================================
``<!-- file PATH -->``         what is saved as PATH
``<!-- append PATH -->``       what is added at the end of PATH, which a command has made; where it
                               is checked alone, ``tests/docs/within/PATH`` stands before it
``<!-- run -->``               commands of the first terminal
``<!-- serve -->``             the command there that starts the server
``<!-- second terminal -->``   commands of a second terminal, while the server runs
``<!-- prints -->``            what those print
=============================  ===================================================================

Every other Python block is a program of its own. If its first line is ``# continues``, it is the
next part of the program before it.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

__all__ = [
    "FROM_NOTHING",
    "PAGES",
    "PROGRAMS",
    "ROOT",
    "SECRET",
    "WALKED",
    "Block",
    "Program",
    "blocks_of",
    "programs_of",
]

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITHIN = Path(__file__).parent / "within"
SECRET = "Zk8vQ2mX5tB9wR1yN4cJ7hD0sF3gL6pA-uE_iOaT"
CONTINUES = "# continues"
FROM_NOTHING = "From nothing to a signed-in request"
LONGEST_RUN = 120
_HEADING = re.compile(r"^##? (.*)$", re.MULTILINE)
_BLOCK = re.compile(
    r"^(?:<!-- (?P<marker>.*?) -->\n)?```(?P<language>\S+)[^\n]*\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of code of a page.

    Args:
        page: The page's file.
        line: The number of its first line.
        section: The heading that it stands under.
        marker: What the comment above it says; empty without one.
        language: What stands behind the three backticks.
        text: What it holds.
    """

    page: Path
    line: int
    section: str
    marker: str
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def role(self) -> str:
        """What the marker says, without its path."""
        first = self.marker.partition(" ")[0]
        return first if first in {"file", "append"} else self.marker

    @property
    def path(self) -> str:
        """Where the block is saved."""
        return self.marker.partition(" ")[2]


@dataclass
class Program:
    """One complete program, with the lines of its page, and the files that it reads."""

    name: str
    section: str
    text: str
    files: dict[str, str] = field(default_factory=dict)

    @cached_property
    def file_name(self) -> str:
        return re.sub(r"\W", "_", self.name.lower()) + ".py"

    def add(self, block: Block) -> None:
        """Add a part, in the lines where the page has it if they are still free."""
        self.text += "\n" * (block.line - 1 - self.text.count("\n")) + block.text

    def run(self, folder: Path, then: str = "") -> str:
        """Run it as its reader would, with warnings as errors, and answer what it prints."""
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        file = folder / "program.py"
        file.write_text(self.text + then, encoding="utf-8")
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AUTH_", "NEXTAUTH_"))
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", file],
            env={**environment, "AUTH_SECRET": SECRET},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            check=False,
        )
        assert done.returncode == 0, f"{self.name} failed:\n{done.stderr}"
        return done.stdout


def blocks_of(page: Path, language: str | None = None) -> list[Block]:
    """Answer the blocks of a page, or those of one language."""
    text = page.read_text(encoding="utf-8")
    blocks = []
    for found in _BLOCK.finditer(text):
        headings = _HEADING.findall(_without_code(text[: found.start()]))
        blocks.append(
            Block(
                page,
                text.count("\n", 0, found.start("text")) + 1,
                headings[-1] if headings else "",
                found["marker"] or "",
                found["language"],
                found["text"],
            )
        )
    return [block for block in blocks if language in {None, block.language}]


def programs_of(page: Path) -> list[Program]:
    """Answer the programs of a page, each with the files that the page has saved by then."""
    programs: list[Program] = []
    files: dict[str, str] = {}
    for block in blocks_of(page):
        if block.role == "file":
            files[block.path] = block.text
        if block.language != "python":
            continue
        if block.text.startswith(CONTINUES):
            programs[-1].add(block)
            continue
        before = (WITHIN / block.path).read_text("utf-8") if block.role == "append" else ""
        program = Program(block.name, block.section, before, dict(files))
        program.add(block)
        programs.append(program)
    return programs


def _without_code(text: str) -> str:
    return _BLOCK.sub("", text)


# Those of the sections "From nothing …" among them, which are also run by their own commands.
PROGRAMS = [program for page in PAGES for program in programs_of(page)]
WALKED = [page for page in PAGES if any(b.section == FROM_NOTHING for b in blocks_of(page))]
