"""docs/doctor.md lists every code of the doctor as the program has it, and what it prints."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import pytest

from nextauth import Auth, Credentials
from nextauth.cli.doctor import (
    CONFIGURATION_CHECKS,
    SITE_CHECKS,
    Diagnosis,
    Finding,
    Report,
    Severity,
    examine,
)
from nextauth.cli.doctor.examining import Circumstances

PAGE = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
SECRET = "pZ4wVb81-tqLJmX0yGc7RfKd2eN6sUhA9iQo_3TkWnE"


def section(heading: str) -> str:
    _, found, rest = PAGE.partition(f"\n## {heading}\n")
    assert found, f"there is no section {heading!r}"
    return rest.partition("\n## ")[0]


def rows_of(diagnoses: Iterable[Diagnosis]) -> list[str]:
    return [
        f"| `{each.code}` | {each.severity} | {each.meaning} | {each.fix} |"
        for each in dict.fromkeys(diagnoses)
    ]


@pytest.mark.parametrize(
    ("heading", "diagnoses"),
    [
        (
            "What it finds in a configuration",
            [each for check in CONFIGURATION_CHECKS for each in check.diagnoses],
        ),
        (
            "What it finds in a running site",
            [each for check in SITE_CHECKS for each in check.diagnoses],
        ),
    ],
    ids=["configuration", "site"],
)
def test_every_code_has_its_row(heading: str, diagnoses: list[Diagnosis]) -> None:
    shown = re.findall(r"^\| `[a-z0-9-]+` \|.*$", section(heading), re.MULTILINE)
    assert shown == rows_of(diagnoses)


def test_the_report_that_is_shown_is_what_is_printed() -> None:
    [shown] = re.findall(r"^```text\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    auth = Auth(
        providers=[Credentials(authorize=lambda _credentials: None, account="email")],
        secret=SECRET,
        trust_host=True,
        events=[print],
        environ={},
    )
    around = Circumstances({}, lambda: 0.0, lambda: 0.0)
    assert asyncio.run(examine(auth, "main:auth", around)).text() == shown


def test_every_severity_and_member_is_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", section("What it prints"), re.MULTILINE) == list(Severity)
    named = set(re.findall(r"`(\w+)`", section("JSON")))
    assert {each.name for each in fields(Finding)} <= named
    assert {each.name for each in fields(Report)} | {
        "schema",
        "errors",
        "warnings",
        "notes",
    } <= named
