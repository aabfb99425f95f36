"""The library is an extra: it is imported when it is used, and its lack is told."""

from __future__ import annotations

import subprocess
import sys

MAKE = "WebAuthnPolicy('example.org', 'Example', ('https://example.org',))"


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_package_does_not_import_it() -> None:
    loaded = "print('webauthn' in sys.modules, 'OpenSSL' in sys.modules)"
    program = f"import sys; from nextauth.factors.webauthn import WebAuthnPolicy; {loaded}"
    assert run(program) == "False False"
    assert run(f"{program}; {MAKE}; {loaded}").splitlines()[-1] == "True True"


def test_its_lack_is_told_when_the_site_is_configured() -> None:
    program = f"""
import sys
sys.modules["webauthn"] = None
from nextauth.factors.webauthn import WebAuthnPolicy
try:
    {MAKE}
except ImportError as error:
    print(error)
"""
    assert run(program) == "security keys need webauthn: pip install 'nextauth[webauthn]'"
