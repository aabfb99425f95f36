"""The doctor finds each fault that is planted alone in a configuration, and that alone."""

import asyncio
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nextauth.cli.doctor import Report, examine
from nextauth.cli.doctor.configured.asking_stores import ask_stores
from nextauth.cli.doctor.configured.secrets import looks_guessable
from nextauth.cli.doctor.examining import Circumstances
from nextauth.config import Accept
from nextauth.errors import StoreUnavailable
from nextauth.presets import asvs
from nextauth.stores import Bucket, Taken
from nextauth.throttle import Throttle
from tests.unit.cli.doctor.configuration_faults import (
    FAULTS,
    NOW,
    OTHERS,
    SECRET,
    WORDS,
    Fault,
    Shared,
    auth_of,
    never_late,
)


def examined(fault: Fault) -> Report:
    around = Circumstances(fault.environ, lambda: NOW, fault.timer(), fault.workers)
    return asyncio.run(examine(auth_of(fault.arguments()), "site:auth", around))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_alone(fault: Fault) -> None:
    report = examined(fault)
    found = [each.code for each in report.findings]
    assert found == ([] if fault.code is None else [fault.code]), report.text()
    for told in (report.text(), report.json(), repr(report)):
        for hidden in (SECRET, WORDS, *OTHERS, "a-password", "a:b"):
            assert hidden not in told


def test_with_the_preset_an_older_cookie_is_told_to_break_two_of_its_promises() -> None:
    options = asvs()
    until = datetime.fromtimestamp(NOW, UTC) + timedelta(days=7)
    options["revocation"] = replace(options["revocation"], adopt_until=until)
    auth = auth_of(
        {
            **options,
            "accept": [Accept("next-auth-v3", secret=WORDS, until=until)],
            "clock": lambda: NOW,
        }
    )
    around = Circumstances({}, lambda: NOW, never_late)
    found = {each.code: each.value for each in asyncio.run(examine(auth, "a:b", around)).findings}
    assert found["accept-outlives"] == (
        f"SessionOptions(max_age=1785), Accept('next-auth-v3', until={until.isoformat()})"
    )
    assert found["accept-without-host-prefix"] == "CookieOptions(host_prefix=True)"


def test_nothing_is_sent_where_no_address_was_named() -> None:
    report = examined(FAULTS[0])
    assert (report.url, report.requests, report.left_out) == (None, 0, ())
    assert "answers of the stores" not in report.well
    assert "strength of the secrets" in report.well


@pytest.mark.parametrize(
    "secret",
    [
        "this is only a sentence with many gaps in it",
        "my-super-safe-nextauth-thing-of-2024",
        "Blue-Whales-dance-under-the-morning-rain",
        "abcdefghijklmnopqrstuvwxyz012345",
        "9f2c-1b00-7e41-88d2-4a6f-3c7e",
        "Xy7Xy9Xy7Xz9Yx7Xy9Zy7Xy9Xy7Yx9Xy",
        "zyxwvu-Kj3nQw8rTb5mLp2cVd9sFg6h1",
        "KKKKKKKKj3nQw8rTb5mLp2cVd9sFg6h1",
    ],
)
def test_what_a_person_thought_of_looks_guessable(secret: str) -> None:
    assert looks_guessable(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "9f2c81b07e4188d24a6f3c7e5b90da13",
        "9f2c81b0-7e41-88d2-4a6f-3c7e5b90da13",
        SECRET,
        "glove-tulip-orbit-fence-walnut-ember-crane-moss",
        "q3V7mZ0cK9sW1xT5bN8dR2fH6jL4pY/uE+aGiOoQ=",
    ],
)
def test_what_chance_made_does_not(secret: str) -> None:
    assert not looks_guessable(secret)


def test_hardly_any_secret_of_the_command_looks_guessable() -> None:
    made = [secrets.token_urlsafe(48) for _ in range(2000)]
    assert sum(looks_guessable(each) for each in made) <= 2


class Faulty(Shared):
    """Raises, or never answers; and cannot be closed."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error

    def __repr__(self) -> str:
        return "Faulty('redis://ada:hush@shelf/0')"

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        if self.error is None:
            await asyncio.Event().wait()
        else:
            raise self.error
        return await super().take(buckets, now=now)

    async def aclose(self) -> None:
        raise OSError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StoreUnavailable("Shelf.take: gone"), "Shelf.take: gone"),
        (RuntimeError(f"with {SECRET} in it"), "RuntimeError"),
        (None, "no answer within 0.01 seconds"),
    ],
)
def test_a_store_that_fails_in_its_own_way_is_told_of(error: Exception | None, told: str) -> None:
    settings = auth_of({"throttle": Throttle.standard(store=Faulty(error))}).settings
    [answer] = asyncio.run(ask_stores(settings, now=NOW, timer=never_late, longest=0.01))
    assert (answer.use, answer.seconds, answer.failure) == ("throttle", None, told)
    assert answer.store == "Faulty"  # its repr has a password


class Nameless(Faulty):
    """Cannot even say what it is."""

    def __repr__(self) -> str:
        raise RuntimeError(self.error)


def test_a_store_that_cannot_say_what_it_is_is_told_by_its_class() -> None:
    error = ValueError("hush")
    auth = auth_of({"throttle": Throttle.standard(store=Nameless(error))})
    [answer] = asyncio.run(ask_stores(auth.settings, now=NOW, timer=never_late))
    assert (answer.store, answer.failure) == ("Nameless", "ValueError")


def test_looking_at_a_configuration_alone_needs_no_http_client() -> None:
    program = (
        "import sys; sys.modules['httpx2'] = None; "
        "from nextauth.cli.commands import app; from nextauth.cli import doctor"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
def test_the_size_of_a_session_is_measured(dialect: str) -> None:
    around = Circumstances({}, lambda: NOW, never_late)
    report = asyncio.run(examine(auth_of({"dialect": dialect}), "site:auth", around))
    [told] = report.measured
    size = int(re.findall(r"takes (\d+) bytes", told)[0])
    assert 400 < size < 800
    rooms = [int(each.replace(",", "")) for each in re.findall(r"(\d,\d{3})", told)]
    assert rooms[0] == (3936 - size) * 3 // 4
    assert rooms[0] < rooms[1] < 6_000


def test_the_time_of_a_store_is_measured() -> None:
    [fault] = [each for each in FAULTS if each.code == "store-slow"]
    assert examined(fault).measured[1] == "the store for throttle answers in 250 ms"


def test_of_a_site_that_only_reads_there_is_nothing_to_measure() -> None:
    [fault] = [each for each in FAULTS if each.name == "none, only reads"]
    assert examined(fault).measured == ()
