"""What an htpasswd file says, how it is read again, and that its time tells nobody's name."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bcrypt
import pytest

from nextauth.directories.htpasswd import HtpasswdDirectory
from nextauth.directories.htpasswd_hashes import SCHEMES, read_hash
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials, User
from nextauth.testing import FakeClock

PASSWORD = "correct horse"


def bcrypt_hash(password: str = PASSWORD, rounds: int = 4) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


ADA, OTHERS = bcrypt_hash(), bcrypt_hash("another horse")


def asked(directory: HtpasswdDirectory, name: str = "ada", password: str = PASSWORD) -> User | None:
    return directory.check(SubmittedCredentials({"username": name, "password": password}))


def made(tmp_path: Path, text: str | bytes) -> HtpasswdDirectory:
    path = tmp_path / "users"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return HtpasswdDirectory(path)


def replace(tmp_path: Path, text: str, name: str = "users") -> None:
    new = tmp_path / "new"
    new.write_bytes(text.encode())
    new.replace(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        f"ada:{ADA}\n",
        f"ada:{ADA}",
        f"# staff\n\n  \nada:{ADA}\n",
        f"ada:{ADA}\r\ngrace:{OTHERS}\r\n",
        f"\ufeffada:{ADA}\n",
        f"  ada:{ADA}  \n",
        f"ada:{ADA}:Ada Lovelace:of the mill\n",
        f"ada:{ADA}\nada:{OTHERS}\n",
        f"no colon\n:{OTHERS}\ngrace:\ngrace:$9$unknown\nada:{ADA}\n",
        f"ada:{ADA}\n".encode() + b"zo\xeb:" + OTHERS.encode() + b"\n",
    ],
    ids=range(10),
)
def test_lines_say_what_they_say_to_apache(tmp_path: Path, text: str | bytes) -> None:
    directory = made(tmp_path, text)
    assert asked(directory) == User(id="ada", name="ada")
    assert asked(directory, "ada", "another horse") is None
    for nobody in ("# staff", "no colon", "", "grace ", "Ada", "ADA"):
        assert asked(directory, nobody) is None


@pytest.mark.parametrize(
    "first",
    [f"ada:{OTHERS}", f"ada:!{OTHERS}", "ada:", "ada:{SHA}" + "a" * 27 + "=", "ada:$1$x$y"],
    ids=range(5),
)
def test_the_first_line_of_a_name_counts_even_if_it_lets_nobody_in(
    tmp_path: Path, first: str
) -> None:
    directory = made(tmp_path, f"{first}\nada:{ADA}\n")
    assert asked(directory) is None


def test_a_disabled_account_is_told_only_to_who_knows_the_password(tmp_path: Path) -> None:
    directory = made(tmp_path, f"ada:!{ADA}\n")
    assert asked(directory, password="wrong") is None
    with pytest.raises(CredentialsSignin) as refused:
        asked(directory)
    assert refused.value.public_code == "disabled"
    assert not directory.revalidate(User(id="ada"))


def test_what_is_left_out_is_told_by_its_line_and_never_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made(tmp_path, f"ada:{ADA}\nbob:hunter2\nsecret-without-colon\n")
    assert "line 2 has a hash of the scheme 'plain', which is not accepted" in caplog.text
    assert "line 3 has no name and colon" in caplog.text
    for secret in ("hunter2", "secret-without", ADA, "bob"):
        assert secret not in caplog.text


def test_it_is_read_again_when_it_was_replaced_or_written_to(tmp_path: Path) -> None:
    directory = made(tmp_path, f"ada:{ADA}\n")
    assert asked(directory, "grace", "another horse") is None
    replace(tmp_path, f"ada:{ADA}\ngrace:{OTHERS}\n")
    assert asked(directory, "grace", "another horse") == User(id="grace", name="grace")
    with (tmp_path / "users").open("a") as file:
        file.write(f"zoe:{ADA}\n")
    assert asked(directory, "zoe") == User(id="zoe", name="zoe")
    replace(tmp_path, f"grace:{OTHERS}\n")
    assert asked(directory) is None
    assert not directory.revalidate(User(id="ada"))


def test_a_half_written_file_leaves_what_was_there_for_a_moment_and_no_longer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, clock = tmp_path / "users", FakeClock()
    path.write_text(f"ada:{ADA}\ngrace:{OTHERS}\n")
    directory = HtpasswdDirectory(path, settle=2, timer=clock)
    for torn in ("", f"ada:{ADA}\ngrace:{OTHERS[:20]}"):
        path.write_text(torn)
        assert asked(directory, "grace", "another horse") is not None
        assert directory.revalidate(User(id="grace"))
        assert caplog.text.count("may be half written") == 1
        path.write_text(f"ada:{ADA}\ngrace:{OTHERS}\n")
        assert asked(directory) is not None
        caplog.clear()
    path.write_text(f"ada:{ADA}")  # somebody's editor ends no last line, and Grace is gone
    assert directory.revalidate(User(id="grace"))
    clock.advance(2)
    assert not directory.revalidate(User(id="grace"))
    assert asked(directory) is not None


def test_a_file_that_is_emptied_on_purpose_lets_nobody_in(tmp_path: Path) -> None:
    clock = FakeClock()
    (tmp_path / "users").write_text(f"ada:{ADA}\n")
    directory = HtpasswdDirectory(tmp_path / "users", timer=clock)
    (tmp_path / "users").write_text("")
    asked(directory)
    clock.advance(3)
    assert asked(directory) is None
    assert not directory.revalidate(User(id="ada"))


@pytest.mark.parametrize("what", ["nothing", "folder", "pipe", "huge"])
def test_what_is_no_file_cannot_be_asked(tmp_path: Path, what: str) -> None:
    directory = made(tmp_path, f"ada:{ADA}\n")
    path = tmp_path / "users"
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "huge":
        with path.open("wb") as file:
            file.truncate(17 * 1024 * 1024)
    with pytest.raises(SystemUnavailable) as outage:
        asked(directory)
    assert str(path) in str(outage.value)
    with pytest.raises(SystemUnavailable):
        directory.revalidate(User(id="ada"))


def test_groups_become_roles_and_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "users").write_text(f"ada:{ADA}\ngrace:{OTHERS}\n")
    (tmp_path / "groups").write_text("# staff\nadmin: ada\nstaff: ada  grace\nnonsense\n")
    directory = HtpasswdDirectory(tmp_path / "users", groups_file=tmp_path / "groups")
    assert asked(directory) == User(id="ada", name="ada", extra={"roles": ["admin", "staff"]})
    replace(tmp_path, "staff: grace\nadmin: grace\nadmin: grace\n", "groups")
    assert asked(directory) == User(id="ada", name="ada", extra={"roles": []})
    found = asked(directory, "grace", "another horse")
    assert found is not None
    assert found.extra == {"roles": ["staff", "admin"]}
    (tmp_path / "groups").unlink()
    with pytest.raises(SystemUnavailable):
        asked(directory)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"accept": ["md5"]}, "'md5'"),
        ({"accept": []}, "nothing"),
        ({"settle": -1}, "settle=-1"),
        ({"settle": 3600}, "settle=3600"),
        ({"groups_file": "elsewhere"}, "elsewhere"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(
    tmp_path: Path, options: dict[str, object], told: str
) -> None:
    (tmp_path / "users").write_text(f"ada:{ADA}\n")
    with pytest.raises(ValueError, match=told):
        HtpasswdDirectory(tmp_path / "users", **options)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_refused_when_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="htpasswd -cB"):
        HtpasswdDirectory(tmp_path / "users")


def test_a_file_of_nobody_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made(tmp_path, "\n")
    assert "names nobody who could sign in" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "{SHA}",
        "{SSHA}" + "a" * 32,
        "$1$salt$" + "a" * 22,
        "$2y$04$" + "a" * 52,
        "$2y$04$" + "a" * 53,
        "$apr1$" + "a" * 9 + "$" + "a" * 22,
        "$5$salt$" + "a" * 86,
        "$2y$99$" + "a" * 21 + "." + "a" * 31,
        "$6$rounds=5$salt$" + "a" * 86,
        "$6$rounds=0001$salt$" + "a" * 86,
    ],
)
def test_what_is_no_hash_is_none(text: str) -> None:
    assert read_hash(text) is None


def test_what_only_looks_like_a_hash_is_nobodys() -> None:
    found = read_hash("$argon2id$v=19$m=8,t=1,p=1$aaaaaaaa$aaaaaaaaa")
    assert found is not None
    assert not found.matches(PASSWORD)


def test_bcrypt_takes_no_password_of_which_it_would_see_the_start(tmp_path: Path) -> None:
    directory = made(tmp_path, f"ada:{bcrypt_hash('x' * 72)}\n")
    assert asked(directory, password="x" * 72) is not None
    for wrong in ("x" * 73, "x" * 71 + "é", "x" * 1_024):
        assert asked(directory, password=wrong) is None


def test_no_hash_is_in_a_repr(tmp_path: Path) -> None:
    directory = made(tmp_path, f"ada:{ADA}\n")
    people = directory._people.read()
    for each in (directory, people, people.entries["ada"], people.dearest):
        assert ADA not in repr(each)
    assert people.dearest is not None
    assert people.dearest.scheme in SCHEMES


def test_unknown_and_cheaper_names_take_the_time_of_the_dearest_hash(tmp_path: Path) -> None:
    cheap, dear = bcrypt_hash(rounds=4), bcrypt_hash("another horse", rounds=9)
    directory = made(tmp_path, f"ada:{cheap}\ngrace:{dear}\n")

    def cost(name: str, password: str) -> float:
        times = []
        for _ in range(5):
            before = time.thread_time()  # of this thread alone, whatever else the machine does
            assert asked(directory, name, password) is None
            times.append(time.thread_time() - before)
        return min(times)

    known = cost("grace", "wrong")
    for name, password in (("nobody", "wrong"), ("ada", "wrong"), ("grace", "x" * 100)):
        assert known / 2 < cost(name, password) < known * 2, name


def test_threads_may_ask_at_once(tmp_path: Path) -> None:
    directory = made(tmp_path, f"ada:{ADA}\n")

    def ask(turn: int) -> bool:
        if turn % 5 == 0:
            text = f"ada:{ADA}\n" + "# more\n" * turn
            new = tmp_path / f"new-{turn}"
            new.write_text(text)
            new.replace(tmp_path / "users")
        return asked(directory) is not None

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(60)))
