"""Every code of the doctor is planted by a test, and has one meaning."""

import pytest

from nextauth.cli.doctor import CONFIGURATION_CHECKS, SITE_CHECKS, Diagnosis, Severity, diagnoses
from tests.proxies import faulty_sites
from tests.unit.cli.doctor import configuration_faults

# Those for which it takes another way to the site, or none: see `test_command` and
# `tests/proxies/test_doctor_faults`.
ELSEWHERE = {"site-unreachable", "certificate-refused", "host-believed"}


def test_every_code_is_planted() -> None:
    planted = {fault.code for fault in (*configuration_faults.FAULTS, *faulty_sites.FAULTS)}
    assert planted - {None} | ELSEWHERE == {each.code for each in diagnoses()}


def test_no_code_has_two_meanings() -> None:
    codes = [each.code for each in diagnoses()]
    assert len(codes) == len(set(codes)) > 40


def test_every_check_says_what_it_looks_at_and_what_it_may_find() -> None:
    configured = [(each.looks_at, each.diagnoses) for each in CONFIGURATION_CHECKS]
    running = [(each.looks_at, each.diagnoses) for each in SITE_CHECKS]
    subjects = [looks_at for looks_at, _ in (*configured, *running)]
    assert len(subjects) == len(set(subjects))
    assert all(found for _, found in (*configured, *running))


@pytest.mark.parametrize("diagnosis", diagnoses(), ids=lambda diagnosis: diagnosis.code)
def test_meaning_and_fix_are_sentences(diagnosis: Diagnosis) -> None:
    assert diagnosis.meaning.endswith(".")
    assert diagnosis.fix.endswith(".")


@pytest.mark.parametrize("code", ["", "Code", "two words", "-x", "x-"])
def test_a_code_of_another_form_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        Diagnosis(code, Severity.NOTE, "A meaning.", "A fix.")


@pytest.mark.parametrize(("meaning", "fix"), [("", "A fix."), ("A meaning.", " ")])
def test_a_diagnosis_without_words_is_refused(meaning: str, fix: str) -> None:
    with pytest.raises(ValueError, match="needs a meaning and a fix"):
        Diagnosis("code", Severity.NOTE, meaning, fix)


def test_what_a_site_says_cannot_steer_a_terminal() -> None:
    found = Diagnosis("code", Severity.NOTE, "A meaning.", "A fix.").found("a\x1b[2J\x9b\nb" * 200)
    assert found.value is not None
    assert found.value.startswith("a?[2J??ba?")
    assert len(found.value) == 400
