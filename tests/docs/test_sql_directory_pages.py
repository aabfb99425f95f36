"""The pages about tables and hashes hold complete programs, which do what they say."""

from pathlib import Path

from nextauth.passwords import ALL_SALTED
from nextauth.passwords.formats import FORMATS
from tests.docs.programs import ROOT, programs_of

SQL = ROOT / "docs" / "directories" / "sql.md"
HASHES = ROOT / "docs" / "directories" / "password-hashes.md"


def test_the_program_signs_ada_in(tmp_path: Path) -> None:
    program = programs_of(SQL)[0]
    printed = program.run(tmp_path, then='print(client.get("/api/auth/session").json()["user"])\n')
    assert printed == "{'name': 'ada', 'email': 'ada@example.com'}\n"


def test_the_statement_is_one_that_can_be_used(tmp_path: Path) -> None:
    program = programs_of(SQL)[1]
    assert "staff" in program.run(tmp_path, then="print(people)\n")


def test_the_old_hash_is_right_and_renewed(tmp_path: Path) -> None:
    [program] = programs_of(HASHES)
    first, renewed, *others = program.run(tmp_path).splitlines()
    assert (first, others) == ("True", ["False", "False"])
    assert renewed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_every_format_is_named() -> None:
    page = HASHES.read_text(encoding="utf-8")
    weak = {each.family for each in FORMATS if each.is_weak}
    table, _, rest = page.partition("**Refused unless you name them**")
    assert [each for each in ALL_SALTED if f"`{each}`" not in table] == []
    assert [each for each in (*weak, "plaintext") if f"`{each}`" not in rest] == []
