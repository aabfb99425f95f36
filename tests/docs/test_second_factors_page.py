"""What docs/second-factors-in-one-step.md shows keeps what it says, also where it goes wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.programs import ROOT, Program, programs_of

PAGE = ROOT / "docs" / "second-factors-in-one-step.md"
OTP = "cccccckdvvulethkhtvkrtbeukiettvfceekurncllcj"

FROM_ANOTHER_CONNECTION = """
other = sqlite3.connect("people.sqlite3", timeout=0)
[last] = other.execute("SELECT totp_step FROM person").fetchone()
assert last > 0, "it is forgotten by a restart"
other.execute("UPDATE person SET password = password")
other.rollback()
"""

WITHOUT_A_KEY = """
for broken in ("x" + sealed, factors.seal("short", provider="credentials", user_id=form["email"])):
    database.execute("UPDATE person SET totp = ?, totp_step = 0", (broken,))
    assert authorize(SubmittedCredentials({**form, "totp": code})) is None
database.execute("UPDATE person SET totp = ?", (sealed,))
assert authorize(SubmittedCredentials({**form, "totp": code})) is not None
"""

# A validation server on loopback that signs what it answers; the program's own account is used.
VALIDATED = """
import hmac
import os
import sys
from base64 import b64decode, b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

API_KEY = "mG5be6ZJU1qBGz24yPh/ESM3UdU="


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = dict(parse_qsl(urlsplit(self.path).query))
        answer = {"nonce": asked["nonce"], "otp": asked["otp"], "status": "STATUS"}
        line = "&".join(f"{name}={value}" for name, value in answer.items())
        h = b64encode(hmac.digest(b64decode(API_KEY), line.encode(), "sha1")).decode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write("".join(f"{n}={v}\\r\\n" for n, v in {**answer, "h": h}.items()).encode())

    def log_message(self, *_):
        pass


os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
server = HTTPServer(("127.0.0.1", 0), Handler)
Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/verify"
service = YubicoValidation("1", API_KEY, entropy=secrets.token_bytes, url=url)
print("enrolled:", enrol(typed) is not None)
print("touched:", is_touched(typed, {"cccccckdvvul"}))
server.shutdown()
server.server_close()
"""


def program(holding: str) -> Program:
    [found] = [each for each in programs_of(PAGE) if holding in each.text]
    return found


def test_a_code_that_was_accepted_is_committed(tmp_path: Path) -> None:
    """Else a restart makes it good again, and until then the database is locked."""
    shown = program("def is_proven(")
    assert shown.text.count('":memory:"') == 1
    on_disk = replace(shown, text=shown.text.replace('":memory:"', '"people.sqlite3"'))
    on_disk.run(tmp_path, then=FROM_ANOTHER_CONNECTION)


def test_a_key_that_is_of_no_use_raises_nothing_behind_the_password(tmp_path: Path) -> None:
    program("def is_proven(").run(tmp_path, then=WITHOUT_A_KEY)


@pytest.mark.parametrize(
    ("status", "is_good"), [("OK", True), ("REPLAYED_OTP", False), ("BACKEND_ERROR", False)]
)
def test_a_yubikey_is_asked_about_and_never_logged(
    tmp_path: Path, status: str, *, is_good: bool
) -> None:
    """To enrol takes a touch; where there is no verdict, nothing is raised behind the password."""
    shown = program("def is_touched(")
    assert "timeout=5)" in shown.text
    patient = replace(shown, text=shown.text.replace("timeout=5)", "timeout=60)"))
    printed = patient.run(tmp_path, then=VALIDATED.replace("STATUS", status))
    assert f"enrolled: {is_good}\n" in printed
    assert f"touched: {is_good}\n" in printed
    assert ("BACKEND_ERROR" in printed) is (status == "BACKEND_ERROR")
    assert OTP not in printed
