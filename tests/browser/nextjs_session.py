"""Owns what people do on the pages of `examples/nextjs-session`, and how Python writes for it."""

import json
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from nextauth import Auth, Credentials, User
from nextauth.testing import mint_session
from tests.browser.nextjs import Example, Site, running_site

EXAMPLE = Example("nextjs-session", "AUTH_URL", "authjs.session-token")
BY_COOKIE, BY_BEARER = "/api/python/me", "/api/me"


@dataclass(frozen=True)
class Person:
    """Somebody whom the Next.js site knows."""

    id: str
    name: str
    email: str
    password: str
    groups: int
    cookies: tuple[str, ...]

    @property
    def profile(self) -> dict[str, object]:
        """What the Python API answers about this person."""
        return {"id": self.id, "name": self.name, "email": self.email, "groups": self.groups}

    def is_shown_in(self, session: Mapping[str, Any]) -> bool:
        """Tell whether Auth.js's session is this person's."""
        return {**session["user"], "groups": session["groups"]} == self.profile

    @property
    def minimum(self) -> int:
        """Bytes that the session's cookies have at least."""
        return {1: 0, 2: 4096, 3: 8192}[len(self.cookies)]


ADA = Person("1", "Ada Lovelace", "ada@example.com", "analytical", 0, ("",))
GRACE = Person("3", "Grace Hopper", "grace@example.com", "compiler", 400, (".0", ".1"))
KATHERINE = Person(
    "4", "Katherine Johnson", "katherine@example.com", "trajectory", 650, (".0", ".1", ".2")
)
PEOPLE = [ADA, GRACE, KATHERINE]


@dataclass(frozen=True)
class SharedSite:
    """The Next.js site, the Python API behind it, and the secret that both have."""

    site: Site
    secret: str

    def url(self, path: str) -> str:
        return self.site.url(path)

    def written_in_python(self, person: Person) -> dict[str, str]:
        """Answer the cookies that a Python site of this address and secret sets at a sign-in."""
        auth = Auth(
            providers=[Credentials(authorize=lambda _: None, account="email")],
            secret=self.secret,
            base_url=self.site.origin,
            environ={},
        )
        user = User(id=person.id, name=person.name, email=person.email)
        return mint_session(auth, user, groups=[f"group-{n:03}" for n in range(person.groups)])


@contextmanager
def running_shared_site(venv: Path) -> Generator[SharedSite]:
    with running_site(EXAMPLE, venv) as site:
        settings = (EXAMPLE.folder / ".env").read_text(encoding="utf-8")
        found = re.search("^AUTH_SECRET=(.+)$", settings, re.MULTILINE)
        assert found is not None
        yield SharedSite(site, found[1])


def fill_in(page: Page, person: Person, password: str | None = None) -> None:
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(password or person.password)


def sign_in(page: Page, shared: SharedSite, person: Person) -> None:
    page.goto(shared.url("/"))
    fill_in(page, person)
    page.get_by_role("button", name="Sign in").click()
    expect_greeting(page, person)


def expect_greeting(page: Page, person: Person) -> None:
    heading = page.get_by_role("heading", name=f"Hello, {person.name}", exact=True)
    expect(heading).to_be_visible()


def shown(page: Page, what: str) -> Any:  # noqa: ANN401 - JSON
    """Answer what the page shows under this label."""
    return json.loads(page.get_by_role("status", name=what, exact=True).inner_text())


def session_cookies(page: Page) -> dict[str, str]:
    """Answer the browser's session cookies by what their names end in."""
    name = EXAMPLE.session_cookie
    return {
        cookie["name"].removeprefix(name): cookie["value"]
        for cookie in page.context.cookies()
        if cookie["name"].startswith(name)
    }


def put(page: Page, shared: SharedSite, cookies: dict[str, str]) -> None:
    page.context.add_cookies(
        [
            {"name": name, "value": value, "url": shared.site.origin, "httpOnly": True}
            for name, value in cookies.items()
        ]
    )
