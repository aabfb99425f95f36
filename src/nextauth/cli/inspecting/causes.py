"""Owns the causes for which something is no good session: what each means, and what to do."""

from __future__ import annotations

from enum import Enum

__all__ = ["Cause"]

_LOOK = "Look for the cookie whose name ends in session-token."


class Cause(Enum):
    """Why something is no good session: a stable code, what it means, and what to do."""

    WRONG_SECRET = (
        "wrong-secret",
        "None of the secrets opens it, or it was changed so that none does any more.",
        "Use the secret of the program that wrote it, on both sides.",
    )
    OTHER_DIALECT = (
        "other-dialect",
        "The cookie's name belongs to one dialect, the token in it to the other.",
        "Let both programs use one dialect and its names: Auth(dialect=...).",
    )
    OTHER_COOKIE_NAME = (
        "other-cookie-name",
        "The cookie has another name than it was sealed for, or than the site reads.",
        "Use one name on both sides. On https it begins with __Secure-: look at base_url.",
    )
    CHUNK_MISSING = (
        "chunk-missing",
        "Of a session in several cookies, one is missing.",
        "Pass on every one of them: name.0, name.1 and so on. A proxy may have dropped one.",
    )
    TRUNCATED = (
        "truncated",
        "It was cut off: its end, or the end of one of its cookies, is missing.",
        "Copy it whole. If it came so, look for a limit on its way, such as a proxy's.",
    )
    ALTERED = (
        "altered",
        "One of the secrets sealed it, and it was changed since.",
        "Look for what rewrites cookies on the way, or mixes the chunks of two sessions.",
    )
    EXPIRED = ("expired", "It was a good session, and is over.", "Sign in again.")
    CLOCK_SKEW = (
        "clock-skew",
        "It comes from the future: the clock of the machine that wrote it is ahead of this one.",
        "Set both clocks (NTP). 15 seconds are tolerated.",
    )
    PERCENT_ENCODED = (
        "percent-encoded",
        "There is percent-encoding on it, more than is undone.",
        "Decode it before it is sent, or do not encode it where it is set already.",
    )
    QUOTED = ("quoted", "There are quotes around it.", "Send it without quotes.")
    CSRF_COOKIE = (
        "csrf-cookie",
        "It is the CSRF cookie, which protects forms and says nothing of who is signed in.",
        _LOOK,
    )
    CALLBACK_COOKIE = (
        "callback-cookie",
        "It is the cookie that remembers where to go after signing in.",
        _LOOK,
    )
    CHECK_COOKIE = (
        "check-cookie",
        "It belongs to a sign-in that is under way (state, PKCE, nonce, challenge).",
        f"Finish signing in. {_LOOK}",
    )
    OTHER_PURPOSE = (
        "other-purpose",
        "This site sealed it for another purpose than a session, with that purpose's own key.",
        _LOOK,
    )
    OLDER_RELEASE = (
        "older-release",
        "It has the shape of a session of an older NextAuth.js.",
        "To read it for a while: Auth(accept=[Accept(...)]). Else let people sign in again.",
    )
    CONFLICT = (
        "conflict",
        "It came twice with different values, so nobody can tell which one is right.",
        "Delete both in the browser. One may have been set for a parent domain, or another path.",
    )
    TOO_LARGE = (
        "too-large",
        "It is larger than browsers keep or servers accept.",
        "Keep large things out of the token and the user's extra.",
    )
    NO_EXPIRY = (
        "no-expiry",
        "It opens, and its claims are no session's: exp is missing, or some time is no time.",
        "Let the program that wrote it set exp; its jwt callback or encode may have dropped it.",
    )
    FOREIGN = ("foreign", "It is a token of another kind than sessions are.", _LOOK)
    DELETED = (
        "deleted",
        "It has no value: that is how a session is deleted.",
        "Sign in again. If nobody signed out, look at the site's events.",
    )
    NO_SESSION_COOKIE = (
        "no-session-cookie",
        "None of these cookies is a session.",
        "If the site's session cookie has a name of its own, say so: --cookie NAME, or --auth.",
    )
    MALFORMED = ("malformed", "It is no token at all.", _LOOK)

    def __init__(self, code: str, meaning: str, fix: str) -> None:
        self.code = code
        self.meaning = meaning
        self.fix = fix
