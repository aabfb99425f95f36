"""How a command finds an application's `Auth`, and what it says where there is none."""

import sys
from pathlib import Path
from uuid import uuid4

import pytest

from nextauth.cli.loading import NotLoadedError, load_auth
from nextauth.errors import ConfigurationError

SECRET = "kV3q-of-the-loading-tests-alone-9Zx7Lw"
HEAD = f"""
from nextauth import Auth, Credentials, User

def made():
    provider = Credentials(authorize=lambda credentials: User(id="1"), account="email")
    return Auth(providers=[provider], secret={SECRET!r}, environ={{}})
"""
FLASK = """
from flask import Flask
from nextauth.integrations.flask import AuthExtension

def create_app(name="x"):
    app = Flask(name)
    AuthExtension(made(), app)
    return app
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(tmp_path)])
    return tmp_path


def saved(folder: Path, source: str) -> str:
    name = f"shop_{uuid4().hex}"
    (folder / f"{name}.py").write_text(source, "utf-8")
    return name


@pytest.mark.parametrize(
    ("source", "attribute"),
    [
        ("auth = made()", "auth"),
        ("class site:\n    auth = made()", "site.auth"),
        ("class site:\n    auth = made()", "site"),
        ("", "made"),
        (f"{FLASK}app = create_app()", "app"),
        (FLASK, "create_app"),
    ],
    ids=["variable", "nested", "holder", "function", "flask", "flask-factory"],
)
def test_the_auth_is_found_where_applications_keep_it(
    folder: Path, source: str, attribute: str
) -> None:
    module = saved(folder, HEAD + source)
    assert load_auth(f"{module}:{attribute}").settings.secrets == (SECRET,)
    assert sys.path.count(str(folder)) == 1
    load_auth(f"{module}:{attribute}")
    assert sys.path.count(str(folder)) == 1


@pytest.mark.parametrize(
    "where", ["", "main", "main:", ":auth", "main:a b", "../main:auth", "a..b:c"]
)
def test_what_is_no_module_and_name_is_said_with_an_example(where: str) -> None:
    with pytest.raises(NotLoadedError, match="write it as 'main:auth'"):
        load_auth(where)


def test_a_module_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(NotLoadedError, match="no module 'no_such'; run this in the folder"):
        load_auth("no_such.main:auth")
    module = saved(folder, "")
    with pytest.raises(NotLoadedError, match=f"no module '{module}.main'"):
        load_auth(f"{module}.main:auth")


def test_a_module_that_the_application_misses_is_told_apart(folder: Path) -> None:
    module = saved(folder, "import no_such_driver")
    with pytest.raises(NotLoadedError, match=f"{module} cannot be imported") as told:
        load_auth(f"{module}:auth")
    assert told.value.missing == "no_such_driver"


def test_a_missing_name_is_told_with_those_that_are_there(folder: Path) -> None:
    module = saved(folder, f"{HEAD}auth = made()\nother = made()")
    with pytest.raises(NotLoadedError, match=r"there is no 'aut' in .*; there is auth, other\Z"):
        load_auth(f"{module}:aut")
    module = saved(folder, HEAD)
    with pytest.raises(NotLoadedError, match=rf"there is no 'auth' in {module}\Z"):
        load_auth(f"{module}:auth")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("it = 3", "int"),
        ("def it(name): ...", "function"),
        ("def it(): return 'no'", "str"),
        ("async def it(): ...", "coroutine"),
        ("class it: extensions = {}", "it"),
        ("it = dict", "type"),
    ],
)
def test_what_is_no_auth_is_told_by_its_type(folder: Path, source: str, kind: str) -> None:
    with pytest.raises(NotLoadedError, match=f"is a {kind}; name the variable that holds"):
        load_auth(f"{saved(folder, source)}:it")


UNBOUND = """
class Proxy:
    def __getattr__(self, name):
        raise RuntimeError("Working outside of request context.")

it = Proxy()
"""


def test_what_lies_beside_an_auth_may_raise_at_every_question(folder: Path) -> None:
    """As `request` and `current_app` of Flask do, which are in many modules."""
    module = saved(folder, f"{HEAD}auth = made()\n{UNBOUND}")
    with pytest.raises(NotLoadedError, match=r"there is no 'aut' in .*; there is auth\Z"):
        load_auth(f"{module}:aut")
    with pytest.raises(NotLoadedError, match="is a Proxy; name the variable that holds"):
        load_auth(f"{module}:it")
    with pytest.raises(NotLoadedError, match="there is no 'auth' in"):
        load_auth(f"{module}:it.auth")


def test_a_refused_auth_tells_every_problem(folder: Path) -> None:
    module = saved(folder, "from nextauth import Auth\nauth = Auth(secret='no', environ={})")
    with pytest.raises(ConfigurationError, match="secret-too-short"):
        load_auth(f"{module}:auth")


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        (f"x = 1\nraise ValueError({SECRET!r})", "ValueError", 2),
        (f"import json\njson.loads({SECRET!r})", "JSONDecodeError", 2),
        (f"raise SystemExit({SECRET!r})", "SystemExit", 1),
        ("x = 1\nauth = Auth(\n", "SyntaxError", 2),
        (f"def auth():\n    raise RuntimeError({SECRET!r})", "RuntimeError", 2),
    ],
    ids=["raised", "library", "exit", "syntax", "function"],
)
def test_what_the_application_raises_is_told_by_place_and_without_its_message(
    folder: Path, source: str, kind: str, line: int
) -> None:
    module = saved(folder, source)
    place = rf"{kind} in .*{module}\.py, line {line}\. Import it"
    with pytest.raises(NotLoadedError, match=place) as told:
        load_auth(f"{module}:auth")
    assert SECRET not in str(told.value)
    assert told.value.__suppress_context__


def test_what_the_application_prints_stays_out_of_the_output(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = saved(folder, f"{HEAD}print('starting')\nauth = made()")
    load_auth(f"{module}:auth")
    assert capsys.readouterr() == ("", "starting\n")


def test_an_interruption_stays_one(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        load_auth(f"{saved(folder, 'raise KeyboardInterrupt')}:auth")
