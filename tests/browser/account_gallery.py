"""Owns the gallery's pages of second factors and of the account, with what people may have there.

They are rendered from the factors themselves, for a sign-in that waits and an account in use cannot
be had for every site and state.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from nextauth import FormField
from nextauth.factors import (
    Factor,
    MailFactor,
    RecoveryFactor,
    TotpFactor,
    WebAuthnFactor,
    WebAuthnPolicy,
    YubikeyFactor,
    totp_qr,
)
from nextauth.pages import (
    AccountPage,
    FactorForm,
    FactorRow,
    FactorSection,
    PageRenderer,
    SessionRow,
)
from nextauth.web import Response

__all__ = ["CODES", "SHOWN"]

_POLICY = WebAuthnPolicy("localhost", "Example", ("http://localhost",))
_TOKEN = "c" * 64
_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftstelefon"
_SECRET = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
_URI = f"otpauth://totp/Example:ada%40example.org?secret={_SECRET.replace(' ', '')}&issuer=Example"
CODES = tuple(f"k7dm-2q9x-v4hn-8rtw-3gzc-p5{number:02}" for number in range(10))

_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36"  # noqa: E501 - as it is sent
_SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"  # noqa: E501 - as it is sent
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
_IN_AN_APP = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.0.0 Mobile Safari/537.36 Example/4"  # noqa: E501 - as it is sent
_PROGRAM = "ExampleSynchroniser/12.4 libexamplehttp/3.1 " + "x" * 200


class _NoMailer:
    sender = "sign-in@example.org"

    async def send(self, message: object) -> None:
        """Send nothing."""


_FACTORS: Mapping[str, Factor] = {
    each.method: each
    for each in (
        WebAuthnFactor(_POLICY),
        TotpFactor(),
        YubikeyFactor(lambda _: None),
        RecoveryFactor(),
        MailFactor(_NoMailer()),
    )
}
_OTHER_FIELDS = {
    "badge": FormField("The number on your badge", help="It is on the back, above the photograph."),
    "day": FormField("The day's word", type="password", required=False),
}


def _form(method: str, *, is_started: bool) -> FactorForm:
    factor = _FACTORS[method]
    return FactorForm(
        method=method,
        name=factor.name,
        action=f"/factor/{method}",
        fields=factor.fields,
        is_started=is_started,
        can_start=factor.starts,
        script=factor.script,
    )


_OTHER = FactorForm("Porter's desk", "The porter's desk", "/factor/porter", _OTHER_FIELDS)
_FORMS: Mapping[str, FactorForm] = {
    "totp": _form("totp", is_started=True),
    "recovery": _form("recovery", is_started=True),
    "yubikey": _form("yubikey", is_started=True),
    "email": _form("email", is_started=False),
    "email-started": _form("email", is_started=True),
    "webauthn": _form("webauthn", is_started=False),
    "other": _OTHER,
    "other-begun": replace(_OTHER, is_started=False, can_start=True),
}


def _factor(pages: PageRenderer, error: str | None, name: str, *, alone: bool = False) -> Response:
    form = _FORMS[name]
    others = [
        (f"/factor?method={each.method}", each.method, each.name)
        for each in _FACTORS.values()
        if each.method != form.method
    ]
    return pages.factor(
        form=form,
        others=[] if alone else others,
        csrf_token=_TOKEN,
        trust_days=0 if alone else 30,
        cancel_url="/signin",
        error=error,
    )


def _row(id_: str, name: str, *, left: int | None = None, used: str | None = None) -> FactorRow:
    return FactorRow(id_, name, "2025-03-02", used, left)


_ROWS: Mapping[str, tuple[FactorRow, ...]] = {
    "webauthn": (
        _row("1", "The key on my key ring", used="2025-04-11"),
        _row("2", f"{_LONG} in the drawer of the desk"),
    ),
    "totp": (_row("3", "My phone", used="2025-04-12"),),
    "recovery": (_row("4", "Recovery code", left=2),),
}


def _sections(rows: Mapping[str, tuple[FactorRow, ...]]) -> list[FactorSection]:
    return [
        FactorSection(
            each.method,
            each.name,
            f"/account/factor/{each.method}",
            rows.get(each.method, ()),
            is_codes=each.role == "backup",
        )
        for each in _FACTORS.values()
        if each.role in {"enrolled", "backup"}
    ]


_URLS: Mapping[str, Any] = {
    "rename_url": "/account/rename",
    "remove_url": "/account/remove",
    "end_url": "/account/end-session",
    "home_url": "/",
    "signout_url": "/signout",
}
_EMPTY = AccountPage(
    "ada@example.org",
    _sections({}),
    sessions=[SessionRow("s", _CHROME, "192.0.2.1", "2025-04-12 09:30 UTC", is_this=True)],
    **_URLS,
)
_FULL = AccountPage(
    "augusta.ada.king.countess.of.lovelace@analytical-engines.cambridge.example.org",
    [
        *_sections(_ROWS),
        FactorSection("Porter's desk", "The porter's desk", "/account/factor/porter", []),
    ],
    others=[_row("5", "Old phone for text messages", used="2024-12-24")],
    devices=[_row("6", _FIREFOX, used="2025-04-01"), _row("7", _IN_AN_APP)],
    sessions=[
        SessionRow("a", _FIREFOX, "192.0.2.44", "2025-04-12 09:12 UTC", is_this=False),
        SessionRow("b", _CHROME, "192.0.2.1", "2025-04-12 09:30 UTC", is_this=True),
        SessionRow("c", _SAFARI, "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2025-04-10", False),  # noqa: FBT003
        SessionRow("d", _PROGRAM, None, "2025-04-09 18:00 UTC", is_this=False),
        SessionRow("e", None, None, "2025-04-08 18:00 UTC", is_this=False),
    ],
    **_URLS,
)


def _account(
    pages: PageRenderer, error: str | None, page: AccountPage, *, done: str | None = None
) -> Response:
    return pages.account(page=page, csrf_token=_TOKEN, done=done, error=error)


def _enrolment(pages: PageRenderer, error: str | None, method: str) -> Response:
    factor = _FACTORS.get(method)
    shown = {"secret": _SECRET, "qr": totp_qr(_URI), "uri": _URI} if method == "totp" else {}
    return pages.enrolment(
        method=method,
        name=factor.name if factor else "The porter's desk",
        action=f"/account/factor/{method}",
        fields=factor.fields if factor else _OTHER_FIELDS,
        shown=shown,
        script=factor.script if factor else None,
        csrf_token=_TOKEN,
        back_url="/account",
        error=error,
    )


def _codes(pages: PageRenderer, error: str | None) -> Response:
    return pages.codes(
        codes=CODES, method="recovery", name="Recovery code", site="localhost", back_url="/account"
    )


SHOWN: Mapping[str, Callable[[PageRenderer, str | None], Response]] = {
    **{f"factor-{name}": partial(_factor, name=name) for name in _FORMS},
    "factor-alone": partial(_factor, name="totp", alone=True),
    "account-empty": partial(_account, page=_EMPTY),
    "account-full": partial(_account, page=_FULL),
    "account-done": partial(_account, page=_FULL, done="remove"),
    **{
        f"enrolment-{name}": partial(_enrolment, method=name)
        for name in ("totp", "webauthn", "yubikey", "other")
    },
    "codes": _codes,
}
"""Each page by the name under which the gallery has it."""
