"""Owns the protocol's URLs: ``path("", include("nextauth.integrations.django.urls"))``.

``base_path`` is the whole path as browsers see it, so it is compared with the whole path of each
request: FORCE_SCRIPT_NAME and a server's prefix count, whenever Django learns of them.
"""

from __future__ import annotations

from django.urls import URLPattern, get_script_prefix, path, register_converter

from nextauth.integrations.django.conf import configured_auth
from nextauth.integrations.django.views import serve

__all__ = ["app_name", "urlpatterns"]


class ActionConverter:
    """Matches what is under the base path, and makes an action's path from its name."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Answer the path of one of our routes.

        Raises:
            ValueError: It is none of ours; Django then goes on to the next pattern.
        """
        auth = configured_auth()
        if auth.settings.only_reads or not auth.covers(get_script_prefix() + value):
            message = "not under the base path"
            raise ValueError(message)
        return value

    def to_url(self, value: str) -> str:
        """Answer the path of an action, such as ``signout``, for ``{% url %}``."""
        base_path = configured_auth().settings.base_path
        return f"{base_path}/{value}".removeprefix(get_script_prefix())


register_converter(ActionConverter, "nextauth_action")

app_name = "nextauth"
urlpatterns: list[URLPattern] = [path("<nextauth_action:action>", serve, name="action")]
