"""Django's own sessions and allauth headless: ``startproject``'s middleware, debug off, one
SQLite file.

``BENCH_SITE`` is "signed_cookies" or "db", the backends of Django's sessions, or "allauth", which
has sessions in the database, as is Django's default. Passwords are compared and not hashed, by a
hasher of our own: the hash would be the same work for everybody, and hide the rest. The file is
opened once a thread, in WAL mode, as Django's notes on SQLite advise; allauth's rate limits are
off.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher
from django.core.handlers.wsgi import WSGIHandler
from django.urls import include, path

FILE = Path(os.environ.get("BENCH_DIRECTORY", ".")) / "django.sqlite3"
SITE = os.environ.get("BENCH_SITE", "db")
PASSWORD = "analytical"
ALLAUTH = SITE == "allauth"


class Compared(BasePasswordHasher):
    algorithm = "compared"

    def salt(self) -> str:
        return ""

    def encode(self, password: str, _salt: str) -> str:
        return f"{self.algorithm}${password}"

    def verify(self, password: str, encoded: str) -> bool:
        return encoded == self.encode(password, "")

    def must_update(self, _encoded: str) -> bool:
        return False


if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DEBUG=False,
        SECRET_KEY="a secret for benchmarks only 0123456789",
        ROOT_URLCONF="bench.peers.django_site",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": FILE,
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                },
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            *(["allauth", "allauth.account", "allauth.headless"] if ALLAUTH else []),
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            *(["allauth.account.middleware.AccountMiddleware"] if ALLAUTH else []),
        ],
        AUTHENTICATION_BACKENDS=[
            "django.contrib.auth.backends.ModelBackend",
            *(["allauth.account.auth_backends.AuthenticationBackend"] if ALLAUTH else []),
        ],
        SESSION_ENGINE=f"django.contrib.sessions.backends.{'db' if ALLAUTH else SITE}",
        PASSWORD_HASHERS=["bench.peers.django_site.Compared"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGIN_REDIRECT_URL="/",
        HEADLESS_ONLY=True,
        HEADLESS_FRONTEND_URLS={},
        ACCOUNT_LOGIN_METHODS={"username"},
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
    )
    django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402 - after the settings
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.test import Client  # noqa: E402


def session(request: HttpRequest) -> JsonResponse:
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({})
    return JsonResponse({"user": {"name": user.get_username(), "email": user.email}})


def csrf(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"csrfToken": get_token(request)})


@login_required
def page(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"name": request.user.get_username()})


urlpatterns = [
    path("", page),
    path("session", session),
    path("csrf", csrf),
    path("login", LoginView.as_view()),
    *([path("_allauth/", include("allauth.headless.urls"))] if ALLAUTH else []),
]
app = WSGIHandler()


def prepare(count: int) -> list[str]:
    """Make the database; answer a cookie for each user."""
    call_command("migrate", verbosity=0)
    people = [
        User(username=f"ada{n}", email=f"ada{n}@example.com", password=f"compared${PASSWORD}")
        for n in range(count)
    ]
    User.objects.bulk_create(people)
    cookies = []
    for person in User.objects.all():
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookies.append(f"sessionid={client.cookies['sessionid'].value}")
    return cookies


if __name__ == "__main__":
    print(json.dumps(prepare(int(sys.argv[1]))))
