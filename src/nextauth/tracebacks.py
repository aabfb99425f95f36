"""Owns how an exception is told in a log: its frames, and nothing that a person submitted."""

from __future__ import annotations

import traceback
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

__all__ = ["describe_exception"]


def describe_exception(error: BaseException, *, withhold: Iterable[str] = ()) -> str:
    """Render an exception and its causes for a log, without what a person submitted.

    The frames are kept, and the local values are not. A message that contains one of the
    submitted values, in any of the usual encodings, trimmed or in another Unicode form, is left
    out whole.

    Args:
        error: What was raised.
        withhold: The submitted values.

    Returns:
        Text of several lines, as a traceback has.
    """
    told = [(each, _message(each)) for each in _chain(error)]
    longest = max(len(_bare(said)) for _, said in told)
    needles = {
        _bare(form)
        for value in withhold
        for variant in _variants(value)
        # What is longer than every message is in none; encoding it would only cost time.
        if len(_bare(variant)) <= longest
        for form in _written_forms(variant)
    }
    lines: list[str] = []
    for each, said in told:
        lines.append("Traceback (most recent call last):\n")
        lines.extend(traceback.StackSummary.extract(traceback.walk_tb(each.__traceback__)).format())
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        bare = _bare(said)
        is_secret = any(needle in bare for needle in needles)
        shown = "[message withheld: it contains a submitted value]" if is_secret else said
        lines.append(f"{name}: {shown}\n")
    return "".join(lines).rstrip("\n")


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a log must not fail on what the application raised
        return "[its message cannot be made]"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        seen.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    yield from reversed(seen)


def _variants(value: str) -> set[str]:
    """Answer what an application makes of a value before it uses it (RFC 8265, 4.2)."""
    forms = (value, unicodedata.normalize("NFC", value), unicodedata.normalize("NFKC", value))
    return {*forms, *(form.strip() for form in forms)}


def _written_forms(value: str) -> Iterator[str]:
    if not value:
        return
    yield value
    yield repr(value)[1:-1]
    yield ascii(value)[1:-1]
    yield value.encode("unicode_escape").decode("ascii")
    from json import dumps  # noqa: PLC0415 - only what fails is told

    raw = value.encode("utf-8", "surrogatepass")
    yield repr(raw)[2:-1]
    yield dumps(value)[1:-1]
    yield dumps(value, ensure_ascii=False)[1:-1]
    yield quote(raw)
    yield quote(raw, safe="")
    yield quote_plus(raw)


def _bare(text: str) -> str:
    """Reduce a text to what is compared: how often quotes are escaped depends on what is around."""
    return text.replace("\\", "").casefold()
