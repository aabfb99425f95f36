"""Opening a v5 token: ours against @auth/core on Node and against Python's JOSE libraries.

Each token is a different one and nothing is cached; the peers' keys are derived once, and they
check ``exp`` too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

from authlib.jose import JsonWebEncryption
from jose import jwe as python_jose
from joserfc import jwe, jwk
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

from bench.alternate import medians, pin, report
from nextauth.tokens import AuthjsCodec, Keyring

SECRET = "a secret for benchmarks only 0123456789"
SALT = "authjs.session-token"
COUNT = 2_000
INTEROP = Path(__file__).parents[1] / "tests" / "interop"


def tokens_of(codec: AuthjsCodec) -> list[str]:
    claims = {"name": "Ada Lovelace", "email": "ada@example.com", "exp": int(time.time()) + 3600}
    return [codec.seal({**claims, "sub": str(n), "jti": f"jti-{n:08}"}) for n in range(COUNT)]


def timed(open_one: Callable[[str], object], tokens: list[str]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        for token in tokens:
            open_one(token)
        return (time.perf_counter() - began) / len(tokens) * 1e6

    return measure


def peers(key: bytes) -> dict[str, Callable[[str], object]]:
    """Each opens a compact JWE and checks ``exp``, with its key prepared."""

    def current(payload: bytes | None) -> dict[str, object]:
        claims: dict[str, object] = json.loads(payload or b"")
        assert claims["exp"] > time.time() - 15  # type: ignore[operator]
        return claims

    joserfc_key = jwk.OctKey.import_key(key)
    algorithms = ["dir", "A256CBC-HS512"]
    encryption = JsonWebEncryption()
    web_key = jwcrypto_jwk.JWK(kty="oct", k=urlsafe_b64encode(key).rstrip(b"=").decode())

    def with_jwcrypto(token: str) -> dict[str, object]:
        box = jwcrypto_jwe.JWE()
        box.deserialize(token, web_key)
        return current(box.payload)

    return {
        "joserfc": lambda t: current(
            jwe.decrypt_compact(t, joserfc_key, algorithms=algorithms).plaintext
        ),
        "authlib": lambda t: current(encryption.deserialize_compact(t, key)["payload"]),
        "jwcrypto": with_jwcrypto,
        "python-jose": lambda t: current(python_jose.decrypt(t, key)),
    }


class NodePeer:
    """@auth/core's decode in a Node process that waits for each round."""

    def __init__(self, tokens: list[str]) -> None:
        script = Path(__file__).with_name("token_peers.mjs")
        shutil.copy(script, INTEROP / ".bench-tokens.mjs")
        self._node = subprocess.Popen(
            ["node", ".bench-tokens.mjs"],
            cwd=INTEROP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(json.dumps({"tokens": tokens, "secret": SECRET, "salt": SALT}))

    def _say(self, line: str) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(line + "\n")
        self._node.stdin.flush()

    def measure(self) -> float:
        self._say("go")
        assert self._node.stdout is not None
        return float(self._node.stdout.readline())

    def close(self) -> None:
        self._node.terminate()
        self._node.communicate()
        (INTEROP / ".bench-tokens.mjs").unlink()


def main() -> bool:
    pin(0)
    codec = AuthjsCodec(Keyring([SECRET]), cookie_name=SALT, entropy=os.urandom)
    tokens = tokens_of(codec)
    info = f"Auth.js Generated Encryption Key ({SALT})"
    (key,) = Keyring([SECRET]).derive(salt=SALT, info=info, length=64)
    others = peers(key)
    node = NodePeer(tokens)
    measures = {"nextauth": timed(lambda t: codec.open(t, now=time.time()), tokens)}
    measures |= {name: timed(fn, tokens) for name, fn in others.items()}
    measures["@auth/core"] = node.measure
    found = medians(measures, rounds=7)
    node.close()
    print("microseconds a token:", {name: round(value, 2) for name, value in found.items()})
    ours = found["nextauth"]
    best = min(found[name] for name in others)
    return all(
        [
            report("@auth/core / ours, opening a v5 token", found["@auth/core"] / ours, 18),
            report("best Python JOSE / ours, opening a v5 token", best / ours, 2.5),
        ]
    )
