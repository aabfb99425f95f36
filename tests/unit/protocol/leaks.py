"""Owns how tests look for a secret in a text, in whichever encoding it is written there."""

import json
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

NASTY = "Pä55'\"\\w & 100%+rd\u2603"
"""A password that each of the usual encodings writes in another way."""

ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "repr": repr,
    "repr in a dict": lambda text: repr({"password": text}),
    "ascii": ascii,
    "bytes": lambda text: repr(text.encode()),
    "json": json.dumps,
    "json, not escaped": lambda text: json.dumps(text, ensure_ascii=False),
    "percent": lambda text: quote(text, safe=""),
    "percent, slashes left": quote,
    "form": quote_plus,
    "upper case": str.upper,
    "base64": lambda text: b64encode(text.encode()).decode(),
    "basic": lambda text: b64encode(b"ada@example.com:" + text.encode()).decode(),
}


def _written(text: str) -> set[str]:
    return {encode(text) for encode in ENCODINGS.values()} | {repr(text)[1:-1]}


def hold(text: str, *withheld: str) -> list[str]:
    """Answer which of the withheld values a text holds, however they are written."""
    return [each for each in withheld for form in _written(each) if form.lower() in text.lower()]
