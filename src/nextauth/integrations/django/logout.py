"""Owns what Django's ``logout`` does to our session: it ends, as if our own form were sent.

Else whoever signs out of the admin would be somebody again with the next request.
"""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.http import HttpRequest

from nextauth.integrations.django.reader import RequestSession, known_reader
from nextauth.integrations.django.runtime import POSTING
from nextauth.integrations.django.wire import is_asgi, request_of
from nextauth.sessions import Resumed
from nextauth.web import Request

__all__ = ["asigned_out", "end_session", "signed_out"]

_ABOUT_THE_FORM = (b"sec-fetch-site", b"origin", b"x-auth-return-redirect")


def end_session(request: HttpRequest | None = None, **_: object) -> None:
    """End our session where Django's ``logout`` ends its own: a receiver of its signal.

    `AuthSessionMiddleware` deletes the cookie with the response.

    Args:
        request: Django's request, if there is one.
    """
    reader = known_reader(request)
    if reader is not None:
        reader.is_ended = True


def signed_out(request: HttpRequest, reader: RequestSession) -> Resumed | None:
    """Answer the cookies that make the browser forget the session; None if nobody signed out.

    Args:
        request: Django's request.
        reader: Its session.
    """
    if not reader.is_ended:
        return None
    if is_asgi(request) and not reader.auth.steps_without_loop:
        return async_to_sync(asigned_out)(request, reader)
    answer = reader.auth.handle_sync(_form(request_of(request), reader))
    return Resumed(None, tuple(answer.cookies))


async def asigned_out(request: HttpRequest, reader: RequestSession) -> Resumed | None:
    """Answer what `signed_out` does, on an event loop.

    Args:
        request: Django's request.
        reader: Its session.
    """
    if not reader.is_ended:
        return None
    answer = await reader.auth.handle(_form(request_of(request, POSTING), reader))
    return Resumed(None, tuple(answer.cookies))


def _form(asked: Request, reader: RequestSession) -> Request:
    """Turn the request in which ``logout`` ran into one of our own sign-out form.

    The application's own code decided to sign out, so what guards our form does not apply.
    """
    told = [(name, value) for name, value in asked.headers if name not in _ABOUT_THE_FORM]
    return Request(
        "POST",
        f"{reader.auth.settings.base_path}/signout",
        headers=(*told, (b"sec-fetch-site", b"same-origin")),
        scheme=asked.scheme,
        client=asked.client,
        runtime=asked.runtime,
    )
