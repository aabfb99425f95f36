"""Owns what a mutant is, and the tests that more than one of them must fail."""

from dataclasses import dataclass

__all__ = ["CONTROLS", "EVERY_ANSWER", "EVERY_COOKIE", "Mutant"]

CONTROLS = "security/test_asvs_controls.py"
EVERY_COOKIE = (
    f"{CONTROLS}::test_every_cookie_on_https_is_kept_from_scripts_other_sites_and_other_protocols"
)
EVERY_ANSWER = f"{CONTROLS}::test_no_answer_can_be_framed_sniffed_or_loaded_as_something_else"


@dataclass(frozen=True)
class Mutant:
    """A control that is taken out.

    Args:
        id: Its name in docs/asvs.md.
        file: The file below ``src/nextauth/``.
        old: What stands there, once.
        new: What takes its place.
        test: The test that then fails: its path below ``tests/``, and its function.
    """

    id: str
    file: str
    old: str
    new: str
    test: str
