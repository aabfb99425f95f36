"""Owns how webauthn.json beside this file was made: from the source text of WebAuthn Level 3.

``python -m tests.vectors.make_webauthn PATH/TO/index.bs``, of github.com/w3c/webauthn, section 16.
It is in the repository so that a later edition of the standard can be taken over.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

SECTION = re.compile(
    r"^## (?P<title>.+?) ## \{#sctn-test-vectors-(?P<name>[A-Za-z0-9-]+)\}$", re.MULTILINE
)
VALUE = re.compile(r"^(?P<name>\w+) = h'(?P<hex>[0-9a-f]*)'", re.MULTILINE)
CEREMONY = re.compile(r"<xmp.*?>(.*?)</xmp>", re.DOTALL)
REGISTRATION = ("challenge", "aaguid", "credential_id", "clientDataJSON", "attestationObject")
AUTHENTICATION = ("challenge", "clientDataJSON", "authenticatorData", "signature")
ROOT = "attestation-root-cert"


def values(text: str) -> dict[str, str]:
    return {found["name"]: found["hex"] for found in VALUE.finditer(text)}


def read(source: str) -> dict[str, Any]:
    begins = source.index("{#sctn-test-vectors}")
    text = source[begins : source.index("{#test-vectors-extensions}", begins)]
    found = list(SECTION.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    made: dict[str, Any] = {
        "source": "Web Authentication Level 3, section 16, Test Vectors (github.com/w3c/webauthn)",
        "licence": "W3C Software and Document License",
        "rp_id": "example.org",
        "origin": "https://example.org",
        "cases": [],
    }
    for section, end in zip(found, ends, strict=True):
        parts = [values(each) for each in CEREMONY.findall(text[section.end() : end])]
        if section["name"] == ROOT:
            made["root"] = parts[0]["attestation_ca_cert"]
            continue
        registration, authentication = parts
        made["cases"].append(
            {
                "name": section["name"],
                "title": section["title"],
                "registration": {name: registration[name] for name in REGISTRATION},
                "authentication": {name: authentication[name] for name in AUTHENTICATION},
            }
        )
    return made


if __name__ == "__main__":
    made = read(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(made, indent=1) + "\n"
    Path(__file__).with_name("webauthn.json").write_text(text, encoding="utf-8")
