"""docs/asvs.md answers each requirement once, and proves what it says is met."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from nextauth import Throttle
from nextauth.presets import asvs
from nextauth.throttle import most_within
from tests.security.mutants import MUTANTS, ROOT

PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
MET, WITH_PRESET, YOURS, NOT_MET = "met", "met with `asvs`", "yours", "not met"
DAY = 24 * 60 * 60

# How many requirements each section of ASVS 5.0.0 has, and of which level each is.
LEVELS = {
    "3.1": "3",
    "3.2": "113",
    "3.3": "12223",
    "3.4": "11222233",
    "3.5": "11122333",
    "3.6": "3",
    "3.7": "22333",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
    "9.1": "111",
    "9.2": "1222",
}


class Row(NamedTuple):
    """One requirement's line."""

    number: str
    level: str
    asked: str
    answer: str
    how: str
    proofs: list[str]


def rows() -> list[Row]:
    lines = [line for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    found = []
    for line in lines:
        number, level, asked, answer, how, proofs = map(str.strip, line[1:-1].split("|"))
        named = re.findall(r"`([^`]+)`", proofs)
        assert " ".join(f"`{each}`" for each in named) == proofs, line
        found.append(Row(number, level, asked, answer, how, named))
    return found


ROWS = rows()


def proofs() -> dict[str, str]:
    """Answer the tests of the last table by their mutants."""
    table = PAGE.partition("\n## The proofs\n")[2]
    lines = re.findall(r"^\| `([^`]+)` \| [^|]+ \| `([^`]+)` \|$", table, re.MULTILINE)
    assert len(lines) == table.count("\n|") - 2
    return dict(lines)


def test_every_requirement_has_one_row_with_its_level_in_the_standards_order() -> None:
    expected = [
        (f"{section}.{number}", level)
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
    ]
    assert [(row.number, row.level) for row in ROWS] == expected


def test_every_row_says_what_is_asked_and_has_one_of_the_answers() -> None:
    for row in ROWS:
        assert row.asked, row
        assert row.how, row
        assert row.answer in {MET, WITH_PRESET, YOURS, NOT_MET}, row


def test_a_row_has_a_proof_if_and_only_if_it_is_met() -> None:
    for row in ROWS:
        assert bool(row.proofs) is (row.answer in {MET, WITH_PRESET}), row
        assert set(row.proofs) <= set(MUTANTS), row


def test_every_proof_is_one_of_a_row() -> None:
    used = {proof for row in ROWS for proof in row.proofs}
    assert used == set(MUTANTS)


def test_the_last_table_names_the_test_of_each_mutant() -> None:
    assert proofs() == {mutant.id: mutant.test for mutant in MUTANTS.values()}


@pytest.mark.parametrize("named", sorted({mutant.test for mutant in MUTANTS.values()}))
def test_each_test_that_is_named_exists(named: str) -> None:
    path, _, function = named.partition("::")
    text = (Path(ROOT) / "tests" / path).read_text(encoding="utf-8")
    assert f"\ndef {function}(" in text


def test_the_sum_is_right() -> None:
    count = Counter(row.answer for row in ROWS)
    sentence = (
        f"Of {len(ROWS)} requirements, {count[MET]} are met, {count[WITH_PRESET]} more are met "
        f"with `asvs`, {count[YOURS]} are yours and {count[NOT_MET]} are not met."
    )
    assert sentence in PAGE


def test_what_is_not_met_says_whether_it_will_be() -> None:
    for row in ROWS:
        if row.answer == NOT_MET and row.how != "the same":
            assert re.search(r"issue|option", row.how), row


def test_the_preset_is_what_the_page_says() -> None:
    options = asvs()
    session, limits = options["session"], Throttle.strict().account
    assert options["throttle"].account == limits
    minute, hour, day = (each.tries for each in limits)
    assert [each.per for each in limits] == [60, 3600, DAY]
    for said in (
        f"`max_age` is {session.max_age:,} seconds",
        f"it ends after | {session.absolute_max_age // 3600} hours",
        f"written anew after | {session.update_age // 60} minute ",
        f"`staleness` is {options['revocation'].staleness:g}",
        f"on one account {minute} in a minute, {hour} in an hour, {day} in a day",
        f"refusals take at least | {options['padding'].floor} seconds",
    ):
        assert said in PAGE
    assert most_within(limits, 4 * DAY) == 100
