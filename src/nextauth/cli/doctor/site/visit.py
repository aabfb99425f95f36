"""Owns which requests a site is sent, and what is kept of the answers.

All are what anybody may send who is not signed in. None signs in, none carries a session or a
credential, and what is forged is the doctor's own name, which leads nowhere (RFC 6761, 6.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from nextauth.cli.doctor.site.wire import Answer, Ask, Client, Headers, UnansweredError
from nextauth.config import CookiePlan, Settings
from nextauth.web import Origin

__all__ = ["FORGED", "Place", "Visit", "pay_visit"]

FORGED = "nextauth-doctor.invalid"
_LONG_COOKIE = 8_000  # bytes of the header, which every proxy should let through: below 8 KiB
_LONG_PATH = "/" + "a/" * 950  # each slash has three bytes in the callback-url cookie
_JSON: Headers = (("accept", "application/json"),)
_PAGE: Headers = (
    ("accept", "text/html"),
    ("accept-encoding", "gzip"),
    ("sec-fetch-mode", "navigate"),
)
_OTHERS = {"http": "https", "https": "http"}
_PORTS = {"http": 80, "https": 443}
Outcome = Answer | UnansweredError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site is.

    Args:
        origin: Scheme, host and port.
        path: The path of its address, without a slash at the end.
    """

    origin: Origin
    path: str = ""

    @classmethod
    def parse(cls, url: str) -> Place | None:
        """Read an address as people copy it from a browser.

        Args:
            url: The address; one with a user name or a query is None.
        """
        try:
            parts = urlsplit(url)
        except ValueError:  # a bracket that is not closed
            return None
        origin = Origin.of(parts.scheme.lower(), parts.netloc)
        if origin is None or parts.query or parts.fragment:
            return None
        return cls(origin, parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class Visit:
    """What a site answered.

    Args:
        settings: The configuration that it should run on.
        place: Where it was looked for.
        answers: What came of each question, by its name.
        elsewhere: The path that the routes answered under, where that is not ``base_path``.
    """

    settings: Settings
    place: Place
    answers: Mapping[str, Outcome] = field(repr=False)
    elsewhere: str | None = None

    def answer(self, name: str) -> Answer | None:
        """Answer what came of a question; None where nothing did.

        Args:
            name: The question's name.
        """
        outcome = self.answers.get(name)
        return outcome if isinstance(outcome, Answer) else None

    @property
    def plan(self) -> CookiePlan:
        """Names and attributes that the cookies should have there."""
        return self.settings.cookies_on(self.place.origin)

    @property
    def is_served(self) -> bool:
        """Whether the routes are there; else nothing more can be said."""
        return self.elsewhere is None and provider_origin(self.answer("providers")) is not None

    @property
    def is_at_home(self) -> bool:
        """Whether the site calls itself what it was asked at."""
        return self.is_served and provider_origin(self.answer("providers")) == self.place.origin


def provider_origin(answer: Answer | None) -> Origin | None:
    """Answer which origin the URLs of ``GET providers`` are on; None where there are none.

    Args:
        answer: The answer.
    """
    if answer is None or answer.status != 200:  # noqa: PLR2004
        return None
    try:
        url = next(iter(answer.data().values()))["signinUrl"]
        parts = urlsplit(url)
        return Origin.of(parts.scheme, parts.netloc)
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        return None


async def pay_visit(client: Client, place: Place, settings: Settings) -> Visit:
    """Ask a site everything; if its routes are not there, only where else they are.

    Args:
        client: Sends the requests.
        place: Where the site is.
        settings: The configuration that it should run on.
    """
    root, base = str(place.origin), settings.base_path
    answers: dict[str, Outcome] = {}
    first = Ask(f"{root}{base}/providers", headers=_JSON)
    answers["providers"] = await _outcome(client, first)
    if provider_origin(_answered(answers["providers"])) is None:
        elsewhere = None
        if isinstance(answers["providers"], Answer):
            elsewhere = await _sought(client, place, base)
        return Visit(settings, place, answers, elsewhere)
    for name, ask in _questions(place, base):
        answers[name] = await _outcome(client, ask)
    return Visit(settings, place, answers)


async def _outcome(client: Client, ask: Ask) -> Outcome:
    try:
        return await client.send(ask)
    except UnansweredError as error:
        return error


def _answered(outcome: Outcome) -> Answer | None:
    return outcome if isinstance(outcome, Answer) else None


async def _sought(client: Client, place: Place, base: str) -> str | None:
    """Answer where else the routes are: under the address's own path, without a part, or usual."""
    tail = base[base.index("/", 1) :] if base.count("/") > 1 else base
    for path in dict.fromkeys((f"{place.path}{base}", tail, "/api/auth")):
        if path == base:
            continue
        ask = Ask(f"{place.origin}{path}/providers", headers=_JSON)
        if provider_origin(_answered(await _outcome(client, ask))) is not None:
            return path
    return None


def _questions(place: Place, base: str) -> Iterator[tuple[str, Ask]]:
    origin = place.origin
    at = f"{origin}{base}"
    providers = f"{at}/providers"
    yield "csrf", Ask(f"{at}/csrf", headers=_JSON)
    yield "csrf again", Ask(f"{at}/csrf", headers=(*_JSON, ("origin", f"https://{FORGED}")))
    yield "session", Ask(f"{at}/session", headers=_JSON)
    yield "signin", Ask(f"{at}/signin", headers=_PAGE)
    yield (
        "forwarded host",
        Ask(
            providers,
            headers=(*_JSON, ("x-forwarded-host", FORGED), ("forwarded", f"host={FORGED}")),
        ),
    )
    other = _OTHERS[origin.scheme]
    yield "forwarded proto", Ask(providers, headers=(*_JSON, ("x-forwarded-proto", other)))
    yield "host", Ask(providers, headers=(*_JSON, ("host", FORGED)))
    yield (
        "post",
        Ask(
            f"{at}/session",
            "POST",
            (
                *_JSON,
                ("content-type", "application/json"),
                ("origin", str(origin)),
                ("sec-fetch-site", "same-origin"),
            ),
            b"{}",
        ),
    )
    half = "x" * (_LONG_COOKIE // 2 - len("cookie: nextauth-doctor.0="))
    long = f"nextauth-doctor.0={half}; nextauth-doctor.1={half}"
    yield "long cookie", Ask(f"{at}/session", headers=(*_JSON, ("cookie", long)))
    long_url = f"{at}/signin?callbackUrl={origin}{_LONG_PATH}"
    yield "long answer", Ask(long_url, headers=_PAGE)
    if origin.is_secure and origin.port == _PORTS["https"]:
        yield "plain http", Ask(f"http://{origin.host}{base}/session", headers=_JSON)
