"""Owns the list of the applications under contract: one small site for each integration.

``/public`` never asks who is there. ``/whoami`` asks twice, and lets anybody in. ``/private`` needs
somebody. ``/stream`` needs somebody, and answers in pieces. Where a middleware stands around them,
``/whoami`` and ``/stream`` even call themselves cacheable.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from nextauth import Auth, Session

CACHEABLE = "public, max-age=60"
PIECES = (b"a" * 1000, b"b" * 1000, b"c" * 1000)

Build = Callable[[Auth], Any]


def name_of(session: Session | None) -> str:
    return "nobody" if session is None else session.user.name or ""


def _lazily(path: str) -> Build:
    """Import a builder when it is called: a server's process loads one framework, not all."""

    def build(auth: Auth) -> Any:  # noqa: ANN401 - an ASGI or a WSGI application
        module, _, name = path.partition(":")
        return getattr(import_module(module), name)(auth)

    return build


_ASGI = {
    "asgi-app": "nextauth.integrations.asgi:AuthApp",
    "asgi": "tests.contract.plain_site:asgi_site",
    "starlette": "tests.contract.starlette_site:with_middleware",
    "starlette-mount": "tests.contract.starlette_site:with_mount",
    "fastapi": "tests.contract.fastapi_site:with_middleware",
    "fastapi-router": "tests.contract.fastapi_site:with_router",
    "litestar": "tests.contract.litestar_site:litestar_app",
    "quart": "tests.contract.quart_site:quart_app",
    "django-asgi": "tests.contract.django_site:django_asgi",
}
_WSGI = {
    "flask": "tests.contract.flask_site:flask_app",
    "django-wsgi": "tests.contract.django_site:django_wsgi",
    "wsgi-app": "nextauth.integrations.wsgi:AuthApp",
    "wsgi": "tests.contract.plain_site:wsgi_site",
}
BUILDERS: dict[str, Build] = {kind: _lazily(path) for kind, path in {**_ASGI, **_WSGI}.items()}
"""Every integration, by name; ``-app``, ``-mount`` and ``-router`` are those without middleware.

A new one is one line in one of the two tables above.
"""

ON_ASGI, ON_WSGI = list(_ASGI), list(_WSGI)
PLAIN = ["asgi", "wsgi"]
"""Applications of the tests' own: they answer every path, and refuse by themselves."""
STREAMS_BODIES = [kind for kind in ON_ASGI if kind != "django-asgi"]
"""Django reads a whole body before it asks anybody, and sets its own limits."""

WITH_PAGES = [kind for kind in BUILDERS if not kind.endswith("-app")]
WITH_MIDDLEWARE = [kind for kind in BUILDERS if "-" not in kind or kind.startswith("django")]
ROLLS_STREAMS = [kind for kind in WITH_PAGES if kind != "fastapi-router"]
"""Without its middleware, FastAPI hands on no header to a response that the endpoint made."""
