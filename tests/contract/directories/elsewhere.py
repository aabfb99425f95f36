"""Owns a directory in a process of its own: one that needs an environment from its start.

``python elsewhere.py MODULE:FUNCTION ARGUMENT…`` calls the function, which answers a directory, and
then answers questions: a line of JSON each.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from nextauth.directories import FIELDS, Directory
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials, User

__all__ = ["Elsewhere"]

ROOT = Path(__file__).parents[3]


class Elsewhere:
    """A directory that asks one in another process.

    Args:
        function: ``module:name`` of what makes it.
        arguments: What that is given.
        environment: The process's whole environment.
    """

    fields: Mapping[str, FormField] = FIELDS
    account = "username"

    def __init__(self, function: str, *arguments: str, environment: Mapping[str, str]) -> None:
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", __file__, function, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
        )

    def ask(self, question: str, **about: Any) -> Any:  # noqa: ANN401 - what JSON has
        """Ask it, and answer or raise what it says."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps({"question": question, **about}) + "\n")
            self._process.stdin.flush()
            said = json.loads(self._process.stdout.readline())
        if "refused" in said:
            raise CredentialsSignin(code=said["refused"])
        if "unavailable" in said:
            raise SystemUnavailable(said["unavailable"])
        return said["answer"]

    def check(self, credentials: SubmittedCredentials) -> User | None:
        answer = self.ask("check", credentials=dict(credentials))
        return None if answer is None else User.from_mapping(answer)

    def revalidate(self, user: User) -> bool:
        answer: bool = self.ask("revalidate", user=written(user))
        return answer

    def __repr__(self) -> str:
        answer: str = self.ask("repr")
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def written(user: User) -> dict[str, Any]:
    """Answer a user's members, as JSON has them."""
    members = {name: getattr(user, name) for name in ("id", "name", "email", "image")}
    return {**members, "extra": dict(user.extra)}


def answer_to(directory: Directory, question: dict[str, Any]) -> dict[str, Any]:
    """Answer one question."""
    try:
        if question["question"] == "check":
            user: Any = directory.check(SubmittedCredentials(question["credentials"]))
            return {"answer": None if user is None else written(user)}
        if question["question"] == "revalidate":
            return {"answer": directory.revalidate(User.from_mapping(question["user"]))}
        return {"answer": repr(directory)}
    except CredentialsSignin as refusal:
        return {"refused": refusal.public_code}
    except SystemUnavailable as error:
        return {"unavailable": str(error)}


def main(function: str, *arguments: str) -> None:
    """Make the directory, and answer until nobody asks any more."""
    logging.basicConfig(level=logging.WARNING)  # on the standard error, which a test may read
    module, _, name = function.partition(":")
    directory = getattr(import_module(module), name)(*arguments)
    for line in sys.stdin:
        print(json.dumps(answer_to(directory, json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
