"""Owns the hashes that other programs made, as the tests take them."""

import json
from pathlib import Path

from nextauth.passwords import ALL_SALTED, CHEAPEST, FoundPasswords

__all__ = ["CHEAP", "EVERY", "ONE_EACH", "ROWS", "TOO_LONG", "WEAK", "fresh"]

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "password_hashes.json").read_text(encoding="utf-8")
)
ROWS: list[dict[str, str]] = VECTORS["vectors"]
TOO_LONG: list[dict[str, str]] = VECTORS["too_long"]
WEAK = {each["family"] for each in ROWS} - set(ALL_SALTED)
EVERY = (*ALL_SALTED, *sorted(WEAK))
# One of each format and program, the cheapest to compute.
ONE_EACH = list({(each["format"], each["tool"]): each for each in ROWS}.values())
CHEAP = [each for each in ONE_EACH if "32768" not in each["hash"]]


def fresh(*accept: str) -> FoundPasswords:
    """Answer one that has met no hash yet."""
    return FoundPasswords(accept or EVERY, profile=CHEAPEST)
