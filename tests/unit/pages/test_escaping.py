"""Whatever a site, a provider or a query says stays text: it never becomes part of the page."""

import string
from dataclasses import fields
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from nextauth.config import Theme
from nextauth.pages import ErrorText, ProviderForm, Texts
from nextauth.providers.base import FormField
from tests.unit.pages.dom import read
from tests.unit.pages.samples import error_page, renderer, signin, signout

# Random characters seldom make a tag; these do.
hostile = st.lists(
    st.sampled_from(
        (
            *("<script>alert(1)</script>", "</style>", "</p>", "-->", '" autofocus onfocus="'),
            *("<", ">", '"', "'", "`", "&", "&lt;", "=", " ", "\n"),
            *("{{ 7 * 7 }}", "{% raw %}", "{name}", "\u202e"),
        )
    ),
    min_size=1,
    max_size=6,
).map("".join)
# A page is UTF-8, which has no surrogates.
anything = hostile | st.text(st.characters(codec="utf-8"), min_size=1)


@given(label=anything, placeholder=anything, help_=anything, name=anything, provider=anything)
def test_what_a_provider_declares_stays_text(
    label: str, placeholder: str, help_: str, name: str, provider: str
) -> None:
    def forms(texts: list[str]) -> list[ProviderForm]:
        field = FormField(
            texts[0], type="text", placeholder=texts[1], autocomplete="off", help=texts[2]
        )
        return [
            ProviderForm(id=id_, name=texts[4], action="/x", fields={texts[3]: field})
            for id_ in ("a", "b")
        ]

    page = read(signin(forms([label, placeholder, help_, name, provider])))
    assert page.shape == read(signin(forms(["x"] * 5))).shape
    field = page.one("input", id="field-a-0")
    assert (field["name"], field["placeholder"]) == (name, placeholder)
    assert page.one(id="field-a-0-help").text == help_
    assert page.all("label")[0].text == label
    assert page.one(id="form-a")["aria-label"] == f"Sign in with {provider}"


@given(token=anything, callback_url=anything, action=anything)
def test_what_a_form_carries_stays_text(token: str, callback_url: str, action: str) -> None:
    assume(action[0] not in "/\\")
    form = ProviderForm(id="x", name="x", action=f"/{action}", fields={})
    page = read(renderer().signin(forms=[form], csrf_token=token, callback_url=callback_url))
    plain = read(renderer().signin(forms=[form], csrf_token="x", callback_url="x"))
    assert page.shape == plain.shape
    assert page.one("form")["action"] == f"/{action}"
    assert page.one("input", name="csrfToken")["value"] == token
    assert page.one("input", name="callbackUrl")["value"] == callback_url


@given(path=anything)
def test_where_a_link_leads_stays_text(path: str) -> None:
    url = f"/x{path}"
    assert read(signout(renderer(), url)).one("a")["href"] == url
    page = read(renderer().error(error="Busy", signin_url=url, home_url=url))
    assert page.shape == read(error_page("Busy")).shape
    assert {link["href"] for link in page.all("a")} == {url}
    page = read(renderer().verify_request(home_url=url, host=path))
    assert page.one("a")["href"] == url
    assert page.one("a").text == f"Back to {path}"


@given(name=anything, logo=anything)
def test_what_a_theme_says_stays_text(name: str, logo: str) -> None:
    # The first letter decides whether there is an initial; it is the same in both pages.
    theme = Theme(name=f"A{name}", logo=f"/{logo}", logo_dark="/dark.svg")
    page = read(error_page("Busy", pages=renderer(theme)))
    plain = Theme(name="A", logo="/logo.svg", logo_dark="/dark.svg")
    assert page.shape == read(error_page("Busy", pages=renderer(plain))).shape
    assert (page.one("img")["src"], page.one("img")["alt"]) == (f"/{logo}", f"A{name}")
    page = read(signin(pages=renderer(Theme(name=f"A{name}"))))
    assert page.one("h1").text == f"Sign in to A{name}"


@given(said=anything)
def test_what_the_catalogue_says_stays_text(said: str) -> None:
    given_by_name: dict[str, Any] = {
        each.name: said
        for each in fields(Texts)
        if each.name not in {"lang", "dir", "errors", "codes", "factors"}
    }
    error = ErrorText(said, said, 400)
    hostile_texts = Texts(
        **given_by_name, errors={"CredentialsSignin": error}, codes={"credentials": said}
    )
    for theme in (Theme(), Theme(name="A")):
        odd, plain = renderer(theme, hostile_texts), renderer(theme)
        refused = "CredentialsSignin"
        pairs = [
            (signin(pages=odd, error=refused), signin(pages=plain, error=refused)),
            (signin((), pages=odd), signin((), pages=plain)),
            (signout(odd), signout(plain)),
            (error_page(refused, pages=odd), error_page(refused, pages=plain)),
            (
                odd.verify_request(home_url="/", host="h"),
                plain.verify_request(home_url="/", host="h"),
            ),
        ]
        for one, other in pairs:
            assert read(one).shape == read(other).shape


@given(error=anything, code=anything)
def test_what_a_query_carries_only_chooses_among_the_texts(error: str, code: str) -> None:
    assume(error not in Texts().errors)
    assume(code not in Texts().codes)
    assert signin(error=error, code=code).body == signin(error="Default").body
    refused = signin(error="CredentialsSignin", code=code)
    assert refused.body == signin(error="CredentialsSignin", code="credentials").body
    assert error_page(error).body == error_page(None).body
    assert error_page(error).status == error_page(None).status


@given(error=st.text(string.ascii_letters, min_size=12, max_size=12))
def test_an_unknown_error_is_never_echoed(error: str) -> None:
    assume(error not in Texts().errors)
    for response in (signin(error=error), error_page(error)):
        assert error.encode() not in response.body
        assert all(error.encode() not in value for _, value in response.headers)
