"""Owns the Node process that runs the npm packages, one for all tests of a worker."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


class Npm:
    """The npm packages `@auth/core` and `next-auth`, as their users call them."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", "tokens.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, command: str, **params: Any) -> dict[str, Any]:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps({"command": command, **params}) + "\n")
        self._node.stdin.flush()
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        return answer

    def value(self, command: str, **params: Any) -> Any:
        answer = self.ask(command, **params)
        assert "error" not in answer, answer
        return answer.get("value")

    def opens(self, command: str, **params: Any) -> bool:
        return self.ask(command, **params).get("value") is not None

    def close(self) -> None:
        self._node.terminate()
        self._node.communicate()


@pytest.fixture(scope="session")
def npm() -> Iterator[Npm]:
    if shutil.which("node") is None:
        pytest.skip("Node is not on PATH; it runs the npm packages")
    if not (HERE / "node_modules" / "@auth" / "core").is_dir():
        pytest.skip("the npm packages are not installed; run `npm ci` in tests/interop")
    packages = Npm()
    yield packages
    packages.close()
