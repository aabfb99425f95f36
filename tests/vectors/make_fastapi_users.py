"""Owns how fastapi_users.json beside this file was made: by fastapi-users and a page's programs.

``python -m tests.vectors.make_fastapi_users`` in an environment of its own, made by one command:
``pip install '.[fastapi,passwords,sqlalchemy,testing]' 'fastapi-users[sqlalchemy]==15.0.5'
'fastapi-users-db-sqlalchemy==7.0.0' aiosqlite==0.22.1``. It runs the programs of
docs/migrating-from-fastapi-users.md which the environment of the tests cannot, since fastapi-users
wants older versions of what is in there; and fails if one does not do what the page says. Run it
when `test_fastapi_users_page` says that one of them was changed. Ids and salts are random.
"""

import json
import os
import re
import sqlite3
import tempfile
from contextlib import closing
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from tests.docs.programs import ROOT, Program, blocks_of
from tests.vectors.fastapi_users_steps import BACK, BOTH, ENDING, REGISTER, RENEWING

PAGE = ROOT / "docs" / "migrating-from-fastapi-users.md"
KEPT = Path(__file__).with_name("fastapi_users.json")
PACKAGES = (
    "fastapi-users",
    "fastapi-users-db-sqlalchemy",
    "pwdlib",
    "SQLAlchemy",
    "fastapi",
    "aiosqlite",
)
PASSWORDS = {
    "Ada@example.com": "analytical engine",
    "grace@example.com": "nanoseconds",
    "mary@example.com": "пароль 🐎 Straße",
    "left@example.com": "so long",
}


def programs() -> dict[str, str]:
    """Answer the programs of the page, by what they are called here."""
    blocks = [block for block in blocks_of(PAGE) if block.language in {"py", "python"}]
    accounts, before, after, _test, both, _strict = (block.text for block in blocks)
    return {"accounts": accounts, "before": before, "after": after, "both": both}


def names() -> list[str]:
    """Answer what the table of the page says that fastapi-users has."""
    rows = PAGE.read_text("utf-8").partition("| fastapi-users | here |")[2].partition("\n\n")[0]
    theirs = " ".join(re.findall(r"^\| (.*?) \|", rows, re.MULTILINE))
    code = re.sub(r"/\S+|=\w+", "", " ".join(re.findall(r"`([^`]+)`", theirs)))
    return sorted(set(re.findall(r"[A-Za-z_]{3,}", code)))


def digests() -> dict[str, str]:
    """Answer what was run, so that a change of it is seen."""
    texts = {**programs(), "names": " ".join(names())}
    return {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}


def run(folder: Path, text: str, then: str, after: str = "", **environ: str) -> str:
    """Run a program of the page, beside the others, and answer the last line that it prints."""
    os.environ.update(environ)
    page = programs()
    beside = {"accounts.py": page["accounts"], "app.py": after or page["after"]}
    return Program(PAGE.name, "", text, beside).run(folder, then).splitlines()[-1]


def check_names() -> None:
    """Fail if fastapi-users has nothing of such a name."""
    package = files("fastapi_users")
    text = " ".join(each.read_text() for each in Path(str(package)).rglob("*.py"))
    known = {*re.findall(r"\w+", text), "POST", "dependency_overrides", "app"}
    unknown = sorted({*names()} - known)
    assert not unknown, unknown


def main() -> None:
    """Make everything anew."""
    check_names()
    page = programs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = json.dumps(PASSWORDS)
        made = json.loads(run(folder, page["before"], REGISTER, PASSWORDS=said))
        with closing(sqlite3.connect(folder / "site.db")) as database:
            dump = [*database.iterdump()]
            [(ada,)] = database.execute("SELECT id FROM user WHERE email = 'Ada@example.com'")
        run(folder, page["both"], BOTH, ADA=ada, TOKEN=made["token"])
        revoking = page["after"].replace("session=Ses", "revocation=Revocation(), session=Ses")
        run(folder, page["both"], ENDING, f"from nextauth import Revocation\n{revoking}")
        renewing = page["after"].replace('account="email",', 'account="email", upgrade=True,')
        run(folder, renewing, RENEWING)
        run(folder, page["before"], BACK)
    kept = {
        "made_by": {each: version(each) for each in PACKAGES},
        "ran": digests(),
        "passwords": PASSWORDS,
        "token": made["token"],
        "sqlite": dump,
        "postgresql": made["postgresql"],
    }
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
