"""Owns how a good session's cookies are damaged: misnamed, torn, doubled, mixed with another's."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

Pairs = list[tuple[str, str]]


def headers_of(
    rng: Random, name: str, tokens: Sequence[str], chunks: Sequence[Mapping[str, str]], count: int
) -> Iterator[str]:
    """Answer `count` cookie headers that hold whole tokens or their chunks, and mean nobody.

    Args:
        rng: Chooses.
        name: The session cookie's name.
        tokens: Good tokens; two at least, of different people.
        chunks: Good sessions in chunks, of different people, of the same number of chunks.
        count: How many.
    """
    ways = (_misnamed, _torn, _doubled, _mixed)
    for number in range(count):
        pairs = ways[number % len(ways)](rng, name, tokens, [dict(each) for each in chunks])
        if rng.random() < 0.5:
            rng.shuffle(pairs)
        glue = rng.choice(("; ", ";", " ; ", ";;", "; \t"))
        beside = rng.choice(("", "theme=dark; ", "$Version=1; ", "a; ", "=; ", "\xff=\xfe; "))
        yield beside + glue.join(f"{sent}={value}" for sent, value in pairs)


def _misnamed(rng: Random, name: str, tokens: Sequence[str], chunks: list[dict[str, str]]) -> Pairs:
    """Good values under names that are only like ours."""
    wrong = rng.choice(
        (
            *(
                name.upper(),
                name.title(),
                f"__Secure-{name}",
                f"__Host-{name}",
                f"{name}.",
                name[1:],
            ),
            *(f"{name}.1", f"{name}.00", f"{name}.0x0", f"{name}.-0", f"{name}.\xb9", f"{name}[0]"),
            *(f"{name}\x00", f'"{name}"', f"\xa0{name}", f"%61{name[1:]}", name.replace("-", "_")),
            *(f"{name}.+0", f"{name}-0", f"{name}.0.0", f"{name} x", f"{name}\x0b", f".{name}"),
        )
    )
    if rng.random() < 0.5:
        return [(wrong, rng.choice(tokens))]
    return [(f"{wrong}.{sent.rpartition('.')[2]}", value) for sent, value in chunks[0].items()]


def _torn(rng: Random, name: str, _: Sequence[str], chunks: list[dict[str, str]]) -> Pairs:
    """Chunks that are missing, empty, swapped, renumbered, or one too many."""
    pairs = list(rng.choice(chunks).items())
    place = rng.randrange(len(pairs))
    sent, value = pairs[place]
    match rng.randrange(6):
        case 0:
            del pairs[place]
        case 1:
            pairs[place] = (sent, rng.choice(("", value[:-1], value + "A", value[::-1])))
        case 2:
            other = (place + 1) % len(pairs)
            pairs[place], pairs[other] = (sent, pairs[other][1]), (pairs[other][0], value)
        case 3:
            pairs[place] = (f"{name}.{rng.choice(('9', '31', '32', '01', '1.0', ' 1'))}", value)
        case 4:
            pairs.append((f"{name}.{len(pairs)}", rng.choice((value, "A", "junk", "."))))
        case _:
            pairs = [(f"{name}.{number + 1}", each) for number, (_, each) in enumerate(pairs)]
    return pairs


def _doubled(rng: Random, name: str, tokens: Sequence[str], chunks: list[dict[str, str]]) -> Pairs:
    """One name with two values: nobody can tell which of them is ours."""
    one, other = rng.sample(list(tokens), 2)
    extra = rng.choice((other, one[:-1], "", "junk", one.lower(), f'"{one}"'))
    if rng.random() < 0.5:
        return [(name, one), (name, extra)]
    sent, value = rng.choice(list(chunks[0].items()))
    return [*chunks[0].items(), (sent, rng.choice(("", "junk", value[1:], chunks[1][sent])))]


def _mixed(rng: Random, name: str, tokens: Sequence[str], chunks: list[dict[str, str]]) -> Pairs:
    """Chunks of two people, or two whole sessions at once."""
    if rng.random() < 0.3:
        return [(name, rng.choice(tokens)), *rng.choice(chunks).items()]
    mine, theirs = rng.sample(chunks, 2)
    mine[rng.choice(list(mine))] = rng.choice(list(theirs.values()))
    return list(mine.items())
