"""Owns what Litestar's OpenAPI document says of the session."""

from __future__ import annotations

from copy import copy

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from nextauth.auth import Auth
from nextauth.sessions.bearer import is_read, token_source

__all__ = ["SCHEME_NAME", "with_scheme"]

SCHEME_NAME = "Session"


def with_scheme(config: OpenAPIConfig, auth: Auth) -> OpenAPIConfig:
    """Answer a configuration that also tells how a request carries its session.

    Args:
        config: The application's own.
        auth: The site's `Auth`.
    """
    settings = auth.settings
    base = settings.address.base_url
    plan = settings.secure if base is not None and base.is_secure else settings.insecure
    told = f"The session cookie that {settings.base_path}/signin sets."
    scheme = SecurityScheme("apiKey", told, plan.session, "cookie")
    if is_read(settings.session):
        # The browser adds the cookie by itself; the token is what a reader must type in.
        told = token_source(settings.session, settings.base_path)
        scheme = SecurityScheme("http", told, scheme="bearer", bearer_format="JWE")
    others = config.components if isinstance(config.components, list) else [config.components]
    config = copy(config)
    config.components = [*others, Components(security_schemes={SCHEME_NAME: scheme})]
    return config
