"""Owns what the tests of the factor and account pages render: one of every page, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nextauth.fields import FormField
from nextauth.pages import (
    AccountPage,
    FactorForm,
    FactorRow,
    FactorSection,
    PageRenderer,
    SessionRow,
)
from nextauth.web import Response
from tests.unit.pages.samples import TOKEN, renderer

CODE = {"code": FormField("Code", autocomplete="one-time-code")}
TYPED = {"code": FormField("Recovery code", autocomplete="off")}
HIDDEN = {"credential": FormField("", type="hidden", required=False)}
SCRIPT = 'document.title = "<b>" && "</b>";'
TOTP = FactorForm("totp", "Authenticator app", "/factor/totp", CODE)
RECOVERY = FactorForm("recovery", "Recovery code", "/factor/recovery", TYPED)
KEY = FactorForm(
    *("webauthn", "Key", "/factor/webauthn", HIDDEN),
    is_started=False,
    can_start=True,
    script=SCRIPT,
)
MAIL = FactorForm("email", "Mail", "/factor/email", CODE, is_started=False, can_start=True)
MAIL_SENT = FactorForm("email", "Mail", "/factor/email", CODE, can_start=True)
OTHERS = (("/factor?method=totp", "totp", "App"), ("/factor?method=porter", "porter", "Porter"))
CODES = ("k7dm-2q9x-v4hn-8rtw-3gzc-p5ja", "a1b2-c3d4-e5f6-g7h8-j9k0-m1n2")
QR = '<svg width="4" height="4"><path d="M0 0h4"/></svg>'
URI = "otpauth://totp/Example:ada?secret=JBSWY3DP"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Safari/537.36"
)


def factor(
    form: FactorForm = TOTP,
    *,
    pages: PageRenderer | None = None,
    others: Sequence[tuple[str, str, str]] = (),
    trust_days: int = 0,
    error: str | None = None,
    form_action: Sequence[str] = (),
) -> Response:
    return (pages or renderer()).factor(
        form=form,
        others=others,
        csrf_token=TOKEN,
        trust_days=trust_days,
        cancel_url="/signin",
        error=error,
        form_action=form_action,
    )


def overview(
    sections: Sequence[FactorSection] = (),
    *,
    others: Sequence[FactorRow] = (),
    devices: Sequence[FactorRow] = (),
    sessions: Sequence[SessionRow] = (),
    who: str = "ada@example.org",
    home_url: str = "/",
) -> AccountPage:
    return AccountPage(
        who,
        sections,
        others,
        devices,
        sessions,
        rename_url="/account/rename",
        remove_url="/account/remove",
        end_url="/account/end-session",
        home_url=home_url,
        signout_url="/signout",
    )


APP = FactorSection(
    *("totp", "Authenticator app", "/account/factor/totp"),
    [
        FactorRow("1", "My phone", "2025-03-02", "2025-04-01"),
        FactorRow("2", "Old", "2024-01-02", None),
    ],
)
NO_KEY = FactorSection("webauthn", "Key", "/account/factor/webauthn", [])
OTHER_SECTION = FactorSection("porter", "The porter's desk", "/account/factor/porter", [])
HERE = SessionRow("here", CHROME, "192.0.2.1", "2025-04-12 09:30 UTC", is_this=True)
THERE = SessionRow("there", "curl/8.5.0", None, "2025-04-11 09:30 UTC", is_this=False)


def codes_section(left: int | None) -> FactorSection:
    rows = [] if left is None else [FactorRow("3", "Recovery code", "2025-03-02", None, left)]
    return FactorSection(
        "recovery", "Recovery code", "/account/factor/recovery", rows, is_codes=True
    )


FULL = overview(
    [APP, NO_KEY, codes_section(2), OTHER_SECTION],
    others=[FactorRow("4", "Old thing", "2020-01-01", None)],
    devices=[FactorRow("5", CHROME, "2025-03-02", "2025-04-01")],
    sessions=[THERE, HERE],
)


def account(
    page: AccountPage = FULL,
    *,
    pages: PageRenderer | None = None,
    done: str | None = None,
    error: str | None = None,
) -> Response:
    return (pages or renderer()).account(page=page, csrf_token=TOKEN, done=done, error=error)


def enrolment(
    method: str = "totp",
    *,
    pages: PageRenderer | None = None,
    name: str = "Authenticator app",
    fields: Mapping[str, FormField] = CODE,
    shown: Mapping[str, object] | None = None,
    script: str | None = None,
    error: str | None = None,
) -> Response:
    usual = {"secret": "JBSW Y3DP", "qr": QR, "uri": URI} if method == "totp" else {}
    return (pages or renderer()).enrolment(
        method=method,
        name=name,
        action=f"/account/factor/{method}",
        fields=fields,
        shown=usual if shown is None else shown,
        script=script,
        csrf_token=TOKEN,
        back_url="/account",
        error=error,
    )


def codes(
    codes: Sequence[str] = CODES, *, pages: PageRenderer | None = None, site: str = "example.org"
) -> Response:
    return (pages or renderer()).codes(
        codes=codes, method="recovery", name="Recovery code", site=site, back_url="/account"
    )


def every_account_page(pages: PageRenderer) -> list[Response]:
    refused = "SecondFactorRefused"
    return [
        *(
            factor(form, pages=pages, others=OTHERS, trust_days=30, error=error)
            for form in (TOTP, RECOVERY, KEY, MAIL, MAIL_SENT)
            for error in (None, refused)
        ),
        account(overview(), pages=pages),
        account(pages=pages, done="remove"),
        account(pages=pages, error="AccountChange"),
        enrolment(pages=pages),
        enrolment(pages=pages, error=refused),
        enrolment("webauthn", pages=pages, name="Key", fields=HIDDEN, script=SCRIPT),
        enrolment("porter", pages=pages, name="The porter's desk"),
        codes(pages=pages),
    ]
