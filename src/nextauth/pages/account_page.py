"""Owns what stands on the overview of an account: its rows, with times as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from nextauth.stores import Enrolment, SessionRecord

__all__ = ["AccountPage", "FactorRow", "FactorSection", "SessionRow"]


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One thing that a person has enrolled.

    Args:
        id: Its id.
        name: What they call it.
        added: The day, as ISO 8601 writes it.
        used: The day on which it was last used, or None.
        left: How many codes are left; None where it has none.
    """

    id: str
    name: str
    added: str
    used: str | None
    left: int | None = None

    @classmethod
    def of(cls, enrolment: Enrolment) -> Self:
        """Answer the row of an enrolment.

        Args:
            enrolment: The enrolment.
        """
        used = None if enrolment.used is None else _day(enrolment.used)
        is_set = enrolment.data == "" and enrolment.method == "recovery"
        left = len(enrolment.digests) if is_set or enrolment.digests else None
        return cls(enrolment.id, enrolment.name, _day(enrolment.created), used, left)

    @classmethod
    def of_browser(cls, enrolment: Enrolment) -> Self:
        """Answer the row of a browser that is not asked for a second factor.

        Args:
            enrolment: The browser's; its name is what the browser calls itself, cut, and its data
                the same in full where that is kept.
        """
        used = None if enrolment.used is None else _day(enrolment.used)
        said = enrolment.data or enrolment.name
        return cls(enrolment.id, said, _day(enrolment.created), used)


@dataclass(frozen=True, slots=True)
class FactorSection:
    """One kind of factor.

    Args:
        method: Its method.
        name: What it calls itself.
        add_url: Where one more is set up.
        rows: What the person has of it.
        is_codes: Whether it is a set of codes, which is renewed instead of added to.
    """

    method: str
    name: str
    add_url: str
    rows: Sequence[FactorRow]
    is_codes: bool = False


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session.

    Args:
        sid: Its id.
        browser: What the browser calls itself, or None.
        address: From where it was last used, or None.
        seen: When, as ISO 8601 writes it.
        is_this: Whether it is the one that is looking.
    """

    sid: str
    browser: str | None
    address: str | None
    seen: str
    is_this: bool

    @classmethod
    def of(cls, record: SessionRecord, *, is_this: bool) -> Self:
        """Answer the row of a session.

        Args:
            record: The session.
            is_this: Whether it is the one that is looking.
        """
        seen = datetime.fromtimestamp(record.seen, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return cls(record.sid, record.user_agent, record.address, seen, is_this)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The overview of an account.

    Args:
        who: Whose it is.
        sections: The factors.
        others: What is enrolled of factors that are not configured any more.
        devices: The browsers that are not asked for a second factor; each one's name is what it
            calls itself.
        sessions: Where the person is signed in.
        rename_url: Where a new name is sent.
        remove_url: Where a removal is sent.
        end_url: Where the end of a session is sent.
        home_url: The site's home page.
        signout_url: The sign-out page.
    """

    who: str
    sections: Sequence[FactorSection]
    others: Sequence[FactorRow] = ()
    devices: Sequence[FactorRow] = ()
    sessions: Sequence[SessionRow] = ()
    rename_url: str = field(default="", kw_only=True)
    remove_url: str = field(default="", kw_only=True)
    end_url: str = field(default="", kw_only=True)
    home_url: str = field(default="", kw_only=True)
    signout_url: str = field(default="", kw_only=True)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
