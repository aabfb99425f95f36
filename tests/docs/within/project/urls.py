"""What `django-admin startproject` wrote into this file, in a project that is set up."""

import django
from django.conf import settings
from django.urls import URLPattern, URLResolver, path  # noqa: F401 - path is for what follows

from nextauth import Auth, Credentials

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "nextauth.integrations.django",
    ],
    NEXTAUTH=Auth(providers=[Credentials(lambda _: None, account="email")]),
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for the documentation",
)
django.setup()
urlpatterns: list[URLPattern | URLResolver] = []
