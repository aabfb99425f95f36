"""Owns what every directory must do: the same tests, with whichever system stands behind it.

A module of tests makes a `Desk` for its system and derives from `DirectoryContract`.
"""

import asyncio
import inspect
import unicodedata
from collections.abc import Awaitable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from nextauth import Auth, Credentials, Throttle, User
from nextauth.directories import Directory
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.events import SignInFailed
from nextauth.models import SubmittedCredentials
from nextauth.stores import Limit
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.wire import CALLBACK, Browser, make_auth

NAME, PASSWORD = "ada", "correct horse battery"
OTHER, OTHER_PASSWORD = "grace", "another horse battery"

_MARKS = (
    *(
        "'",
        '"',
        "' OR '1'='1",
        '" OR ""="',
        "';--",
        "1; DROP TABLE users",
        "*",
        "*)(uid=*",
        "(",
        ")",
    ),
    *("ada)(|(uid=*", "ada*", "\\", "\\2a", "%", "_", "%00", "\0", "ada\0", "ada\n", "\r\n.\r\n"),
    *(
        "\ud800",
        "ada\udfff",
        "\u202e",
        "\ufeff",
        "\uff41\uff44\uff41",
        "ada ",
        "ADA\t",
        "../../etc/passwd",
    ),
    *(
        "${jndi:ldap://x}",
        "{{7*7}}",
        "<script>",
        "a" * 1_024,
        "é" * 512,
        ":",
        "ada:ada",
        "@",
        "ada@",
    ),
    *("#", "/", "//", "?", "&a=b", "=", "+", ";", ",", "cn=ada,dc=example", "|id", "`id`", "$(id)"),
)
HOSTILE = [*_MARKS, *(f"{NAME}{mark}" for mark in _MARKS if len(mark) < 200)][:100]
"""A hundred texts that some system or other takes for more than a text."""


def means_ada(text: str) -> bool:
    """Tell whether a system may take a name for Ada's: by case, width and what shows nothing."""
    shown = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return unicodedata.normalize("NFKC", shown).strip().casefold() == NAME


class Desk:
    """A directory of one system, with two people in it, and the system's switch.

    Args:
        directory: The directory.
        account: The field that names the account.
        password: The field of the password.
    """

    def __init__(
        self, directory: Directory, *, account: str = "username", password: str = "password"
    ) -> None:
        self.directory = directory
        self.fields = account, password
        self.loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Let go of everything."""
        aclose = getattr(self.directory, "aclose", None)
        if aclose is not None:
            self.run(aclose())
        self.loop.close()

    def run(self, answer: Any | Awaitable[Any]) -> Any:  # noqa: ANN401 - as the directory says
        """Answer what a directory says, whether or not it has to be awaited."""
        if not inspect.isawaitable(answer):
            return answer

        async def awaited() -> Any:  # noqa: ANN401
            return await answer

        return self.loop.run_until_complete(awaited())

    def credentials(self, name: str = NAME, password: str = PASSWORD) -> SubmittedCredentials:
        return SubmittedCredentials(dict(zip(self.fields, (name, password), strict=True)))

    def check(self, name: str = NAME, password: str = PASSWORD) -> Any:  # noqa: ANN401
        return self.run(self.directory.check(self.credentials(name, password)))

    def revalidate(self, user: User) -> bool:
        answer: bool = self.run(self.directory.revalidate(user))
        return answer

    # What a system has to be told, by its own means.

    def disable(self, name: str) -> None:
        """Disable an account (or remove it, where the system knows nothing else)."""
        raise NotImplementedError

    @contextmanager
    def stopped(self) -> Generator[None]:
        """Stop the system for a while."""
        raise NotImplementedError
        yield


class DirectoryContract:
    """What every directory must do. Derive from it, with a fixture ``desk``."""

    def test_who_knows_the_password_is_who_they_are(self, desk: Desk) -> None:
        user, other = desk.check(), desk.check(OTHER, OTHER_PASSWORD)
        assert isinstance(user, User)
        assert isinstance(other, User)
        assert user.id
        assert user.id != other.id

    @pytest.mark.parametrize(
        ("name", "password"),
        [
            (NAME, "wrong"),
            (NAME, OTHER_PASSWORD),
            (NAME, PASSWORD + " "),
            (NAME, PASSWORD.upper()),
            ("nobody", PASSWORD),
            ("nobody", ""),
            (NAME, ""),
            (NAME, "  "),
            ("", ""),
            ("", PASSWORD),
        ],
    )
    def test_everybody_else_is_refused(self, desk: Desk, name: str, password: str) -> None:
        assert desk.check(name, password) is None

    def test_missing_fields_are_refused(self, desk: Desk) -> None:
        for fields in ({}, {desk.fields[0]: NAME}, {desk.fields[1]: PASSWORD}):
            assert desk.run(desk.directory.check(SubmittedCredentials(fields))) is None

    def test_a_hundred_hostile_names_are_nobodys(self, desk: Desk) -> None:
        for text in HOSTILE:
            if means_ada(text):
                continue
            assert desk.check(text, PASSWORD) is None, text
        assert isinstance(desk.check(), User)

    def test_a_hundred_hostile_passwords_are_wrong(self, desk: Desk) -> None:
        for text in HOSTILE:
            assert desk.check(NAME, text) is None, text
        assert isinstance(desk.check(), User)

    def test_a_hundred_hostile_inputs_are_answered_without_an_error(self, desk: Desk) -> None:
        browser = Browser(make_site(desk), way="json")
        for text in HOSTILE:
            if "\ud800" <= text[-1:] <= "\udfff" or any("\ud800" <= c <= "\udfff" for c in text):
                continue  # no form can hold it
            for name, password in ((text, PASSWORD), (NAME, text)):
                if means_ada(name) and password == PASSWORD:
                    continue
                reply = post(browser, desk, name, password)
                assert reply.status == 401, (name, password, reply)

    def test_a_disabled_account_is_refused_and_no_longer_vouched_for(self, desk: Desk) -> None:
        user = desk.check()
        assert desk.revalidate(user)
        desk.disable(NAME)
        try:
            assert desk.check() is None
        except CredentialsSignin as refusal:
            assert refusal.public_code != "credentials"  # noqa: PT017 - either is right
        assert not desk.revalidate(user)
        assert desk.revalidate(desk.check(OTHER, OTHER_PASSWORD))

    def test_nobody_is_vouched_for_who_is_not_there(self, desk: Desk) -> None:
        assert not desk.revalidate(User(id="nobody-of-this-name"))

    def test_a_disabled_account_is_signed_out_in_time(self, desk: Desk) -> None:
        clock = FakeClock()
        browser = Browser(make_site(desk, clock=clock, revalidate_after=60), way="json")
        assert post(browser, desk).status == 200
        clock.advance(59)
        assert browser.session() is not None
        desk.disable(NAME)
        clock.advance(2)
        assert browser.session() is None

    def test_an_outage_in_mid_load_is_told_as_one_and_ends_by_itself(self, desk: Desk) -> None:
        assert isinstance(desk.check(), User)
        with desk.stopped():
            for _ in range(12):
                with pytest.raises(SystemUnavailable):
                    desk.check()
            with pytest.raises(SystemUnavailable):
                desk.revalidate(User(id="1"))
        until_it_is_back(desk)
        assert isinstance(desk.check(), User)
        assert desk.check(NAME, "wrong") is None

    def test_an_outage_is_a_clear_page_and_no_counted_guess(self, desk: Desk) -> None:
        sink, limit = RecordingSink(), (Limit(2, 3_600),)
        throttle = Throttle(account=limit, pair=limit, address=limit, device=limit)
        browser = Browser(make_site(desk, throttle=throttle, events=[sink]), way="json")
        with desk.stopped():
            for _ in range(6):
                reply = post(browser, desk)
                assert (reply.status, reply.query["error"]) == (503, "SystemUnavailable")
                assert not reply.signs_in()
        assert sink.of(SignInFailed) == []
        until_it_is_back(desk)
        assert post(browser, desk).status == 200

    def test_no_secret_is_in_its_repr(self, desk: Desk) -> None:
        assert PASSWORD not in repr(desk.directory)


def until_it_is_back(desk: Desk, tries: int = 400) -> None:
    """Ask until the system answers again: the breaker leaves it alone for a moment."""
    for _ in range(tries):
        try:
            desk.check()
        except SystemUnavailable:
            desk.run(asyncio.sleep(0.05))
        else:
            return
    pytest.fail("the directory did not recover")


def make_site(desk: Desk, *, revalidate_after: int = 900, **options: Any) -> Auth:  # noqa: ANN401
    """Make a site whose people are in the directory."""
    provider = Credentials(desk.directory, revalidate_after=revalidate_after)
    return make_auth(providers=[provider], **options)


def post(browser: Browser, desk: Desk, name: str = NAME, password: str = PASSWORD) -> Any:  # noqa: ANN401
    """Sign in."""
    sent: Mapping[str, str] = desk.credentials(name, password)
    return browser.post(CALLBACK, dict(sent))
