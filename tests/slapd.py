"""Owns the OpenLDAP server of the tests: its own folder, its own ports.

The service that the machine may run, and its configuration, are never touched. It says yes to a
bind without a password, as some servers do (RFC 4513, 5.1.2), so that such a bind would be seen.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ldap  # type: ignore[import-untyped]
import pytest

from tests.servers import free_port

__all__ = ["BASE", "READER", "READER_PASSWORD", "ROOT", "Slapd", "running_slapd"]

BASE = "dc=example,dc=com"
ROOT, _ROOT_PASSWORD = f"cn=root,{BASE}", "root of the tests"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "reads people and groups"

_SCHEMAS = Path("/etc/ldap/schema")
_MODULES = Path("/usr/lib/ldap")
_LONGEST_START, _LONGEST_END = 60.0, 30.0

# What Active Directory and 389 Directory Server have of their own, under numbers that are nobody's.
_OF_OTHERS = """
attributetype ( 1.1.2.1.1 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.1.2.1.2 NAME 'accountExpires' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.1.2.1.3 NAME 'pwdLastSet' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.1.2.1.4 NAME 'objectGUID' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.1.2.1.5 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.1.2.1.6 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.1.2.2.1 NAME 'accountOfOthers' SUP top AUXILIARY
  MAY ( userAccountControl $ accountExpires $ pwdLastSet $ objectGUID $ nsAccountLock
    $ sAMAccountName $ shadowExpire ) )
"""

_CONFIGURATION = """
allow bind_anon_cred bind_anon_dn
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/nis.schema
include {schemas}/inetorgperson.schema
include {folder}/others.schema
modulepath {modules}
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile {folder}/slapd.pid
{tls}
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
database mdb
maxsize 67108864
suffix {base}
rootdn {root}
rootpw "{root_password}"
directory {folder}/data
dbnosync
index objectClass,uid,member,memberUid,entryUUID eq
overlay memberof
overlay ppolicy
ppolicy_default cn=policy,{base}
{policy}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by dn.onelevel="ou=people,{base}" read by * {others}
"""

_ROOTS = f"""
dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example

dn: ou=people,{BASE}
objectClass: organizationalUnit

dn: ou=groups,{BASE}
objectClass: organizationalUnit

dn: {READER}
objectClass: person
sn: reader
userPassword: {READER_PASSWORD}

dn: cn=policy,{BASE}
objectClass: person
objectClass: pwdPolicy
sn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 0
pwdMustChange: TRUE

dn: cn=strict,{BASE}
objectClass: person
objectClass: pwdPolicy
sn: strict
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 2
pwdMaxAge: 60
"""


@dataclass
class Slapd:
    """A server, and its switch.

    Args:
        folder: Where all of it is.
        port: Where it listens, with StartTLS if it has a certificate.
        tls_port: Where it listens with TLS from the start.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    has_tls: bool = False

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://127.0.0.1:{self.tls_port}"

    @property
    def socket_url(self) -> str:
        return f"ldapi://{str(self.folder / 'ldapi').replace('/', '%2F')}"

    def start(self) -> None:
        urls = [self.url, self.socket_url, *([self.tls_url] if self.has_tls else [])]
        configuration = str(self.folder / "slapd.conf")
        command = [_program("slapd"), "-d", "0", "-h", " ".join(urls), "-f", configuration]
        with (self.folder / "printed").open("ab") as printed:
            self.process = subprocess.Popen(command, stdout=printed, stderr=printed)
        end = time.monotonic() + _LONGEST_START
        while not self.is_answering():
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"slapd did not start: {(self.folder / 'printed').read_text()}")
            time.sleep(0.02)

    def is_answering(self) -> bool:
        try:
            self.as_root().unbind_s()
        except ldap.LDAPError:
            return False
        return True

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(_LONGEST_END)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(_LONGEST_END)
            self.process = None

    @contextmanager
    def stopped(self) -> Generator[None]:
        """End it for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def hanging(self) -> Generator[None]:
        """Let it accept connections and never answer, for a while."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)  # until all of its threads stand still
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def as_root(self) -> Any:  # noqa: ANN401 - the library has no types
        connection = ldap.initialize(self.url)
        connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 5.0)
        connection.simple_bind_s(ROOT, _ROOT_PASSWORD)
        return connection

    def set(self, dn: str, **attributes: str | bytes | Sequence[str] | None) -> None:
        """Give an entry these values in place of those that it has; None takes them away."""
        changes = [(ldap.MOD_REPLACE, name, _octets(given)) for name, given in attributes.items()]
        connection = self.as_root()
        connection.modify_s(dn, changes)
        connection.unbind_s()

    def add(self, dn: str, **attributes: str | bytes | Sequence[str]) -> None:
        connection = self.as_root()
        connection.add_s(dn, [(name, _octets(given)) for name, given in attributes.items()])
        connection.unbind_s()

    def remove(self, dn: str) -> None:
        connection = self.as_root()
        connection.delete_s(dn)
        connection.unbind_s()


@contextmanager
def running_slapd(
    people: str = "",
    *,
    certificate: tuple[Path, Path] | None = None,
    policy: str = "",
    others: str = "none",
) -> Generator[Slapd]:
    """Run a server until the block ends.

    Args:
        people: Its entries, beside the branches, as LDIF.
        certificate: The files of a certificate and its key; None: it knows no TLS.
        policy: Further lines for the overlay of password policies.
        others: What who is nobody special may do with entries.
    """
    # A path of a socket is short, and pytest's folders are not.
    folder = Path(mkdtemp(prefix="slapd-"))
    slapd = Slapd(folder, has_tls=certificate is not None)
    try:
        (folder / "data").mkdir()
        (folder / "others.schema").write_text(_OF_OTHERS)
        (folder / "slapd.conf").write_text(_configuration(folder, certificate, policy, others))
        (folder / "people.ldif").write_text(f"{_ROOTS}\n{people}")
        command = [_program("slapadd"), "-q", "-f", str(folder / "slapd.conf")]
        filled = subprocess.run(
            [*command, "-l", str(folder / "people.ldif")],
            capture_output=True,
            text=True,
            check=False,
        )
        if filled.returncode:
            pytest.fail(f"slapadd: {filled.stderr}")
        slapd.start()
        yield slapd
    finally:
        slapd.stop()
        with suppress(OSError):
            shutil.rmtree(folder)


def _configuration(
    folder: Path, certificate: tuple[Path, Path] | None, policy: str, others: str
) -> str:
    tls = ""
    if certificate is not None:
        tls = f"TLSCertificateFile {certificate[0]}\nTLSCertificateKeyFile {certificate[1]}"
    values: Mapping[str, object] = {
        "schemas": _SCHEMAS,
        "modules": _MODULES,
        "folder": folder,
        "tls": tls,
        "base": BASE,
        "root": ROOT,
        "root_password": _ROOT_PASSWORD,
        "reader": READER,
        "policy": policy,
        "others": others,
    }
    return _CONFIGURATION.format_map(values)


def _program(name: str) -> str:
    program = shutil.which(name, path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
    if program is None:
        pytest.skip(f"The program {name} is not on PATH; Debian's package slapd has it.")
    return program


def _octets(given: str | bytes | Sequence[str] | None) -> list[bytes] | None:
    if given is None or isinstance(given, (str, bytes)):
        return None if given is None else [given if isinstance(given, bytes) else given.encode()]
    return [each.encode() for each in given]
