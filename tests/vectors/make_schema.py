"""Owns the recorded cookies beside this file: all that a browser keeps of ours, by schema version.

Run it when the version has grown: ``python -m tests.vectors.make_schema``. It makes no file anew:
what a release has written must be read by the next ones, so a recorded file stays as it is.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from nextauth import (
    Auth,
    CookieOptions,
    Credentials,
    FormField,
    Revocation,
    SessionOptions,
    SubmittedCredentials,
    Throttle,
    User,
    __version__,
)
from nextauth.sessions import Freshness
from nextauth.sessions.claims import SCHEMA_VERSION
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import Browser, claims_of

__all__ = ["MOMENT", "PASSWORD", "SITES", "make_site"]

MOMENT = 1_800_000_000
SECRET = "the secret of the recorded cookies"
PASSWORD = "correct horse"
FIELDS = {
    "email": FormField("E-mail", type="email"),
    "password": FormField("Password", type="password"),
    "remember": FormField("Stay signed in", type="checkbox", required=False),
}
EXTRA: dict[str, dict[str, Any]] = {
    "plain": {},
    "full": {"role": "admin", "team": {"id": 7, "tags": ["a", "\u00e9", "\U0001f511"]}},
    "large": {"pad": "0123456789" * 400},
}
SITES = tuple(EXTRA)


def make_site(site: str, dialect: str, *, clock: FakeClock, asked: list[Any] | None = None) -> Auth:
    """Make one of the sites whose cookies are recorded.

    Args:
        site: One of `SITES`; ``"full"`` has everything turned on that leaves a trace in a cookie.
        dialect: What it writes.
        clock: Its clock.
        asked: Gets what `authorize` is asked.
    """

    def authorize(credentials: SubmittedCredentials) -> User | None:
        if asked is not None:
            asked.append(dict(credentials))
        if credentials["password"] != PASSWORD:
            return None
        return User(id="1", name="Ada", email=credentials["email"], extra=EXTRA[site])

    is_full = site == "full"
    provider = Credentials(
        authorize=authorize,
        fields=FIELDS,
        revalidate_fields=("email", "password") if is_full else (),
    )
    return Auth(
        providers=[provider],
        secret=SECRET,
        base_url="https://shop.example" if is_full else "http://localhost:3000",
        session=SessionOptions(remember_field="remember" if is_full else None),
        cookies=CookieOptions(host_prefix=is_full),
        revocation=Revocation(MemoryStore()) if is_full else None,
        throttle=Throttle.standard(),
        padding=None,
        dialect=dialect,
        clock=clock,
        environ={},
    )


def record(site: str, dialect: str) -> dict[str, Any]:
    """Answer what a browser keeps that has signed in, and what it must mean."""
    auth = make_site(site, dialect, clock=FakeClock(MOMENT))
    if auth.settings.revocation is not None:
        auth.revoke_user_sync("credentials", "1")  # so that there is an epoch
    browser = Browser(auth)
    token = browser.get("csrf").json["csrfToken"]
    browser.sign_in(callbackUrl="/orders?page=2")
    claims = claims_of(browser)
    request = browser.request("GET", "/")
    session = auth.session_sync(request)
    asked = session and auth.step_up_sync(request, session, Freshness(0, ("otp",)))
    query = dict(parse_qsl(urlsplit(asked.url or "").query)) if asked else {}
    return {
        "site": site,
        "dialect": dialect,
        "cookies": browser.jar,
        "claims": claims,
        "csrf_token": token,
        "step_up": query["stepUp"],
    }


def main() -> None:
    """Record the cookies of this version's schema."""
    cases = [record(site, dialect) for dialect in ("authjs", "next-auth-v4") for site in SITES]
    recorded = {"made_by": f"nextauth {__version__}", "schema": SCHEMA_VERSION, "cases": cases}
    file = Path(__file__).parent / f"schema-{SCHEMA_VERSION}.json"
    with file.open("x", encoding="utf-8") as opened:
        json.dump(recorded, opened, indent=1)
        opened.write("\n")


if __name__ == "__main__":
    main()
