"""What Flask and Quart have in common: refusals, and routes that their own routers do not touch."""

import pytest

from tests.contract.site import Site

HTML = {"accept": "text/html"}

pytestmark = pytest.mark.parametrize("kind", ["flask", "quart"], indirect=True)


def test_a_refusal_is_kept_by_no_cache_and_says_how_to_authenticate(site: Site) -> None:
    program, page = site.get("/private"), site.get("/private", HTML)
    assert (program.status_code, program.headers["www-authenticate"]) == (401, "Cookie")
    assert page.status_code == 302
    assert "www-authenticate" not in page.headers
    for reply in (program, page):
        assert reply.headers.get_list("cache-control") == ["private, no-store"]


@pytest.mark.parametrize("path", ["/api/auth//session", "/api/auth/signin//credentials"])
def test_an_empty_part_of_a_path_is_400_and_no_redirect(site: Site, path: str) -> None:
    assert site.get(path).status_code == 400


def test_options_are_answered_by_the_protocol(site: Site) -> None:
    assert site.request("OPTIONS", site.route("session")).status_code == 405
