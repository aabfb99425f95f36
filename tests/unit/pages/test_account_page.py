from datetime import UTC, datetime

import pytest

from nextauth.pages import AccountTexts, FactorRow, FactorSection, SessionRow, Texts
from nextauth.stores import Enrolment, SessionRecord
from tests.unit.pages.account_samples import (
    APP,
    CHROME,
    FULL,
    HERE,
    NO_KEY,
    THERE,
    account,
    codes_section,
    overview,
)
from tests.unit.pages.dom import Element, read
from tests.unit.pages.samples import TOKEN, renderer

MARCH = datetime(2025, 3, 2, 14, 5, tzinfo=UTC).timestamp()


def names(page: Element) -> list[str]:
    return [each.text for each in page.all("bdi", **{"class": "name"})]


def button(page: Element, label: str) -> Element:
    return page.one("button", **{"aria-label": label})


def sent_to(page: Element, pressed: Element) -> str | None:
    """Answer where a button sends its form, which carries the token."""
    owner = page.one("form", id=pressed["form"] or "") if "form" in pressed else None
    if owner is None:
        owner = next(each for each in page.all("form") if pressed in each.walk())
    assert owner["method"] == "post"
    assert owner.one("input", name="csrfToken")["value"] == TOKEN
    return pressed.get("formaction") or owner["action"]


def test_it_says_whose_account_it_is() -> None:
    page = read(account(overview()))
    assert page.one("h1").text == "Your account"
    assert page.all("p", **{"class": "message"})[0].text == "Signed in as ada@example.org"
    assert page.all("section") == []
    assert [each["href"] for each in page.all("a")] == ["/", "/signout"]


def test_each_kind_of_factor_is_a_region_with_its_name_and_what_it_is() -> None:
    page = read(account(FULL))
    for region in page.all("section"):
        assert page.one(id=region["aria-labelledby"] or "") in region.all("h2")
    assert [each.text for each in page.all("h2")] == [
        "Authenticator app",
        "Security key or passkey",
        "Recovery codes",
        "The porter's desk",
        "No longer used on this site",
        "Trusted browsers",
        "Where you are signed in",
    ]
    assert Texts().factors["totp"].about in [each.text for each in page.all("p")]


def test_a_factor_can_be_renamed_and_removed_when_it_is_unfolded() -> None:
    page = read(account(overview([APP])))
    first, _ = page.all("details")
    assert "open" not in first
    assert first.one("summary").one("bdi").text == "My phone"
    assert "Added 2025-03-02" in first.one("summary").text
    assert "Last used 2025-04-01" in first.one("summary").text
    rename = first.one("form")
    assert rename["action"] == "/account/rename"
    assert rename.one("input", name="id")["value"] == "1"
    field = rename.one("input", name="name")
    assert (field["value"], field["maxlength"]) == ("My phone", "60")
    assert page.one("label", **{"for": field["id"] or ""}).text == "Name"
    remove = button(page, "Remove: My phone")
    assert remove in first.walk()
    assert (remove["name"], remove["value"]) == ("id", "1")
    assert sent_to(page, remove) == "/account/remove"
    assert "ends" in (remove["class"] or "").split()
    assert page.one(id=remove["aria-describedby"] or "").text == AccountTexts().remove_message


def test_one_that_was_never_used_says_so() -> None:
    assert "Never used" in read(account(overview([APP]))).all("summary")[1].text


def test_the_first_of_a_kind_is_added_and_then_another() -> None:
    page = read(account(overview([APP, NO_KEY])))
    more = button(page, "Add another: Authenticator app")
    assert sent_to(page, more) == "/account/factor/totp"
    first = button(page, "Add: Security key or passkey")
    assert sent_to(page, first) == "/account/factor/webauthn"


def test_recovery_codes_are_made_and_later_renewed() -> None:
    page = read(account(overview([codes_section(None)])))
    make = button(page, "Make codes: Recovery codes")
    assert sent_to(page, make) == "/account/factor/recovery"
    page = read(account(overview([codes_section(9)])))
    assert page.all("input", name="name") == []
    renew, remove = page.one("details").all("button")
    assert (renew.text, sent_to(page, renew)) == ("Make new codes", "/account/factor/recovery")
    assert page.one(id=renew["aria-describedby"] or "").text == AccountTexts().renew_message
    assert sent_to(page, remove) == "/account/remove"


@pytest.mark.parametrize(
    ("left", "said", "is_few"),
    [
        (10, "Codes left: 10", False),
        (4, "Codes left: 4", False),
        (3, "Codes left: 3. Make new ones soon.", True),
        (1, "Codes left: 1. Make new ones soon.", True),
        (0, "No codes left. Make new ones now.", True),
    ],
)
def test_few_codes_are_warned_of(left: int, said: str, is_few: bool) -> None:  # noqa: FBT001
    page = read(account(overview([codes_section(left)])))
    told = page.one("summary").all("span", **{"class": "help few" if is_few else "help"})
    assert [each.text for each in told] == [said]


def test_browsers_are_called_as_people_call_them() -> None:
    page = read(account(FULL))
    assert names(page)[-4:] == ["Old thing", "Chrome on Windows", "Chrome on Windows", "curl/8.5.0"]
    remove = button(page, "Remove: Chrome on Windows")
    assert (remove["value"], sent_to(page, remove)) == ("5", "/account/remove")


@pytest.mark.parametrize("said", [None, "", " "])
def test_a_browser_without_a_name_is_unknown(said: str | None) -> None:
    session = SessionRow("s", said, None, "2025-04-12", is_this=True)
    assert names(read(account(overview(sessions=[session])))) == ["Unknown browser"]


def test_of_an_unknown_browser_the_system_is_told() -> None:
    session = SessionRow("s", f"{CHROME} Other/1", None, "2025-04-12", is_this=True)
    assert names(read(account(overview(sessions=[session])))) == ["Unknown browser on Windows"]


def test_this_session_comes_first_and_cannot_be_ended_here() -> None:
    page = read(account(overview(sessions=[THERE, HERE])))
    here, there = page.all("li")
    assert "This browser" in here.text
    assert "From 192.0.2.1" in here.text
    assert here.all("button") == []
    assert "This browser" not in there.text
    end = there.one("button")
    assert (end["name"], end["value"], end.text) == ("sid", "there", "Sign out there")
    assert sent_to(page, end) == "/account/end-session"
    others = page.all("button")[-1]
    assert others.text == "Sign out everywhere else"
    assert "name" not in others
    assert sent_to(page, others) == "/account/end-session"


def test_where_there_is_no_other_session_there_is_nothing_to_end() -> None:
    assert read(account(overview(sessions=[HERE]))).all("button") == []


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("factor", AccountTexts().done_added),
        ("rename", AccountTexts().done_renamed),
        ("remove", AccountTexts().done_removed),
        ("end-session", AccountTexts().done_ended),
        ("<b>", AccountTexts().done),
    ],
)
def test_what_was_changed_is_said(done: str, said: str) -> None:
    page = read(account(done=done))
    assert page.one(role="status").one("p").text == said
    assert page.all(role="alert") == []
    assert page.one("title").text == "Your account"


@pytest.mark.parametrize("error", ["AccountChange", "<b>"])
def test_what_failed_is_said_and_nothing_of_the_query(error: str) -> None:
    page = read(account(error=error, done="remove"))
    assert page.one(role="alert").one("p").text == AccountTexts().failed
    assert page.all(role="status") == []
    assert page.one("title").text == "Error: Your account"


def test_from_right_to_left_dates_and_names_keep_their_direction() -> None:
    page = read(account(FULL, pages=renderer(texts=Texts(lang="he", dir="rtl"))))
    assert "Added \u20682025-03-02\u2069" in page.all("summary")[0].text
    assert "Codes left: \u20682\u2069." in page.all("summary")[2].text
    assert names(page)[-2] == "\u2068Chrome\u2069 on \u2068Windows\u2069"


def test_a_row_tells_days_and_what_is_left() -> None:
    made = Enrolment(
        *("id", "credentials", "1", "recovery", "Codes", "", MARCH),
        confirmed=True,
        digests=("a", "b"),
    )
    assert FactorRow.of(made) == FactorRow("id", "Codes", "2025-03-02", None, 2)
    app = Enrolment(
        *("id", "credentials", "1", "totp", "Phone", "x", MARCH), confirmed=True, used=MARCH
    )
    assert FactorRow.of(app) == FactorRow("id", "Phone", "2025-03-02", "2025-03-02")


def test_of_a_trusted_browser_all_that_it_said_is_read_where_it_is_kept() -> None:
    cut = Enrolment(*("id", "credentials", "1", "trusted", "Mozil", "", MARCH), confirmed=True)
    assert FactorRow.of_browser(cut).name == "Mozil"
    whole = Enrolment(
        *("id", "credentials", "1", "trusted", "Mozil", CHROME, MARCH), confirmed=True
    )
    assert FactorRow.of_browser(whole) == FactorRow("id", CHROME, "2025-03-02", None)


def test_a_session_tells_the_minute() -> None:
    record = SessionRecord("s", "credentials", "1", MARCH, MARCH, MARCH + 1, "192.0.2.1", CHROME)
    assert SessionRow.of(record, is_this=True) == SessionRow(
        "s", CHROME, "192.0.2.1", "2025-03-02 14:05 UTC", is_this=True
    )


def test_whatever_the_ids_of_a_store_are_those_of_the_page_are_safe() -> None:
    rows = [FactorRow(id_, "x", "2025", None) for id_ in ('a" onclick="x', "a b", "a b", "é", "")]
    odd = FactorSection("a b'\"", "x", "/x", rows)
    page = read(account(overview([odd, odd])))
    ids = [each["id"] or "" for each in page.walk() if "id" in each]
    assert len(ids) == len(set(ids)) > 10
    assert all(each.replace("-", "").isascii() and " " not in each for each in ids)
    assert [each["value"] for each in page.all("input", name="id")] == [
        each.id for each in rows
    ] * 2
