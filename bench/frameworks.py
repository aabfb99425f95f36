"""``GET session`` under Flask and Django, against the smallest JSON view beside it plus our codec.

Both stand in one application, so both pass the same middleware: Flask with our extension; Django
with our middleware alone, and Django as ``startproject`` makes it. They are called in this process,
as a WSGI server calls them, and the measure is processor time. Each request bears another token of
somebody who is signed in and whose session is not due for a refresh. The codec's share, opening
that token and writing its session as JSON, is measured by itself.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any

import django
import flask
import msgspec
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.test import override_settings
from django.urls import include, path

from bench.alternate import medians, pin
from bench.bounds import compare
from bench.figures import Figure
from bench.pace import Pace
from bench.servers import SECRET
from nextauth import Auth, Credentials, User
from nextauth.integrations.flask import AuthExtension
from nextauth.sessions import public_session
from nextauth.testing import mint_session
from nextauth.tokens import AuthjsCodec, Keyring

COUNT = 250  # requests in a row: about 30 ms
ROUNDS = 61
VIEW, SESSION = "/smallest", "/api/auth/session"
COOKIE = "authjs.session-token"
OURS = "nextauth.integrations.django.AuthSessionMiddleware"
STARTPROJECT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
BROWSER = {
    "HTTP_HOST": "localhost:3000",
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "HTTP_ACCEPT": "*/*",
    "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_REFERER": "http://localhost:3000/",
    "HTTP_CONNECTION": "keep-alive",
    "HTTP_SEC_FETCH_DEST": "empty",
    "HTTP_SEC_FETCH_MODE": "cors",
    "HTTP_SEC_FETCH_SITE": "same-origin",
}

# A plain `def`, as these frameworks' sites write it; an `async def` has an event loop beside them.
auth = Auth(
    providers=[Credentials(authorize=lambda _: None, account="email")],
    secret=SECRET,
    base_url="http://localhost:3000",
)


def smallest(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


urlpatterns = [
    path(VIEW.removeprefix("/"), smallest),
    path("", include("nextauth.integrations.django.urls")),
]


def flask_application() -> Any:  # noqa: ANN401
    app = flask.Flask(__name__)
    app.add_url_rule(VIEW, view_func=lambda: {"ok": True})
    AuthExtension(auth, app)
    return app


def configure_django() -> None:
    settings.configure(
        ALLOWED_HOSTS=["localhost"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "nextauth.integrations.django",
        ],
        NEXTAUTH=f"{__name__}.auth",
        ROOT_URLCONF=__name__,
        SECRET_KEY=SECRET,
    )
    django.setup()


def django_application(middleware: Sequence[str]) -> Any:  # noqa: ANN401
    with override_settings(MIDDLEWARE=[*middleware, OURS]):
        return WSGIHandler()


def environ_of(address: str, token: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "3000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **BROWSER,
        "HTTP_COOKIE": f"{COOKIE}={token}",
    }


def timed(call: Callable[[Any], object], arguments: Iterable[object]) -> Callable[[], float]:
    """Microseconds of the processor's time that one call takes."""
    each = list(arguments)

    def measure() -> float:
        began = time.process_time()
        for argument in each:
            call(argument)
        return (time.process_time() - began) / len(each) * 1e6

    return measure


def served(app: Any, address: str, tokens: Iterable[str]) -> Callable[[], float]:  # noqa: ANN401
    def start_response(status: str, _headers: object, _exc_info: object = None) -> None:
        assert status == "200 OK", status

    def serve(environ: dict[str, Any]) -> bytes:
        body = app(environ.copy(), start_response)
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return whole

    environs = [environ_of(address, token) for token in tokens]
    assert (b"Ada Lovelace" in serve(environs[0])) is (address == SESSION)
    return timed(serve, environs)


def codec_alone(tokens: Iterable[str]) -> Callable[[], float]:
    codec = AuthjsCodec(Keyring(auth.settings.secrets), cookie_name=COOKIE, entropy=bytes)
    encode, now = msgspec.json.encode, time.time()
    return timed(lambda t: encode(public_session(codec.open(t, now=now).claims)), tokens)


def main(pace: Pace) -> tuple[Figure, ...]:
    pin(0)
    configure_django()
    applications = {
        "Flask": flask_application(),
        "Django, our middleware alone": django_application(()),
        "Django, as startproject makes it": django_application(STARTPROJECT),
    }
    person = {"name": "Ada Lovelace", "email": "ada@example.com"}
    tokens = [mint_session(auth, User(id=str(n), **person))[COOKIE] for n in range(COUNT)]
    measures = {"codec": codec_alone(tokens)}
    for name, app in applications.items():
        measures[f"{name}: view"] = served(app, VIEW, tokens)
        measures[f"{name}: session"] = served(app, SESSION, tokens)
    found = medians(measures, rounds=pace.rounds(ROUNDS))
    return tuple(
        figure
        for name in applications
        for figure in compare(
            f"GET session in {name}",
            found[f"{name}: session"],
            {"smallest view + codec": found[f"{name}: view"] + found["codec"]},
        )
    )
