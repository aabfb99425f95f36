"""docs/migrating-from-nextauth-js.md lists every option of the real packages, and no other."""

import dataclasses
import inspect
import re

import pytest

import nextauth
import nextauth.events
from nextauth import Auth, Callbacks, CookieOptions, Credentials, Pages, SessionOptions, Theme
from tests.docs.programs import ROOT

PAGE = (ROOT / "docs" / "migrating-from-nextauth-js.md").read_text("utf-8")
PACKAGES = ROOT / "tests" / "interop" / "node_modules"
# Not the last argument of a function, whose line closes what another opened.
MEMBER = r"^ {{{indent}}}(\w+)\??:(?! \w+\) =>)"
# Options that hold others: by the interface of v4's types, and of v5's where it has one of its own.
PARTS_V4 = {
    "session": "SessionOptions",
    "pages": "PagesOptions",
    "callbacks": "CallbacksOptions",
    "events": "EventCallbacks",
    "theme": "Theme",
    "cookies": "CookiesOptions",
}
PARTS_V5 = {"pages": "PagesOptions", "theme": "Theme", "cookies": "CookiesOptions"}
WITHIN_V5 = {"session", "callbacks", "events", "experimental"}
HERE = {
    "Callbacks": Callbacks,
    "CookieOptions": CookieOptions,
    "Credentials": Credentials,
    "Pages": Pages,
    "SessionOptions": SessionOptions,
    "Theme": Theme,
}


def rows(heading: str) -> list[list[str]]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def types(path: str) -> str:
    file = PACKAGES / path
    if not file.is_file():
        pytest.skip("npm packages are missing: npm ci --prefix tests/interop")
    return file.read_text("utf-8")


def body(text: str, interface: str) -> str:
    found = re.search(
        rf"export interface {interface}\b[^{{]*\{{\n(.*?)^\}}", text, re.MULTILINE | re.DOTALL
    )
    assert found, interface
    return found[1]


def members(text: str, indent: int = 4) -> list[str]:
    return re.findall(MEMBER.format(indent=indent), text, re.MULTILINE)


def within(text: str, option: str) -> list[str]:
    found = re.search(rf"^    {option}\?: \{{\n(.*?)^    \}};", text, re.MULTILINE | re.DOTALL)
    assert found, option
    return members(found[1], indent=8)


def options_of_v4() -> set[str]:
    text = types("next-auth/core/types.d.ts")
    parts = {option: members(body(text, name)) for option, name in PARTS_V4.items()}
    parts["jwt"] = members(body(types("next-auth/jwt/types.d.ts"), "JWTOptions"))
    return flat(members(body(text, "AuthOptions")), parts)


def options_of_v5() -> set[str]:
    text = body(types("@auth/core/index.d.ts"), "AuthConfig")
    shared = types("@auth/core/types.d.ts")
    parts = {option: members(body(shared, name)) for option, name in PARTS_V5.items()}
    parts |= {option: within(text, option) for option in WITHIN_V5}
    parts["jwt"] = members(body(types("@auth/core/jwt.d.ts"), "JWTOptions"))
    return flat(members(text), parts)


def flat(options: list[str], parts: dict[str, list[str]]) -> set[str]:
    whole = {option for option in options if option not in parts}
    return whole | {f"{option}.{part}" for option, within in parts.items() for part in within}


@pytest.mark.parametrize(("column", "options"), [(1, options_of_v4), (2, options_of_v5)])
def test_every_option_has_its_row_and_each_row_is_an_option(column: int, options: object) -> None:
    assert callable(options)
    listed = {row[0].strip("`") for row in rows("Every option") if row[column] == "yes"}
    assert listed == options()


def test_every_option_of_the_credentials_provider_has_its_row() -> None:
    own = members(body(types("@auth/core/providers/credentials.d.ts"), "CredentialsConfig"))
    common = members(body(types("@auth/core/providers/index.d.ts"), "CommonProviderOptions"))
    listed = {row[0].strip("`") for row in rows("The Credentials provider")}
    assert listed >= {*own, *common} - {"options"}
    assert listed <= {*own, *common, "label", "name"}


def test_every_variable_that_the_packages_read_has_its_row() -> None:
    files = [
        file
        for folder in ("next-auth", "@auth/core")
        for file in (PACKAGES / folder).rglob("*.js")
        if "providers" not in file.parts and "node_modules" not in file.relative_to(PACKAGES).parts
    ]
    if not files:
        pytest.skip("npm packages are missing: npm ci --prefix tests/interop")
    pattern = re.compile(r"(?:process\.env|envObject)\.([A-Z][A-Z_]+)")
    read = {name for file in files for name in pattern.findall(file.read_text("utf-8"))}
    assert "AUTH_SECRET" in read
    listed = {name for row in rows("Environment variables") for name in re.findall(r"\w+", row[0])}
    assert read - listed == set()


@pytest.mark.parametrize("row", rows("Every option") + rows("The Credentials provider"), ids=str)
def test_what_a_row_names_is_here(row: list[str]) -> None:
    here = next(cell for cell in reversed(row[1:-1]))
    named = re.search(r"`(\w+)(?:\((\w+)=)?", here)
    if named is None:
        assert here == "·"
        assert row[-1]
    elif named[2]:
        assert named[2] in inspect.signature(HERE[named[1]]).parameters
    elif row[0].startswith("`events."):
        assert dataclasses.is_dataclass(getattr(nextauth.events, named[1]))
    elif named[1] == "Passkey":
        assert (ROOT / "docs" / "passkeys.md").is_file()
    else:
        assert named[1] in inspect.signature(Auth).parameters
