"""Owns how a good token is damaged: each way in turn, its place chosen by a seed.

Every mutant differs from every token that was ever sealed, so each of them must open nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from random import Random
from urllib.parse import quote

URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
Mutation = Callable[[Random, Sequence[str]], str]


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _one(rng: Random, tokens: Sequence[str]) -> list[str]:
    return rng.choice(tokens).split(".")


def _flip_a_bit(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.randrange(len(token))
    return f"{token[:place]}{chr(ord(token[place]) ^ 1 << rng.randrange(8))}{token[place + 1 :]}"


def _change_a_letter(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.randrange(len(token))
    return f"{token[:place]}{rng.choice(URL_SAFE)}{token[place + 1 :]}"


def _swap_a_case(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.randrange(len(token))
    return f"{token[:place]}{token[place].swapcase()}{token[place + 1 :]}"


def _cut(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.randrange(len(token))
    return rng.choice((token[:place], token[place:], token[:place] + token[place + 1 :]))


def _grow(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.randrange(len(token) + 1)
    return f"{token[:place]}{rng.choice(URL_SAFE + '.')}{token[place:]}"


def _repeat(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    start, end = sorted((rng.randrange(len(token)), rng.randrange(1, len(token) + 1)))
    return f"{token[:end]}{token[start:]}" if end > start else token * 2


def _splice_segments(rng: Random, tokens: Sequence[str]) -> str:
    """Take each segment from a token of its own."""
    return ".".join(_one(rng, tokens)[place] for place in range(5))


def _splice_texts(rng: Random, tokens: Sequence[str]) -> str:
    """Join the blocks of two ciphertexts, as CBC without a tag would allow."""
    one, other = _one(rng, tokens), _one(rng, tokens)
    place = rng.randrange(min(len(one[3]), len(other[3]))) // 4 * 4
    one[3] = one[3][:place] + other[3][place:]
    return ".".join(one)


def _shuffle_segments(rng: Random, tokens: Sequence[str]) -> str:
    segments = _one(rng, tokens)
    rng.shuffle(segments)
    return ".".join(segments)


def _empty_a_segment(rng: Random, tokens: Sequence[str]) -> str:
    segments = _one(rng, tokens)
    segments[rng.choice((0, 2, 3, 4))] = rng.choice(("", "A", "AA", "=", "null"))
    return ".".join(segments)


def _fill_the_key(rng: Random, tokens: Sequence[str]) -> str:
    segments = _one(rng, tokens)
    segments[1] = rng.choice(("A", "AAAA", _encoded(rng.randbytes(40)), "=", " "))
    return ".".join(segments)


def _change_the_header(rng: Random, tokens: Sequence[str]) -> str:
    segments = _one(rng, tokens)
    header = json.loads(_decoded(segments[0]))
    header.update(
        rng.choice(
            (
                {"alg": "none"},
                {"alg": "HS256"},
                {"alg": "A256KW"},
                {"alg": "DIR"},
                {"alg": None},
                {"enc": "A128GCM"},
                {"enc": "A256GCM" if "CBC" in header["enc"] else "A256CBC-HS512"},
                {"enc": "A128CBC-HS256"},
                {"zip": "DEF"},
                {"crit": ["exp"], "exp": 1},
                {"crit": []},
                {"b64": False},
                {"jwk": {"kty": "oct", "k": "AAAA"}},
                {"jku": "https://evil.example/jwks"},
                {"x5u": "https://evil.example/x5u"},
                {"kid": rng.choice(("", "../../../dev/null", "' or 1=1--", None, 0, "A" * 86))},
                {"typ": "JWT"},
                {"cty": "JWT"},
                {"p2c": 10**9, "p2s": "AAAA"},
                {"epk": {"kty": "OKP", "crv": "X25519", "x": "AAAA"}},
            )
        )
    )
    segments[0] = _encoded(json.dumps(header).encode())
    if rng.random() < 0.2:  # and as if it were another kind of token
        segments = segments[: rng.choice((2, 3))]
    return ".".join(segments)


def _respell_the_header(rng: Random, tokens: Sequence[str]) -> str:
    """Say the same in JSON that is written otherwise: the tag covers the bytes."""
    segments = _one(rng, tokens)
    header = json.loads(_decoded(segments[0]))
    items = list(header.items())
    rng.shuffle(items)
    text = rng.choice(
        (
            json.dumps(dict(items), separators=(", ", ": ")),
            json.dumps(dict(items), indent=rng.randrange(4)),
            json.dumps(header, separators=(",", ":")).replace("dir", "\\u0064ir"),
            f"{json.dumps(header, separators=(',', ':'))}{' ' * rng.randrange(1, 4)}",
            json.dumps(header, separators=(",", ":")).replace("{", '{"alg":"none",', 1),
        )
    )
    segments[0] = _encoded(text.encode())
    return ".".join(segments)


def _respell_base64(rng: Random, tokens: Sequence[str]) -> str:
    """Write the same bytes otherwise: padding, spaces, the other alphabet, stray bits."""
    segments = _one(rng, tokens)
    place = rng.choice((0, 2, 3, 4))
    text = segments[place]
    cut = rng.randrange(len(text) + 1)
    segments[place] = rng.choice(
        (
            text + "=" * rng.randrange(1, 4),
            f"{text[:cut]}{rng.choice((' ', '%0A', '%09', '%00', '%0D%0A', '=', '!'))}{text[cut:]}",
            # Four letters that a lenient decoder skips: the rest has its length still.
            f"{text[:cut]}{rng.choice(('!', '=', '%20', '%0A', '%C3%A9', '%00')) * 4}{text[cut:]}",
            text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4 or 4),
            text[:-1] + rng.choice(URL_SAFE),  # the last letter's unused bits
            text[:-1] + URL_SAFE[URL_SAFE.index(text[-1]) ^ 1],
        )
    )
    return ".".join(segments)


def _respell_in_percent(rng: Random, tokens: Sequence[str]) -> str:
    """Write a letter as something that a lenient decoder would take for it."""
    token = rng.choice(tokens)
    place = rng.randrange(len(token))
    letter = token[place]
    code = ord(letter)
    written = rng.choice(
        (
            f"%25{code:02x}",  # decoded twice
            f"%u{code:04x}",
            f"%{0xC0 | code >> 6:02x}%{0x80 | code & 0x3F:02x}",  # overlong
            f"%{code:x}".replace("%", "%%"),
            f"\\x{code:02x}",
            f"&#{code};",
            f"=?q?={code:02X}?=",
            quote(chr(code + 0xFEE0)) if code > 0x20 else "%",  # full width
        )
    )
    return f"{token[:place]}{written}{token[place + 1 :]}"


def _add_what_is_no_text(rng: Random, tokens: Sequence[str]) -> str:
    token = rng.choice(tokens)
    place = rng.choice((0, rng.randrange(len(token)), len(token)))
    dirt = rng.choice(
        (
            *("\x00", "\x01", "\x0b", "\x1f", "\x7f", "\x80", "\xa0", "\xad", "\xff", "%00", "%20"),
            *("%E2%80%8B", "%EF%BB%BF", "%C2%A0", "%F0%9F%98%80", "%ed%a0%80", "%", "%zz", "%2B"),
            *('"', "'", "\\", "+", "#", "?"),
        )
    )
    return f"{token[:place]}{dirt}{token[place:]}"


MUTATIONS: tuple[Mutation, ...] = (
    _flip_a_bit,
    _change_a_letter,
    _swap_a_case,
    _cut,
    _grow,
    _repeat,
    _splice_segments,
    _splice_texts,
    _shuffle_segments,
    _empty_a_segment,
    _fill_the_key,
    _change_the_header,
    _respell_the_header,
    _respell_base64,
    _respell_in_percent,
    _add_what_is_no_text,
)


def mutants(rng: Random, tokens: Sequence[str], count: int) -> Iterator[tuple[str, str]]:
    """Answer `count` mutants of `tokens`, each with the name of its mutation."""
    for number in range(count):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        mutant = mutate(rng, tokens)
        # A semicolon would end the value, and space around it is no part of it (RFC 6265bis, 5.6).
        while mutant.replace(";", "").strip(" \t") in {*tokens, ""}:
            mutant = mutate(rng, tokens)
        yield mutate.__name__, mutant.replace(";", "")
