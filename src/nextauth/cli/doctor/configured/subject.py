"""Owns what the checks of a configuration judge: settings, circumstances, answers of stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nextauth.cli.doctor.configured.asking_stores import StoreAnswer
from nextauth.config import Settings

__all__ = ["Configured"]


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration, and what is around it.

    Args:
        settings: The checked configuration.
        environ: The environment that the doctor runs in.
        now: Unix seconds.
        workers: How many processes serve the site, in all; None: nobody said so.
        answers: What the stores answered.
    """

    settings: Settings
    environ: Mapping[str, str] = field(repr=False)
    now: float
    workers: int | None = None
    answers: tuple[StoreAnswer, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether others than this machine are served."""
        address = self.settings.address
        if address.base_url is not None:
            return not address.base_url.is_loopback
        return address.trust_host
