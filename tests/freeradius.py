"""Owns the FreeRADIUS of the tests: its own folder, its own port, its people in SQLite.

The service that the machine may run, and its configuration, are never touched. People are read anew
for each question, so that one who is disabled is so at once.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port

__all__ = ["SECRET", "FreeRadius", "running_freeradius"]

SECRET = "of-the-radius-tests-alone-7Rq2"

_LONGEST_START = 120.0

_MAIN = """
prefix = /usr
libdir = {libdir}
raddbdir = {folder}
run_dir = {folder}
pidfile = {folder}/freeradius.pid
max_request_time = 30
max_requests = 16384
cleanup_delay = 5
log {{
    destination = stdout
}}
security {{
    reject_delay = 0
    status_server = no
}}
proxy_requests = no
client tests {{
    ipaddr = 127.0.0.1
    secret = "{secret}"
    require_message_authenticator = yes
}}
modules {{
    pap {{
    }}
    always reject {{
        rcode = reject
    }}
    always handled {{
        rcode = handled
    }}
    sql {{
        dialect = "sqlite"
        driver = "rlm_sql_sqlite"
        sqlite {{
            filename = "{folder}/people.sqlite3"
            busy_timeout = 20000
        }}
        pool {{
            start = 1
            min = 1
            max = 1
            spare = 0
            uses = 0
        }}
        sql_user_name = "%{{User-Name}}"
        read_groups = no
        authorize_check_query = "\\
            SELECT id, username, attribute, value, op FROM radcheck \\
            WHERE username = '%{{SQL-User-Name}}' ORDER BY id"
        authorize_reply_query = "\\
            SELECT id, username, attribute, value, op FROM radreply \\
            WHERE username = '%{{SQL-User-Name}}' ORDER BY id"
    }}
}}
policy {{
    challenge {{
        update control {{
            Response-Packet-Type := Access-Challenge
        }}
        handled
    }}
}}
"""

_SITE = """
server default {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    authorize {{
        sql
        if (notfound) {{
            reject
        }}
        if (&Service-Type && &Service-Type == Authorize-Only) {{
            if (!&control:Auth-Type) {{
                update control {{
                    Auth-Type := Accept
                }}
            }}
        }}
        elsif (&State) {{
            update control {{
                Auth-Type := Code
                Cleartext-Password := &control:Tmp-String-0
            }}
            if (!&session-state:Tmp-String-1 || &session-state:Tmp-String-1 != &User-Name) {{
                reject
            }}
        }}
        elsif (&control:Tmp-String-0 && !&control:Auth-Type) {{
            update control {{
                Auth-Type := First
            }}
        }}
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
        Auth-Type First {{
            pap
            if (ok) {{
                update session-state {{
                    Tmp-String-1 := &User-Name
                }}
                update reply {{
                    Reply-Message := "Enter the code of your token"
                }}
                challenge
            }}
        }}
        Auth-Type Code {{
            pap
        }}
    }}
    post-auth {{
        {signs}
    }}
}}
"""

# Debian's 3.2.1 is older than the countermeasures against Blast-RADIUS.
_SIGNS = """
        update reply {
            Message-Authenticator := 0x00
        }
        Post-Auth-Type REJECT {
            update reply {
                Message-Authenticator := 0x00
            }
        }
        Post-Auth-Type Challenge {
            update reply {
                Message-Authenticator := 0x00
            }
        }
"""

_TABLES = """
CREATE TABLE radcheck (
    id INTEGER PRIMARY KEY, username TEXT, attribute TEXT, op TEXT, value TEXT
);
CREATE TABLE radreply (
    id INTEGER PRIMARY KEY, username TEXT, attribute TEXT, op TEXT, value TEXT
);
"""


_CHECK = "INSERT INTO radcheck (username, attribute, op, value) VALUES (?, ?, ':=', ?)"
_REPLY = "INSERT INTO radreply (username, attribute, op, value) VALUES (?, ?, '+=', ?)"


class FreeRadius:
    """A FreeRADIUS of the test's own, which may be stopped and started again.

    Args:
        program: The program.
        folder: Where it keeps everything.
        signs: Whether its answers have a Message-Authenticator.
    """

    def __init__(self, program: str, folder: Path, *, signs: bool = True) -> None:
        self.port = _free_udp_port()
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        values = {"folder": folder, "libdir": "/usr/lib/freeradius", "secret": SECRET}
        site = _SITE.format(port=self.port, signs=_SIGNS if signs else "")
        self.configuration = _MAIN.format(**values) + site
        (folder / "radiusd.conf").write_text(self.configuration, encoding="utf-8")
        (folder / "dictionary").write_text("", encoding="utf-8")
        with closing(self._people()) as people:
            people.executescript(_TABLES)

    def add(
        self, name: str, password: str, reply: Mapping[str, str] | None = None, *, code: str = ""
    ) -> None:
        """Add a person; with a code, that is asked for once the password was right."""
        checks = {"Cleartext-Password": password, **({"Tmp-String-0": code} if code else {})}
        said = [(each, one) for each, all_ in (reply or {}).items() for one in all_.split(",")]
        with closing(self._people()) as people, people:
            for attribute, value in checks.items():
                people.execute(_CHECK, (name, attribute, value))
            for attribute, value in said:
                people.execute(_REPLY, (name, attribute, value))

    def forget_everybody(self) -> None:
        """Take all people out."""
        with closing(self._people()) as people, people:
            people.execute("DELETE FROM radcheck")
            people.execute("DELETE FROM radreply")

    def disable(self, name: str) -> None:
        """Disable a person, as administrators of FreeRADIUS do."""
        with closing(self._people()) as people, people:
            people.execute(_CHECK, (name, "Auth-Type", "Reject"))

    def _people(self) -> sqlite3.Connection:
        return sqlite3.connect(self._folder / "people.sqlite3", timeout=60)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        log = self._folder / "freeradius.log"
        with log.open("wb") as printed:
            self._process = subprocess.Popen(
                [self._program, "-X", "-d", self._folder],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _LONGEST_START
        while b"Ready to process requests" not in log.read_bytes():
            text = log.read_text(errors="replace")[-2_000:]
            assert self._process.poll() is None, f"freeradius ended while it started:\n{text}"
            assert time.monotonic() < deadline, f"freeradius does not get ready:\n{text}"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without a warning, as a loss of power would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def stopped(self) -> Generator[None]:
        """Stop it for a while: nobody listens."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def hanging(self) -> Generator[None]:
        """Let it hang for a while: it is there, and silent."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


def _free_udp_port() -> int:
    while True:
        port = free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            try:
                channel.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@contextmanager
def running_freeradius(folder: Path, *, signs: bool = True) -> Generator[FreeRadius]:
    """Run a FreeRADIUS of the test's own."""
    # Debian keeps it where only root's PATH leads.
    program = shutil.which("freeradius", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
    if program is None:
        pytest.skip("The program freeradius is not on PATH; Debian's package freeradius has it.")
    server = FreeRadius(program, folder, signs=signs)
    server.start()
    try:
        yield server
    finally:
        server.kill()
