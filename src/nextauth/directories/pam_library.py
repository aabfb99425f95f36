"""Owns the conversation with the system's PAM library: who is asked what, and what is answered.

Only this module knows pamela. A question is `pam_authenticate`, then `pam_acct_mgmt`; no session is
opened, and no credentials of the system are set.
"""

from __future__ import annotations

from ctypes import POINTER, c_char_p, cast, sizeof
from dataclasses import dataclass
from typing import Any

try:
    import pamela  # type: ignore[import-untyped]
except (ImportError, AttributeError, OSError) as _error:  # pragma: no cover - no pamela, no libpam
    message = (
        "PamDirectory needs pamela and the system's libpam: pip install 'nextauth[pam]', "
        "and on Debian: apt install libpam0g"
    )
    raise ImportError(message) from _error

__all__ = ["Verdict", "ask_pam"]

_SUCCESS, _SYSTEM_ERROR, _CONVERSATION_ERROR = 0, 4, 19
_USER, _TTY = 2, 3
_PASSWORD_PROMPT, _MESSAGES = 1, (3, 4)
# No words to the terminal; and nobody is let in because their account has an empty password, as
# pam_unix does with `nullok`, whatever was submitted.
_FLAGS = 0x8000 | 0x0001


@dataclass(frozen=True, slots=True)
class Verdict:
    """What PAM said.

    Args:
        code: Its last code (Linux-PAM, ``_pam_types.h``); 0 is success.
        is_authenticated: Whether the password was right, or none was asked about.
        was_asked: Whether a module wanted to know the password.
        wants_more: Whether one wanted to know something else.
        name: Who it is, as the modules left the name.
    """

    code: int
    is_authenticated: bool
    was_asked: bool
    wants_more: bool
    name: str


def ask_pam(service: str, name: str, password: str | None) -> Verdict:
    """Ask whether a password is right and the account may be used. Blocks, for seconds if wrong.

    Args:
        service: The PAM service.
        name: The account's name.
        password: The password; None to ask about the account alone.
    """
    conversation = _Conversation(password)
    try:
        handle = pamela.pam_start(service, name, conv_func=conversation.function)
    except pamela.PAMError as error:
        code = error.errno or _SYSTEM_ERROR
        return Verdict(code, password is None, was_asked=False, wants_more=False, name=name)
    code, is_authenticated = _SYSTEM_ERROR, password is None
    try:
        handle.set_item(_TTY, "nextauth")  # some modules want to know one
        if password is not None:
            code = pamela.PAM_AUTHENTICATE(handle, _FLAGS)
            is_authenticated = code == _SUCCESS
        if is_authenticated:
            code = pamela.PAM_ACCT_MGMT(handle, _FLAGS)
        found = handle.get_item(_USER) or name
    except (pamela.PAMError, UnicodeError):
        code, found = _SYSTEM_ERROR, name
    finally:
        pamela.PAM_END(handle, code)
    return Verdict(
        code,
        is_authenticated,
        was_asked=conversation.was_asked,
        wants_more=conversation.wants_more,
        name=found,
    )


class _Conversation:
    """Answers what modules ask: the password where nothing would be shown, and nothing else.

    It has to be held for as long as PAM may call it.
    """

    def __init__(self, password: str | None) -> None:
        self._password = None if password is None else password.encode()
        self.was_asked = False
        self.wants_more = False
        self.function: Any = pamela.CONV_FUNC(self._answer)

    def _answer(self, count: int, messages: Any, responses: Any, _data: Any) -> int:  # noqa: ANN401
        # What is raised here, ctypes would take for success.
        try:
            return self._answered(count, messages, responses)
        except Exception:  # noqa: BLE001 - see above
            return _CONVERSATION_ERROR

    def _answered(self, count: int, messages: Any, responses: Any) -> int:  # noqa: ANN401
        styles = [messages[each].contents.msg_style for each in range(count)]
        if all(style in _MESSAGES for style in styles) and not responses:
            return _SUCCESS  # a module that only tells something wants no answers
        expected = _MESSAGES if self._password is None else (_PASSWORD_PROMPT, *_MESSAGES)
        if any(style not in expected for style in styles):
            self.wants_more = True
            return _CONVERSATION_ERROR
        # The modules free what they get, so that it must be the C library's.
        address = pamela.CALLOC(count, sizeof(pamela.PamResponse))
        if not address:
            return _CONVERSATION_ERROR
        answers = cast(address, POINTER(pamela.PamResponse))
        responses[0] = answers
        for each, style in enumerate(styles):
            if style == _PASSWORD_PROMPT:
                self.was_asked = True
                answers[each].resp = pamela.STRDUP(c_char_p(self._password))
        return _SUCCESS
