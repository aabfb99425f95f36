"""docs/configuration.md names every option there is, and its defaults are the code's."""

import inspect
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from nextauth import (
    Auth,
    Callbacks,
    CookieOptions,
    Credentials,
    FormField,
    JWTParams,
    Pages,
    RedirectParams,
    Revocation,
    SecondFactor,
    SessionOptions,
    SessionParams,
    SignInParams,
    Texts,
    Theme,
    TimePadding,
    User,
    factors,
)
from nextauth.factors import (
    FactorPolicyParams,
    MailFactor,
    MailTexts,
    RecoveryFactor,
    SmtpMailer,
    TotpFactor,
    WebAuthnFactor,
    WebAuthnPolicy,
    YubicoFactor,
    YubikeyFactor,
)
from nextauth.pages import FactorText
from nextauth.providers import Passkey
from nextauth.stores import MemoryStore, SessionRecord

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([A-Za-z_]+)`", PAGE))
_ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<default>[^|]*) \|", re.MULTILINE)
_DAY = 24 * 60 * 60


def section(heading: str) -> str:
    """Answer what stands under a heading, up to the next one of its level."""
    _, _, rest = PAGE.partition(f"\n## {heading}\n")
    assert rest, f"there is no section {heading!r}"
    return rest.partition("\n## ")[0]


def shown_defaults(text: str) -> dict[str, str]:
    return {found["name"]: found["default"] for found in _ROW.finditer(text)}


def subsection(heading: str) -> str:
    """Answer what stands under a heading of the section on second factors, up to the next."""
    _, _, rest = section("Second factors").partition(f"\n### {heading}\n")
    assert rest, f"there is no part {heading!r}"
    return rest.partition("\n### ")[0]


def test_every_argument_of_auth_has_its_row() -> None:
    rows = shown_defaults(section("All arguments of `Auth`"))
    assert list(rows) == list(inspect.signature(Auth).parameters)
    written = {name: shown for name, shown in rows.items() if shown.startswith("`")}
    defaults = {name: each.default for name, each in inspect.signature(Auth).parameters.items()}
    assert {name: shown.strip("`").replace('"', "'") for name, shown in written.items()} == {
        name: repr(defaults[name]) for name in written
    }
    assert {"trust_host", "base_path", "dialect", "trusted_proxies"} <= set(written)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Theme", Theme),
        ("Session", SessionOptions),
        ("Cookies", CookieOptions),
        ("Pages", Pages),
        ("Padding", TimePadding),
    ],
)
def test_every_argument_of_the_options_has_its_row(heading: str, kind: Any) -> None:  # noqa: ANN401
    rows = re.findall(r"^\| `(\w+)` \|", section(heading), re.MULTILINE)
    assert rows == [each.name for each in fields(kind)]


@pytest.mark.parametrize(
    "kind",
    [
        SecondFactor,
        TotpFactor,
        RecoveryFactor,
        WebAuthnFactor,
        WebAuthnPolicy,
        Passkey,
        YubicoFactor,
        YubikeyFactor,
        MailFactor,
        SmtpMailer,
    ],
)
def test_every_argument_of_a_factor_has_its_row_and_default(kind: Callable[..., Any]) -> None:
    rows = shown_defaults(subsection(f"`{kind.__name__}`"))
    arguments = inspect.signature(kind).parameters
    assert list(rows) == [name for name in arguments if not name.startswith("_")]
    for name, shown in rows.items():
        default = arguments[name].default
        assert (shown == "must be given") is (default is inspect.Parameter.empty), name
        if shown.startswith("`") and "(" not in shown:
            assert shown.strip("`").replace('"', "'") == repr(default), name


def test_every_factor_and_provider_has_its_part() -> None:
    named = re.findall(r"^### `(\w+)`$", section("Second factors"), re.MULTILINE)
    assert {each for each in factors.__all__ if each.endswith("Factor")} - {
        "EnrollableFactor",
        "Factor",
    } <= set(named)


def test_the_limits_and_seconds_of_second_factors_are_the_code_s() -> None:
    rows = shown_defaults(subsection("`SecondFactor`"))
    defaults = SecondFactor(MemoryStore(), methods=(TotpFactor(),))
    units = {60: "a minute", 600: "in 10 minutes", 3600: "an hour", _DAY: "a day"}
    for name in ("limits", "start_limits"):
        limits = getattr(defaults, name)
        assert rows[name] == ", ".join(f"{each.tries} {units[int(each.per)]}" for each in limits)
    for name in ("pending_for", "step_up_for"):
        assert rows[name] == f"{getattr(defaults, name) // 60} minutes"


@pytest.mark.parametrize("kind", [FactorPolicyParams, FactorText, MailTexts])
def test_every_member_of_what_goes_with_them_is_named(kind: Any) -> None:  # noqa: ANN401
    assert {each.name for each in fields(kind)} <= NAMED


def test_revocation_has_its_row_for_each_argument_and_each_member_of_a_record() -> None:
    text = section("Revocation")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [each.name for kind in (Revocation, SessionRecord) for each in fields(kind)]
    shown = shown_defaults(text.partition("`SessionRecord`")[0])
    defaults = {each.name: each.default for each in fields(Revocation)}
    for name in ("staleness", "on_failure", "seen_every"):
        assert shown[name].strip("`").replace('"', "'") == repr(defaults[name])
    assert (shown["adopt_until"], defaults["adopt_until"]) == ("none", None)


@pytest.mark.parametrize(
    "kind",
    [
        Callbacks,
        JWTParams,
        RedirectParams,
        SessionParams,
        SignInParams,
        Texts,
        User,
    ],
)
def test_every_member_is_named(kind: Any) -> None:  # noqa: ANN401
    assert {each.name for each in fields(kind)} <= NAMED


@pytest.mark.parametrize("kind", [Credentials, FormField])
def test_every_argument_of_a_provider_has_its_row(kind: Callable[..., Any]) -> None:
    rows = shown_defaults(section("`Credentials`"))
    assert set(inspect.signature(kind).parameters) <= set(rows)


def test_the_lifetimes_are_the_code_s() -> None:
    rows = shown_defaults(section("Session"))
    defaults = SessionOptions()
    assert rows["max_age"] == f"{defaults.max_age // _DAY} days"
    assert rows["update_age"] == f"{defaults.update_age // _DAY} day"
