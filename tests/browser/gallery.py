"""Owns the gallery: sites of many kinds, whose pages are served as an application serves them."""

import base64
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from nextauth import Auth, Credentials, FormField, Texts, Theme
from nextauth.factors import SecondFactor, WebAuthnFactor, WebAuthnPolicy
from nextauth.integrations.wsgi import AuthApp
from nextauth.pages import PageRenderer
from nextauth.providers import Passkey
from nextauth.stores import MemoryStore
from tests.browser.account_gallery import SHOWN
from tests.browser.arabic import ARABIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright.sync_api import Page

__all__ = ["BRANDS", "SHAPES", "STATES", "Gallery", "State", "running_gallery"]

_ERRORS = tuple(sorted(Texts().errors))
BRANDS = (
    *("#000000", "#0a1440", "#b00020", "#2b59d6", "#6b4fd8", "#767676", "#0a7d33"),
    *("#e8590c", "#ff0000", "#1db954", "#00a3bf", "#ffcc00", "#fff2a8", "#ffffff"),
)
"""From black to white, the hard ones in the middle."""

_EMAIL = FormField("Email", type="email")
_PASSWORD = FormField("Password", type="password")
_USUAL = {"email": _EMAIL, "password": _PASSWORD}
_REMEMBER = {
    **_USUAL,
    "remember": FormField("Stay signed in", type="checkbox", required=False),
}
_CARD = {
    "number": FormField("Staff number", help="It is on the back of the card."),
    "otp": FormField("Code", required=False, placeholder="6 digits"),
}
_LONG = {
    "email": FormField(
        "The e-mail address under which the personnel department of your company knows you",
        type="email",
        placeholder="firstname.middlename.lastname@department.company.example",
        help="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ),
    "password": FormField(
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzeskennwort",
        type="password",
        required=False,
    ),
    "remember": FormField(
        "Stay signed in on this computer of yours, that of your department, or of a colleague",
        type="checkbox",
        help="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ),
}
_ARABIC_FIELDS = {
    "email": FormField("البريد الإلكتروني", type="email", placeholder="name@example.com"),
    "name": FormField("الاسم", placeholder="كما في البطاقة", help="كما هو مكتوب في بطاقتك."),
    "password": FormField("كلمة المرور", type="password", required=False),
    "remember": FormField("ابق مسجلا", type="checkbox", required=False),
}


def _picture(color: str) -> str:
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 40'>"
        f"<path fill='{color}' d='M4 36V4h8l16 20V4h8v32h-8L12 16v20zM48 4h108v8H48zm0 14h80v8H48z"
        "m0 14h96v4H48z'/></svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _nobody(credentials: Mapping[str, str]) -> None:
    return None


def _provider(fields: Mapping[str, FormField], id_: str, name: str) -> Credentials:
    return Credentials(_nobody, fields, id_, name, account=lambda _: None)


_ONE = (_provider(_USUAL, "credentials", "E-mail"),)
_THREE = (
    _provider(_USUAL, "credentials", "E-mail"),
    _provider(_CARD, "card", "Staff card"),
    _provider({"token": FormField("Token", type="password")}, "token", "Token"),
)
_KEYS = WebAuthnFactor(WebAuthnPolicy("localhost", "Example", ("http://localhost",)))
_SECOND_FACTOR = SecondFactor(MemoryStore(), (_KEYS,))
_PASSKEY = (_ONE[0], Passkey(_KEYS, lambda _provider, _user_id: None))
_LONG_NAME = "The Royal Society for the Improvement of Natural Knowledge of Northumberland"


@dataclass(frozen=True)
class _Site:
    providers: tuple[Credentials | Passkey, ...] = _ONE
    theme: Theme | None = None
    texts: Texts | None = None


_SITES: Mapping[str, _Site] = {
    "plain": _Site(),
    "named": _Site(theme=Theme(name="Example")),
    "remembering": _Site((_provider(_REMEMBER, "credentials", "E-mail"),), Theme(name="Example")),
    "passkey": _Site(_PASSKEY, Theme(name="Example")),
    "three": _Site(_THREE, Theme(name="Example")),
    "mirrored": _Site(_THREE, Theme(name="Example"), Texts(dir="rtl")),
    "long": _Site(
        (_provider(_LONG, "credentials", _LONG_NAME), _provider(_LONG, "other", "X" * 60)),
        Theme(name=_LONG_NAME),
    ),
    "unbroken": _Site((_provider(_LONG, "credentials", "E-mail"),), Theme(name="Ab" * 40)),
    "arabic": _Site(
        (_provider(_ARABIC_FIELDS, "credentials", "البريد"),), Theme(name="مثال"), ARABIC
    ),
    "arabic-three": _Site(
        (
            _provider(_ARABIC_FIELDS, "credentials", "البريد"),
            _provider(_CARD, "card", "Example!"),
            _provider({"pin": FormField("الرقم السري", type="password")}, "pin", "الرقم السري"),
        ),
        Theme(name="Example!"),
        ARABIC,
    ),
    "logo": _Site(
        theme=Theme(name="Example", logo=_picture("#0a1440"), logo_dark=_picture("#fff2a8"))
    ),
    "no-form": _Site((_provider({}, "credentials", "E-mail"),), Theme(name="Example")),
    "always-light": _Site(theme=Theme(name="Example", color_scheme="light")),
    "always-dark": _Site(theme=Theme(name="Example", color_scheme="dark")),
    **{
        f"brand-{color[1:]}": _Site(_THREE, Theme(name="Example", brand_color=color))
        for color in BRANDS
    },
}


@dataclass(frozen=True)
class State:
    """One page of one site, as it can be met.

    Args:
        site: The site's name.
        path: What follows it, below the site's base path.
        error: The error that the query names; None for none.
        is_unfolded: Whether all that is folded away is shown.
    """

    site: str
    path: str
    error: str | None = None
    is_unfolded: bool = False

    @property
    def address(self) -> str:
        """Its path and query."""
        query = f"?error={self.error}" if self.error else ""
        return f"/{self.site}/{self.path}{query}"


_REFUSED, _UNPROVEN, _UNCHANGED = "CredentialsSignin", "SecondFactorRefused", "AccountChange"
_USUAL_SHOWN = (
    ("factor-email-started", _UNPROVEN, False),
    ("account-full", _UNCHANGED, True),
    ("account-full", None, False),
    ("enrolment-totp", _UNPROVEN, False),
    ("codes", None, False),
)
_TOLD = (
    *((name, _UNPROVEN, False) for name in SHOWN if name.startswith(("factor-", "enrolment-"))),
    ("account-full", _UNCHANGED, True),
)
SHAPES = (
    *(State(site, "signin", _REFUSED) for site in _SITES),
    *(State(site, "signin") for site in _SITES if not site.startswith("brand-")),
    *(
        State(site, path, error)
        for site in ("plain", "named", "long", "arabic", "logo", "always-dark")
        for path, error in (("signout", None), ("error", "AccessDenied"), ("verify-request", None))
    ),
    *(State("named", f"shown/{name}") for name in SHOWN),
    *(State("named", f"shown/{name}", error, unfolds) for name, error, unfolds in _TOLD),
    *(
        State(site, f"shown/{name}", error, unfolds)
        for site in ("plain", "long", "unbroken", "arabic", "mirrored", "logo", "always-dark")
        for name, error, unfolds in _USUAL_SHOWN
    ),
    *(
        State(f"brand-{color[1:]}", f"shown/{name}", error, unfolds)
        for color in BRANDS
        for name, error, unfolds in _USUAL_SHOWN[:2]
    ),
)
"""Every kind of page on every kind of site."""

STATES = (
    *SHAPES,
    State("three", "signin/card"),
    State("named", "error"),
    *(
        State("named", path, error)
        for path in ("signin", "error")
        for error in _ERRORS
        if (path, error) not in {("signin", _REFUSED), ("error", "AccessDenied")}
    ),
)
"""All of these, and every error."""


@dataclass(frozen=True)
class Gallery:
    """The running gallery. Each site's routes are below its name."""

    origin: str

    def open(self, page: "Page", state: State) -> None:
        """Show a state, and make sure that it is the one."""
        page.goto(self.origin + state.address)
        if state.is_unfolded:
            page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        assert page.url == self.origin + state.address
        assert page.locator("main h1").inner_text()
        told = page.locator("[role=alert]").count() or "/error" in state.address
        assert bool(told) is bool(state.error or state.path == "error")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Print nothing."""


def _application() -> "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]":
    apps = {
        name: AuthApp(
            Auth(
                providers=site.providers,
                secret="a secret of the gallery, of 32 bytes and more",
                base_path=f"/{name}",
                second_factor=_SECOND_FACTOR if site.providers is _PASSKEY else None,
                theme=site.theme,
                texts=site.texts,
                environ={},
            )
        )
        for name, site in _SITES.items()
    }

    renderers = {
        name: PageRenderer(theme=site.theme or Theme(), texts=site.texts or Texts())
        for name, site in _SITES.items()
    }

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        _, name, *words = environ["PATH_INFO"].split("/")
        if name in apps and words[:1] == ["shown"]:
            error = parse_qs(environ.get("QUERY_STRING", "")).get("error", [None])[0]
            page = SHOWN[words[1]](renderers[name], error)
            headers = [(key.decode(), value.decode()) for key, value in page.headers]
            start_response(f"{page.status} Shown", headers)
            return [page.body]
        if name in apps:
            return apps[name](environ, start_response)
        start_response("204 No Content", [])
        return []

    return serve


@contextmanager
def running_gallery() -> Generator[Gallery]:
    with make_server("127.0.0.1", 0, _application(), _Server, _Quiet) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Gallery(f"http://localhost:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
