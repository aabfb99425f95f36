"""Whatever control is taken out of the package, a test misses it."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.security.mutants import MUTANTS, is_noticed, passes, plant
from tests.security.taken_out.mutant import Mutant

SOME = next(iter(MUTANTS.values()))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that goes at once: pytest would keep all these copies."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_control_that_is_taken_out_is_missed(mutant: Mutant, folder: Path) -> None:
    is_noticed(mutant, plant(mutant, folder))


def test_where_nothing_is_taken_out_every_one_of_these_tests_passes(folder: Path) -> None:
    passes(sorted({mutant.test for mutant in MUTANTS.values()}), plant(None, folder))


def test_a_mutant_that_changes_nothing_that_counts_is_told(folder: Path) -> None:
    harmless = replace(SOME, file="errors.py", old='"""Owns every error', new='"""Owns each error')
    with pytest.raises(AssertionError, match="without the control"):
        is_noticed(harmless, plant(harmless, folder))


def test_a_test_that_cannot_even_run_proves_nothing(folder: Path) -> None:
    broken = replace(SOME, file="errors.py", old="__all__ = [", new="import nope\n__all__ = [")
    with pytest.raises(AssertionError, match="not for its control"):
        is_noticed(broken, plant(broken, folder))


@pytest.mark.parametrize("old", ["no such text", "import"])
def test_a_mutant_that_fits_nowhere_or_in_several_places_says_so(old: str, folder: Path) -> None:
    with pytest.raises(ValueError, match=r"wants to replace one place in errors\.py"):
        plant(replace(SOME, file="errors.py", old=old), folder)
