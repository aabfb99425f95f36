"""Owns what the tests of the pages render: a few providers, and one of every page."""

from __future__ import annotations

from collections.abc import Sequence

from nextauth.config import Theme
from nextauth.pages import PageRenderer, ProviderForm, Texts
from nextauth.providers.base import FormField
from nextauth.web import Response

TOKEN = "c" * 64
CALLBACK = "/welcome"

PASSWORD = ProviderForm(
    id="credentials",
    name="E-mail",
    action="/api/auth/callback/credentials",
    fields={
        "email": FormField("Email", type="email", placeholder="you at work"),
        "password": FormField("Password", type="password"),
    },
)
STAFF = ProviderForm(
    id="staff",
    name="Staff card",
    action="/api/auth/callback/staff",
    fields={
        "number": FormField("Number", help="It is on the back."),
        "otp": FormField("Code", required=False),
    },
)
BUTTON = ProviderForm(id="sso", name="Company", action="/api/auth/signin/sso", fields={})
OTHER_BUTTON = ProviderForm(id="sso2", name="School", action="/api/auth/signin/sso2", fields={})


def renderer(theme: Theme | None = None, texts: Texts | None = None) -> PageRenderer:
    return PageRenderer(theme=theme or Theme(), texts=texts or Texts())


def signin(
    forms: Sequence[ProviderForm] = (PASSWORD,),
    *,
    pages: PageRenderer | None = None,
    error: str | None = None,
    code: str | None = None,
    form_action: Sequence[str] = (),
) -> Response:
    return (pages or renderer()).signin(
        forms=forms,
        csrf_token=TOKEN,
        callback_url=CALLBACK,
        error=error,
        code=code,
        form_action=form_action,
    )


def signout(pages: PageRenderer, callback_url: str = CALLBACK) -> Response:
    return pages.signout(action="/api/auth/signout", csrf_token=TOKEN, callback_url=callback_url)


def error_page(
    error: str | None, *, pages: PageRenderer | None = None, status: int | None = None
) -> Response:
    return (pages or renderer()).error(
        error=error, signin_url="/api/auth/signin", home_url="/", status=status
    )


def every_page(pages: PageRenderer) -> list[Response]:
    return [
        signin(pages=pages),
        signin((), pages=pages),
        signin((PASSWORD, STAFF, BUTTON, OTHER_BUTTON), pages=pages, error="CredentialsSignin"),
        signout(pages),
        pages.verify_request(home_url="/", host="example.org"),
        *(error_page(code, pages=pages) for code in Texts().errors),
    ]
