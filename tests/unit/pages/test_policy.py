import base64
import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nextauth
from nextauth.config import Theme
from nextauth.pages import PageRenderer, Texts
from nextauth.web import Response
from tests.unit.pages.dom import read
from tests.unit.pages.samples import every_page, renderer, signin

THEMES = [
    Theme(),
    Theme(name="Example", brand_color="#fff2a8", color_scheme="light"),
    Theme(name="Example", logo="/logo.svg", logo_dark="/dark.svg", brand_color="#014"),
    Theme(logo="data:image/png;base64,AAAA", button_text="#fff", color_scheme="dark"),
]


@pytest.fixture(params=THEMES, ids=["plain", "yellow", "logos", "dark"])
def pages(request: pytest.FixtureRequest) -> list[Response]:
    theme: Theme = request.param
    return every_page(renderer(theme))


def policy_of(response: Response) -> dict[str, list[str]]:
    header = (response.header(b"content-security-policy") or b"").decode()
    directives = (directive.split() for directive in header.split("; "))
    return {name: sources for name, *sources in directives}


def test_the_policy_permits_the_one_style_of_the_page_and_nothing_else(
    pages: list[Response],
) -> None:
    for page in pages:
        style = read(page).one("style").text
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy_of(page) == {
            "default-src": ["'none'"],
            "style-src": [f"'sha256-{digest}'"],
            "img-src": ["'self'", "data:"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }


def test_every_page_has_the_headers_that_protect_it(pages: list[Response]) -> None:
    for page in pages:
        assert page.header(b"content-type") == b"text/html; charset=utf-8"
        assert page.header(b"x-frame-options") == b"DENY"
        assert page.header(b"x-content-type-options") == b"nosniff"
        assert page.header(b"referrer-policy") == b"same-origin"
        assert page.header(b"cache-control") == b"private, no-store"
        assert page.header(b"cross-origin-opener-policy") == b"same-origin"
        assert page.header(b"content-length") == b"%d" % len(page.body)
        assert len({name for name, _ in page.headers}) == len(page.headers)


def test_no_page_runs_script_or_has_a_style_of_its_own(pages: list[Response]) -> None:
    for page in pages:
        for element in read(page).walk():
            assert element.tag not in {"script", "link", "iframe", "object", "base"}
            assert "style" not in element
            assert not [name for name in element.attributes if name.startswith("on")]
        assert b"javascript:" not in page.body


def test_no_script_of_ours_takes_messages_of_other_windows() -> None:
    scripts = list(Path(nextauth.__file__).parent.rglob("*.js"))
    assert len(scripts) == 2
    for script in scripts:
        assert not re.search(
            r"""["'.]\s*(on)?message|postMessage|MessageChannel|BroadcastChannel""",
            script.read_text(encoding="utf-8"),
        )


def test_no_page_names_another_host(pages: list[Response]) -> None:
    for page in pages:
        assert b"//" not in page.body
        assert b"url(" not in page.body
        assert b"@import" not in page.body


def test_the_ids_of_a_page_are_distinct_and_every_reference_has_its_target(
    pages: list[Response],
) -> None:
    for page in pages:
        elements = list(read(page).walk())
        ids = [element["id"] for element in elements if "id" in element]
        assert len(ids) == len(set(ids))
        for element in elements:
            for name in ("for", "aria-labelledby", "aria-describedby"):
                assert set((element.get(name) or "").split()) <= set(ids)


def test_form_action_names_the_origins_that_a_redirect_may_lead_to() -> None:
    page = signin(form_action=["https://app.example.org", "http://localhost:3000"])
    assert policy_of(page)["form-action"] == [
        "'self'",
        "https://app.example.org",
        "http://localhost:3000",
    ]
    out = renderer().signout(
        action="/out", csrf_token="t", callback_url="/", form_action=["https://app.example.org"]
    )
    assert policy_of(out)["form-action"] == ["'self'", "https://app.example.org"]


@pytest.mark.parametrize(
    "origin",
    ["*", "https:", "https://a.example; script-src *", "https://a.example/path", "https://a\r\nb"],
)
def test_what_is_no_origin_does_not_reach_the_policy(origin: str) -> None:
    with pytest.raises(ValueError, match="use an origin, such as"):
        signin(form_action=[origin])


def test_the_styles_mirror_themselves() -> None:
    style = read(signin()).one("style").text
    assert "margin-block" in style
    assert re.findall(r"(?:margin|padding|border)-(?:left|right|top|bottom)\s*:", style) == []


def test_a_fixed_scheme_has_no_other_colours() -> None:
    for scheme, other in (("light", "dark"), ("dark", "light")):
        page = read(signin(pages=renderer(Theme(color_scheme=scheme))))  # type: ignore[arg-type]
        assert page.one("meta", name="color-scheme")["content"] == scheme
        assert f"color-scheme:{scheme};" in page.one("style").text
        assert f"prefers-color-scheme:{other}" not in page.one("style").text
        assert "media" not in page.one("meta", name="theme-color")


def test_the_automatic_scheme_follows_the_reader() -> None:
    page = read(signin())
    assert page.one("meta", name="color-scheme")["content"] == "light dark"
    style = page.one("style").text
    assert "@media (prefers-color-scheme:dark){:root{" in style
    assert [meta["media"] for meta in page.all("meta", name="theme-color")] == [
        "(prefers-color-scheme: light)",
        "(prefers-color-scheme: dark)",
    ]


def test_a_page_is_light_enough_for_a_slow_connection() -> None:
    for page in every_page(renderer(Theme(name="Example"))):
        assert len(page.body) < 10_000
        assert len(gzip.compress(page.body)) < 3_000


def test_a_theme_whose_colour_is_no_colour_is_refused_at_construction() -> None:
    with pytest.raises(ValueError, match="'red' is not a colour"):
        PageRenderer(theme=Theme(brand_color="red"), texts=Texts())


def test_the_template_engine_is_imported_with_the_first_page() -> None:
    program = """
import sys
from nextauth.config import Theme
from nextauth.pages import PageRenderer, Texts
pages = PageRenderer(theme=Theme(), texts=Texts())
before = "jinja2" in sys.modules
pages.verify_request(home_url="/", host="example.org")
print(before, "jinja2" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
