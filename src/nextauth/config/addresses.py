"""Owns how what names an address is parsed: the site's own, trusted origins, proxies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_network

from nextauth.errors import Problem
from nextauth.web import Origin
from nextauth.web.origin import Network

__all__ = ["Addresses"]


class Addresses:
    """Parses what names an address, and notes what does not parse.

    Args:
        problems: Where to note it.
        base_path: Where the routes are mounted.
    """

    def __init__(self, problems: list[Problem], base_path: str) -> None:
        self._problems = problems
        self._base_path = base_path

    def base_url(self, text: str | None) -> Origin | None:
        """Answer the site's own origin.

        Args:
            text: Its public address.
        """
        if text is None:
            return None
        trimmed = text.rstrip("/") if isinstance(text, str) else ""
        for suffix in (str(self._base_path), ""):
            origin = Origin.parse(trimmed.removesuffix(suffix))
            if origin is not None:
                return origin
        self._problems.append(
            Problem(
                "base-url",
                f"base_url={_without_userinfo(text)!r} is no public address of the site.",
                "Write scheme and host, such as 'https://example.com'; a path may only be "
                f"{self._base_path!r}.",
            )
        )
        return None

    def origins(self, texts: Sequence[str]) -> list[Origin]:
        """Answer the other origins that are trusted.

        Args:
            texts: Each of them.
        """
        return list(self._origins(_listed(texts)))

    def _origins(self, texts: Iterable[object]) -> Iterator[Origin]:
        for text in texts:
            origin = Origin.parse(text.rstrip("/")) if isinstance(text, str) else None
            if origin is not None:
                yield origin
                continue
            self._problems.append(
                Problem(
                    "trusted-origin",
                    f"trusted_origins holds {text!r}, which is no origin.",
                    "Name each one whole, such as 'https://app.example.com'; patterns are not "
                    "supported.",
                )
            )

    def proxies(self, given: Sequence[str] | int) -> tuple[Network, ...] | int:
        """Answer the proxies' networks, or how many proxies there are.

        Args:
            given: Networks, or a number.
        """
        if isinstance(given, int) and not isinstance(given, bool):
            if given >= 0:
                return given
            given = (str(given),)
        return tuple(self._networks(_listed(given)))

    def _networks(self, given: Iterable[object]) -> Iterator[Network]:
        for text in given:
            try:
                # A number would be an address too: 2 is 0.0.0.2, and not two proxies.
                network = ip_network(str(text), strict=False)
            except ValueError:
                self._problems.append(
                    Problem(
                        "trusted-proxy",
                        f"trusted_proxies holds {text!r}, which is no network.",
                        "Write networks such as '10.0.0.0/8', or the number of proxies.",
                    )
                )
                continue
            if network.prefixlen:
                yield network
                continue
            self._problems.append(
                Problem(
                    "trusted-proxy-anybody",
                    f"trusted_proxies holds {text!r}, so that anybody could choose the address "
                    "that they come from.",
                    "Name your own proxies' networks, or write the number of proxies.",
                )
            )


def _listed(given: object) -> Iterable[object]:
    """Answer what was given as a list, and alone what is none."""
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return given
    return (given,)


def _without_userinfo(text: object) -> object:
    """Leave a user name and password out of an address that is quoted in an error."""
    if not isinstance(text, str) or "@" not in text:
        return text
    scheme, found, _ = text.partition("://")
    return f"{scheme if found else ''}{found}[hidden]@{text.rpartition('@')[2]}"
