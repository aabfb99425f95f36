"""Owns how a test starts nginx as a process of its own: own folder, own certificate, free ports."""

import os
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port, running

__all__ = [
    "Nginx",
    "configured",
    "documented",
    "needed_nginx",
    "running_nginx",
    "write_certificate",
]

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
_NAMES = ("example.com", "*.example.com", "example.org", "*.example.org")
_BLOCK = re.compile(r"^```nginx\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MAIN = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log info;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{ listen 127.0.0.1:{ready}; return 204; }}
    include sites.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx.

    Args:
        folder: Where its configuration, certificate and log are.
        https: The port where it speaks TLS.
        http: The port where it does not.
    """

    folder: Path
    https: int
    http: int

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def errors(self) -> str:
        return (self.folder / "error.log").read_text(encoding="utf-8")


def documented(heading: str) -> str:
    """Answer the configuration that docs/deployment.md shows under a heading."""
    text = PAGE.read_text(encoding="utf-8")
    _, found, rest = text.partition(f"\n{heading}\n")
    block = _BLOCK.search(rest)
    assert found, f"docs/deployment.md has no heading {heading!r}"
    assert block, f"docs/deployment.md shows no configuration under {heading!r}"
    return block["text"]


def configured(site: str, *, name: str, port: int) -> str:
    """Answer a documented site under a name of the test, before an application of the test."""
    for documented_text, ours in (
        (r"server_name [^;]+;", f"server_name {name};"),
        (r"https://example\.com\$", f"https://{name}$"),
        (r"127\.0\.0\.1:8000\b", f"127.0.0.1:{port}"),
    ):
        site = re.sub(documented_text, ours, site)
    assert f"127.0.0.1:{port}" in site
    return site


def needed_nginx() -> str:
    # Debian keeps it where only root's PATH leads.
    found = shutil.which("nginx", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
    if found is None:
        pytest.skip("The program nginx is not on PATH; Debian's package nginx-light brings it.")
    return found


@contextmanager
def running_nginx(folder: Path, sites: str) -> Generator[Nginx]:
    """Run nginx until the block ends.

    Args:
        folder: An empty folder.
        sites: What stands in its `http` block: `listen 443` and `listen 80` become free ports of
            this machine, and the certificate is the test's.
    """
    program = needed_nginx()
    nginx = Nginx(folder, https=free_port(), http=free_port())
    ready = free_port()
    write_certificate(folder)
    for port, ours in ((443, nginx.https), (80, nginx.http)):
        sites = re.sub(rf"\blisten {port}\b", f"listen 127.0.0.1:{ours}", sites)
    sites = sites.replace("/etc/ssl/example.com/", f"{folder}/")
    (folder / "sites.conf").write_text(sites, encoding="utf-8")
    (folder / "nginx.conf").write_text(_MAIN.format(ready=ready), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running(command, url=f"http://127.0.0.1:{ready}/"):
        yield nginx


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAMES[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in _NAMES]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
