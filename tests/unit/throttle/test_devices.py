"""The device cookie: made for one account, and nothing but that."""

from itertools import count

import pytest

from nextauth.throttle.devices import Devices
from nextauth.tokens import Keyring, PurposeBox

SECRET = "kV3q-of-the-throttle-tests-9Zx7Lw"
OTHER = "pT8n-another-of-the-throttle-4Qm2"
NOW = 1_800_000_000
ACCOUNT, STRANGER = "a" * 32, "b" * 32
_numbers = count(1)


def entropy(size: int) -> bytes:
    return next(_numbers).to_bytes(size)


def devices(*secrets: str) -> Devices:
    return Devices(Keyring(secrets or [SECRET]), entropy=entropy)


def sealed(*, now: float = NOW) -> str:
    return devices().seal(ACCOUNT, "credentials", "1", 7, now=now).value


def test_it_tells_which_browser_and_whose() -> None:
    one, other = (
        devices().open(sealed(), accounts=[STRANGER, ACCOUNT], provider="credentials", now=NOW)
        for _ in range(2)
    )
    assert one is not None
    assert other is not None
    assert (one.account, one.provider, one.user_id, one.epoch) == (ACCOUNT, "credentials", "1", 7)
    assert one.id != other.id


@pytest.mark.parametrize(
    ("account", "provider", "later"),
    [
        (STRANGER, "credentials", 0),
        (ACCOUNT, "staff", 0),
        (ACCOUNT, "credentials", 400 * 86_400 + 60),
    ],
    ids=["another-account", "another-provider", "too-old"],
)
def test_for_anything_else_it_is_nobody_s(account: str, provider: str, later: int) -> None:
    found = devices().open(sealed(), accounts=[account], provider=provider, now=NOW + later)
    assert found is None


def test_it_says_when_it_ends() -> None:
    made = devices().seal(ACCOUNT, "credentials", "1", 0, now=NOW + 0.7)
    assert made.expires == NOW + 400 * 86_400


def _of_purpose(purpose: str, **changed: object) -> str:
    box = PurposeBox(Keyring([SECRET]), purpose=purpose, entropy=entropy)
    claims = {"dev": "d", "acc": ACCOUNT, "prv": "credentials", "sub": "1", "epo": 0}
    return box.seal({**claims, **changed}, expires=NOW + 60)


def test_only_what_was_sealed_for_this_purpose_is_read() -> None:
    def is_read(cookie: str) -> bool:
        found = devices().open(cookie, accounts=[ACCOUNT], provider="credentials", now=NOW)
        return found is not None

    good = _of_purpose("device")
    assert is_read(good)
    for purpose in ("devices", "step-up", "pending", "throttle"):
        assert not is_read(_of_purpose(purpose))
    for name in ("dev", "acc", "prv", "sub", "epo"):
        for value in (None, ["x"], 1.5):
            assert not is_read(_of_purpose("device", **{name: value}))
    for cookie in ("", "x", good[:-1], f"{good}x", good.upper(), "." * 4, "x" * 100_000, "\udcff"):
        assert not is_read(cookie)


def test_it_outlives_a_new_secret_and_ends_with_the_old_one() -> None:
    def reads(*secrets: str) -> bool:
        known = devices(*secrets)
        found = known.open(sealed(), accounts=[ACCOUNT], provider="credentials", now=NOW)
        return found is not None

    assert reads(SECRET)
    assert reads(OTHER, SECRET)
    assert not reads(OTHER)
