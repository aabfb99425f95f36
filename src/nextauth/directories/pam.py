"""Owns the directory that is a machine's own: PAM decides, with whatever modules it has."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Literal

from nextauth.directories.base import UsualForm
from nextauth.directories.breaker import Breaker
from nextauth.directories.pam_library import Verdict, ask_pam
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials, User

__all__ = ["PamDirectory"]

_log = logging.getLogger("nextauth.directories")

_SERVICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
# No name of an account; and modules write names into paths, and into arguments of programs.
_NO_NAME = re.compile(r"[/:\0]|^[-+.~@]")
_LONGEST_NAME = 256

Meaning = Literal["right", "wrong", "expired", "must_change", "disabled", "unavailable"]

# Linux-PAM's codes by their names without PAM_.
_UNAVAILABLE = {
    1: "OPEN_ERR",
    2: "SYMBOL_ERR",
    3: "SERVICE_ERR",
    4: "SYSTEM_ERR",
    5: "BUF_ERR",
    8: "CRED_INSUFFICIENT",
    9: "AUTHINFO_UNAVAIL",
    15: "CRED_UNAVAIL",
    18: "NO_MODULE_DATA",
    24: "TRY_AGAIN",
    25: "IGNORE",
    26: "ABORT",
    28: "MODULE_UNKNOWN",
    29: "BAD_ITEM",
}
_OF_ACCOUNT: Mapping[int, Meaning] = {
    0: "right",
    10: "wrong",  # USER_UNKNOWN
    12: "must_change",  # NEW_AUTHTOK_REQD
    13: "expired",  # ACCT_EXPIRED
    27: "expired",  # AUTHTOK_EXPIRED
}


class PamDirectory(UsualForm):
    """Signs in the accounts of a machine, as the modules of a PAM service decide.

    The password is checked, and then the account: one that has expired is told so, with a public
    code, to whoever knows the password. No session is opened, and a module that asks for anything
    but the password is answered nothing. Blocks: `check` is a plain ``def``, which runs in a worker
    thread. To read ``/etc/shadow``, pam_unix needs root, or the group shadow.

    The name is the user's id, as the modules leave it.

    Args:
        service: The name of a file in ``/etc/pam.d``. Without one, PAM takes ``other``.
        timeout: Seconds for one question. A wrong password takes some, as the modules like.
        at_once: How many questions may be under way.
        breaker: Leaves PAM alone for a while when it cannot be asked.

    Raises:
        ValueError: An argument cannot be used.
    """

    def __init__(
        self,
        service: str = "login",
        *,
        timeout: float = 30.0,
        at_once: int = 16,
        breaker: Breaker | None = None,
    ) -> None:
        if not isinstance(service, str) or not _SERVICE.fullmatch(service):
            msg = (
                f"PamDirectory({service!r}): use the name of a file in /etc/pam.d, such as 'login'"
            )
            raise ValueError(msg)
        if not timeout > 0 or at_once < 1:
            given = f"timeout={timeout!r}, at_once={at_once!r}"
            msg = f"PamDirectory({given}): use seconds above 0, and 1 or more"
            raise ValueError(msg)
        self._service = service
        self._timeout = timeout
        self._free = BoundedSemaphore(at_once)
        self._breaker = breaker or Breaker(f"PAM's service {service!r}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._service!r})"

    def check(self, credentials: SubmittedCredentials) -> User | None:
        """Ask PAM whether a password is right, and whether the account may be used.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if the name or the password is wrong.

        Raises:
            CredentialsSignin: The password is right, and the account is "expired" or "disabled", or
                its password "must_change".
            SystemUnavailable: PAM, or what its modules stand on, cannot be asked.
        """
        given = self._submitted(credentials)
        if given is None or not _can_be_name(given[0]):
            return None
        verdict, meaning = self._ask(*given)
        if meaning == "wrong":
            return None
        if not verdict.was_asked:
            self._tell("pam-no-password", "lets people in without asking for a password")
            return None
        if meaning != "right":
            raise CredentialsSignin(code=meaning)
        return User(id=verdict.name, name=verdict.name)

    def revalidate(self, user: User) -> bool:
        """Ask PAM whether an account may still be used; its password is not asked about.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: PAM, or what its modules stand on, cannot be asked.
        """
        name = user.id or ""
        return _can_be_name(name) and self._ask(name, None)[1] == "right"

    def _ask(self, name: str, password: str | None) -> tuple[Verdict, Meaning]:
        with self._breaker.trying():
            verdict = self._within_time(lambda: ask_pam(self._service, name, password))
            meaning = meaning_of(verdict.code, is_authenticated=verdict.is_authenticated)
            if verdict.wants_more:
                self._tell("pam-prompt", "asks for more than a password, which cannot be answered")
                meaning = "wrong"
            if meaning == "unavailable":
                message = f"PAM's service {self._service!r} answers {_UNAVAILABLE[verdict.code]}"
                raise SystemUnavailable(message)
        return verdict, meaning

    def _tell(self, code: str, what: str) -> None:
        fix = (
            "nobody is signed in so. Take a service whose auth modules ask for the password alone."
        )
        _log.error("PAM's service %r %s; %s", self._service, what, fix, extra={"code": code})

    def _within_time(self, question: Callable[[], Verdict]) -> Verdict:
        """Ask in a thread that can be left behind: what a module does cannot be interrupted."""
        answers: SimpleQueue[Verdict | BaseException] = SimpleQueue()
        if not self._free.acquire(timeout=self._timeout):
            message = f"PAM's service {self._service!r} has too many questions to answer"
            raise SystemUnavailable(message)

        def run() -> None:
            try:
                answers.put(question())
            except BaseException as error:  # noqa: BLE001 - raised by whoever waits
                answers.put(error)
            finally:
                self._free.release()

        try:
            Thread(target=run, name="nextauth-pam", daemon=True).start()
        except RuntimeError:
            self._free.release()
            message = "the process can start no thread to ask PAM in"
            raise SystemUnavailable(message) from None
        try:
            answer = answers.get(timeout=self._timeout)
        except Empty:
            message = f"PAM's service {self._service!r} did not answer in {self._timeout:g} s"
            raise SystemUnavailable(message) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer


def meaning_of(code: int, *, is_authenticated: bool) -> Meaning:
    """Answer what one of PAM's codes means to who signs in.

    Before the password was right, an account's state is nobody's business: it is wrong.

    Args:
        code: The code.
        is_authenticated: Whether the password was right, so that the code is about the account.
    """
    if code in _UNAVAILABLE:
        return "unavailable"
    return _OF_ACCOUNT.get(code, "disabled") if is_authenticated else "wrong"


def _can_be_name(name: str) -> bool:
    return 0 < len(name.encode()) <= _LONGEST_NAME and not _NO_NAME.search(name)
