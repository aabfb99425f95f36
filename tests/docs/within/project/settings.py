"""What `django-admin startproject` wrote into this file, as far as the documentation adds to it."""

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
