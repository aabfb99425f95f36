"""Owns what all that was pasted comes to: which cookie decides, and what its chunks say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.diagnosis import diagnose
from nextauth.cli.inspecting.findings import Finding, Report
from nextauth.cli.inspecting.names import shown_name
from nextauth.cli.inspecting.pasted import Pair, Pasted
from nextauth.cli.inspecting.shapes import enc_of, older_release
from nextauth.cli.inspecting.sites import Site
from nextauth.web import Cookies
from nextauth.web.set_cookies import CHUNK_SIZE

__all__ = ["inspected"]

_NUMBERED = re.compile(r"(?P<base>.+)\.(?P<number>[0-9]|[12][0-9]|3[01])\Z")
_CHUNK_SIZES = frozenset({CHUNK_SIZE, 4096 - 163})  # the second is v4's
_ENC_OF_V5 = "A256CBC-HS512"
_MOST_OF_PROXIES = 8_192
_LONGEST_WHOLE = 4_096  # of name and value browsers keep no more (RFC 6265bis, 5.6)
_WORSE = frozenset({Cause.ALTERED, Cause.MALFORMED, Cause.TRUNCATED, Cause.WRONG_SECRET})


def inspected(pasted: Pasted, site: Site) -> Report:
    """Answer what was pasted.

    Args:
        pasted: The cookies, or one token.
        site: What they are judged by.
    """
    if pasted.token is not None:
        note = "It was broken into lines, and is read as one token." if pasted.lines > 1 else ""
        return Report(diagnose(pasted.token, site, None), notes=(note,) if note else ())
    cookies = Cookies([_header(pasted.pairs)])
    if cookies.are_too_many:
        return Report(Finding(Cause.TOO_LARGE, detail="Of so many cookies none is read."))
    names = _session_names(pasted.pairs, site)
    findings = [_inspect_cookie(name, pasted.pairs, cookies, site) for name in names]
    if not findings:
        return Report(_no_session(pasted.pairs, site), notes=tuple(_sizes(pasted.pairs)))
    decisive = findings[0]
    if not site.is_known:
        decisive = next((each for each in findings if each.cause is None), decisive)
    others = tuple(each for each in findings if each is not decisive)
    notes = [*_variants(decisive, others), *_sizes(pasted.pairs)]
    return Report(decisive, others, tuple(notes))


def _header(pairs: Sequence[Pair]) -> str:
    return "; ".join(f"{name}={value}" for name, value in pairs)


def _base(name: str) -> str:
    numbered = _NUMBERED.match(name)
    return numbered["base"] if numbered else name


def _session_names(pairs: Sequence[Pair], site: Site) -> list[str]:
    """Answer the session cookies that came, those that the site reads first."""
    came = dict.fromkeys(_base(name) for name, _ in pairs)
    names = dict.fromkeys((*(each.name for each in site.names), *site.older.names))
    read = [each for each in names if each in came]
    known = {each.name for each in site.elsewhere(None)}
    usual = [each for each in came if each in known and each not in read]
    if read or usual:
        return read + usual
    return list(
        dict.fromkeys(
            _base(name)
            for name, value in pairs
            if site.other_than_session(name) is None and _is_like_a_token(value)
        )
    )


def _is_like_a_token(value: str) -> bool:
    plain = unquote(value).strip("\"'")
    return enc_of(plain) is not None or older_release(plain) is not None


def _no_session(pairs: Sequence[Pair], site: Site) -> Finding:
    for name, _ in pairs:
        cause = site.other_than_session(name)
        if cause is not None:
            return Finding(cause, cookie=name)
    count = len(pairs)
    came = "One cookie came." if count == 1 else f"{count} cookies came."
    return Finding(Cause.NO_SESSION_COOKIE, detail=came)


def _inspect_cookie(name: str, pairs: Sequence[Pair], cookies: Cookies, site: Site) -> Finding:
    mine = [pair for pair in pairs if pair[0] == name or _is_chunk(pair[0], name)]
    values = dict(mine)
    if any(values[sent] != value for sent, value in mine):
        return Finding(Cause.CONFLICT, cookie=name)
    chunks = {int(sent[len(name) + 1 :]): value for sent, value in values.items() if sent != name}
    found = []
    if name in values:
        found.append(_whole(name, values[name], cookies, site))
    if chunks:
        found.append(_in_chunks(name, dict(sorted(chunks.items())), cookies, site))
    good = [each for each in found if each.cause is None]
    if len(good) > 1:
        detail = f"{shown_name(name)} and its chunks are two good sessions."
        return replace(good[0], cause=Cause.CONFLICT, detail=detail)
    finding = (good or found)[0]
    if len(found) > 1:
        note = f"{shown_name(name)} came both whole and in chunks; one of them is left from before."
        finding = replace(finding, notes=(*finding.notes, note))
    if len(mine) > len(values):
        note = f"{shown_name(name)} came more than once, with the same value."
        finding = replace(finding, notes=(*finding.notes, note))
    return finding


def _is_chunk(sent: str, name: str) -> bool:
    numbered = _NUMBERED.match(sent)
    return numbered is not None and numbered["base"] == name


def _whole(name: str, raw: str, cookies: Cookies, site: Site) -> Finding:
    if not raw:
        return Finding(Cause.DELETED, cookie=name)
    read = cookies.candidates(name, site.older.most_escapes)
    is_whole_read = bool(read) and read[0] in (raw, cookies.get(name))
    finding = diagnose(read[0] if is_whole_read else raw, site, name)
    if finding.cause is None and not is_whole_read:
        detail = f"It has {len(raw)} bytes in one cookie; {_LONGEST_WHOLE} is the most."
        return replace(finding, cause=Cause.TOO_LARGE, detail=detail)
    return _noting_encoding(finding, raw)


def _noting_encoding(finding: Finding, raw: str) -> Finding:
    if finding.cause is not None or "%" not in raw:
        return finding
    note = "It was percent-encoded, which is undone."
    return replace(finding, notes=(*finding.notes, note))


def _in_chunks(name: str, chunks: dict[int, str], cookies: Cookies, site: Site) -> Finding:
    sizes = tuple((number, len(value)) for number, value in chunks.items())
    missing = [str(number) for number in range(max(chunks)) if not chunks.get(number)]
    total = sum(size for _, size in sizes)
    if missing:
        shown = ", ".join(f"{shown_name(name)}.{number}" for number in missing)
        detail = f"There is no {shown}."
        return Finding(Cause.CHUNK_MISSING, cookie=name, detail=detail, chunks=sizes, size=total)
    raw = "".join(chunks.values())
    read = cookies.candidates(name, site.older.most_escapes)
    finding = _noting_encoding(diagnose(read[-1] if read else raw, site, name), raw)
    finding = replace(finding, chunks=sizes)
    return _judged_by_sizes(finding, name, sizes) if finding.cause in _WORSE else finding


def _judged_by_sizes(finding: Finding, name: str, sizes: Sequence[tuple[int, int]]) -> Finding:
    """Answer whether one of the chunks was cut, or the last is missing, as their sizes tell."""
    *before, (last, size_of_last) = sizes
    full = max((size for _, size in before), default=CHUNK_SIZE)
    usual = {CHUNK_SIZE} if finding.enc == _ENC_OF_V5 else _CHUNK_SIZES
    short = [
        number
        for number, size in before
        if size < full or (size < CHUNK_SIZE and size not in usual)
    ]
    if short:
        detail = f"{shown_name(name)}.{short[0]} is shorter than a chunk before the last can be."
        return replace(finding, cause=Cause.TRUNCATED, detail=detail)
    is_full = size_of_last == full or size_of_last in _CHUNK_SIZES
    if finding.cause is Cause.TRUNCATED and is_full:
        shown = shown_name(name)
        detail = f"{shown}.{last} is full, and there is no {shown}.{last + 1}."
        return replace(finding, cause=Cause.CHUNK_MISSING, detail=detail)
    return finding


def _variants(decisive: Finding, others: Sequence[Finding]) -> Iterator[str]:
    if not others:
        return
    came = ", ".join(shown_name(str(each.cookie)) for each in (decisive, *others))
    first = shown_name(str(decisive.cookie))
    yield f"Several session cookies came: {came}. {first} is the one that decides."
    good = [shown_name(str(each.cookie)) for each in others if each.cause is None]
    if decisive.cause is not None and good:
        yield f"{good[0]} would be good by itself. Delete {first}."
    else:
        yield "Delete those that are left from another address (http, https) or another release."


def _sizes(pairs: Sequence[Pair]) -> Iterator[str]:
    size = sum(len(name) + len(value) + len("=; ") for name, value in pairs)
    if size > _MOST_OF_PROXIES:
        yield f"The cookies take {size} bytes; many proxies refuse more than {_MOST_OF_PROXIES}."
