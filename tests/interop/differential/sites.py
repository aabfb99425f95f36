"""Owns the sites that both sides serve: the same secret, addresses, providers, pages and people."""

from dataclasses import dataclass
from typing import Any

__all__ = ["OTHER_SECRET", "PAGES", "PASSWORDS", "SECRET", "SITES", "Site", "npm_configuration"]

SECRET = "kV3q-of-the-differential-test-9Zx7LwTe"
OTHER_SECRET = "another-site's-secret-w8Rr2-PqKd5-Hn31"

PASSWORDS = {
    "right": "let in",
    "wrong": "authorize answers null",
    "barred": "authorize answers false",
    "denied": "authorize raises AccessDenied",
    "coded": "authorize raises CredentialsSignin with the code 'locked'",
    "broken": "authorize raises an error of its own",
    "unwelcome": "the signIn callback answers false",
    "diverted": "the signIn callback answers a page of the site",
    "astray": "the signIn callback answers a page of another site",
    "nobody": "the jwt callback answers null",
}
"""What a password brings about; the callbacks are those of the sites with `has_own`."""

PAGES = {
    "signIn": "/login",
    "signOut": "/bye",
    "error": "/oops?from=auth",
    "verifyRequest": "/mail",
}


@dataclass(frozen=True)
class Site:
    """One configuration.

    Args:
        dialect: ``"authjs"``, which is compared with @auth/core, or ``"next-auth-v4"``.
        name: Tells it apart.
        origin: Its public origin, whatever address its server listens on.
        base_path: Where its routes are.
        has_own: Whether it has pages and callbacks of its own.
    """

    dialect: str
    name: str
    origin: str
    base_path: str = "/api/auth"
    has_own: bool = False

    @property
    def key(self) -> str:
        return f"{self.dialect}:{self.name}"

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https:")

    def cookie(self, kind: str) -> str:
        """Answer the full name of a ``"session-token"``, ``"csrf-token"`` or ``"callback-url"``."""
        prefix = {"csrf-token": "__Host-"}.get(kind, "__Secure-") if self.is_secure else ""
        return f"{prefix}{self.dialect.removesuffix('-v4')}.{kind}"

    def page(self, name: str) -> str:
        """Answer a page's path: the site's own, else ours."""
        if self.has_own:
            return PAGES[name]
        return f"{self.base_path}/{'verify-request' if name == 'verifyRequest' else name.lower()}"


SITES = {
    site.key: site
    for site in (
        Site("authjs", "http", "http://localhost:3000"),
        Site("authjs", "https", "https://app.example.com"),
        Site("authjs", "own", "https://shop.example.com:8443", "/auth", has_own=True),
        Site("next-auth-v4", "http", "http://localhost:3000"),
        Site("next-auth-v4", "https", "https://app.example.com"),
        # v4 is told its base path by the environment only, for all sites of a process.
        Site("next-auth-v4", "own", "https://shop.example.com:8443", has_own=True),
    )
}


def npm_configuration() -> dict[str, Any]:
    """Answer the same, as the npm packages' server takes it."""
    return {
        "secret": SECRET,
        "sites": {
            site.key: {
                "dialect": site.dialect,
                "origin": site.origin,
                "basePath": site.base_path,
                "pages": PAGES if site.has_own else None,
            }
            for site in SITES.values()
        },
    }
