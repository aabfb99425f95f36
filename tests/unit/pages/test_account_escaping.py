"""Whatever a person, a store or a factor says stays text on the pages of factors and accounts."""

from dataclasses import fields
from typing import Any

from hypothesis import assume, given

from nextauth.fields import FormField
from nextauth.pages import (
    AccountTexts,
    FactorForm,
    FactorRow,
    FactorSection,
    FactorText,
    SessionRow,
    Texts,
)
from tests.unit.pages import account_samples as samples
from tests.unit.pages.account_samples import account, codes, enrolment, factor, overview
from tests.unit.pages.dom import read
from tests.unit.pages.samples import renderer
from tests.unit.pages.test_escaping import anything

KNOWN = set(Texts().factors)


@given(method=anything, name=anything, label=anything, help_=anything, url=anything)
def test_what_a_factor_says_stays_text(
    method: str, name: str, label: str, help_: str, url: str
) -> None:
    assume(method not in KNOWN)
    assume(url[0] not in "/\\")

    def page(method: str, name: str, label: str, help_: str, url: str) -> Any:  # noqa: ANN401
        form = FactorForm(method, name, f"/{url}", {name: FormField(label, help=help_)})
        return read(factor(form, others=[(url, method, name)], error="SecondFactorRefused"))

    odd, plain = page(method, name, label, help_, url), page("x", "x", "x", "x", "x")
    assert odd.shape == plain.shape
    assert odd.one("form")["action"] == f"/{url}"
    assert odd.one("label").text == label
    (way,) = odd.one("ul").all("a")
    assert (way["href"], way.text) == (url, name)


@given(id_=anything, name=anything, day=anything, url=anything, method=anything)
def test_what_a_store_says_stays_text(id_: str, name: str, day: str, url: str, method: str) -> None:
    assume(method not in KNOWN)

    def page(id_: str, name: str, day: str, url: str, method: str) -> Any:  # noqa: ANN401
        row = FactorRow(id_, name, day, day)
        sections = [
            FactorSection(method, name, url, [row, row]),
            FactorSection(method, name, url, [row], is_codes=True),
        ]
        return read(
            account(overview(sections, others=[row], devices=[row], who=name, home_url=url))
        )

    odd = page(id_, name, day, url, method)
    assert odd.shape == page("x", "x", "x", "x", "x").shape
    assert [each["value"] for each in odd.all("input", name="id")] == [id_, id_]
    assert {each["value"] for each in odd.all("button", name="id")} == {id_}
    assert odd.all("h2")[0].text == name
    assert odd.all("summary")[0].one("bdi").text == name
    assert {each["value"] for each in odd.all("input", name="name")} == {name}
    assert odd.all("a")[0]["href"] == url


@given(sid=anything, browser=anything, address=anything, seen=anything)
def test_what_a_browser_says_of_itself_stays_text(
    sid: str, browser: str, address: str, seen: str
) -> None:
    def page(sid: str, browser: str, address: str, seen: str) -> Any:  # noqa: ANN401
        rows = [
            SessionRow(sid, browser, address, seen, is_this=is_this) for is_this in (True, False)
        ]
        return read(account(overview(sessions=rows)))

    odd = page(sid, browser, address, seen)
    assert odd.shape == page("x", "x", "x", "x").shape
    assert odd.one("button", name="sid")["value"] == sid


@given(method=anything, name=anything, label=anything, secret=anything, uri=anything)
def test_what_is_shown_of_an_enrolment_stays_text(
    method: str, name: str, label: str, secret: str, uri: str
) -> None:
    assume(method not in KNOWN)

    def page(method: str, name: str, label: str, secret: str, uri: str) -> Any:  # noqa: ANN401
        shown = {"qr": samples.QR, "secret": secret, "uri": f"otpauth://{uri}"}
        own = {name: FormField(label)}
        return read(
            enrolment("totp" if method == "totp" else "x", name=name, fields=own, shown=shown)
        )

    odd = page(method, name, label, secret, uri)
    assert odd.shape == page("x", "x", "x", "x", "x").shape
    assert odd.one("code").text == secret
    assert odd.all("a")[0]["href"] == f"otpauth://{uri}"
    assert odd.one("h1").text == f"Set up: {name}"


@given(code=anything, site=anything)
def test_codes_and_the_sites_name_stay_text(code: str, site: str) -> None:
    odd = read(codes([code], site=site))
    assert odd.shape == read(codes(["x"], site="x")).shape
    assert odd.one("code").text == code


@given(said=anything)
def test_what_the_catalogue_says_stays_text(said: str) -> None:
    def told(kind: type[Any], **kept: Any) -> Any:  # noqa: ANN401
        return kind(**{each.name: said for each in fields(kind) if each.name not in kept}, **kept)

    factors = {name: told(FactorText, labels={"code": said}) for name in KNOWN}
    kept = {"lang", "dir", "errors", "codes", "factors", "account"}
    plain: dict[str, Any] = {each.name: said for each in fields(Texts) if each.name not in kept}
    hostile = renderer(texts=Texts(**plain, factors=factors, account=told(AccountTexts)))
    usual = {name: told(FactorText, labels={}) for name in KNOWN}
    x = renderer(texts=Texts(factors=usual))
    refused = "SecondFactorRefused"
    for form in (samples.TOTP, samples.RECOVERY, samples.KEY, samples.MAIL, samples.MAIL_SENT):
        one, other = (
            factor(form, pages=pages, others=samples.OTHERS, trust_days=30, error=refused)
            for pages in (hostile, x)
        )
        assert read(one).shape == read(other).shape
    for pages in (hostile, x):
        pairs = [
            (account(pages=pages, done="remove"), account(pages=x, done="remove")),
            (account(pages=pages, error="x"), account(pages=x, error="x")),
            (enrolment(pages=pages), enrolment(pages=x)),
            (codes(pages=pages), codes(pages=x)),
        ]
        for one, other in pairs:
            assert read(one).shape == read(other).shape


@given(error=anything, done=anything)
def test_what_a_query_carries_only_chooses_among_the_texts(error: str, done: str) -> None:
    assume(error not in Texts().errors)
    assume(done not in {"factor", "rename", "remove", "end-session"})
    assert account(error=error).body == account(error="x").body
    assert account(done=done).body == account(done="x").body
    assert factor(error=error).body == factor(error="Default").body
    assert enrolment(error=error).body == enrolment(error="Default").body
