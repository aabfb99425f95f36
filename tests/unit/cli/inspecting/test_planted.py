"""An inspection names the fault that was planted, and nothing that is secret."""

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextauth import Auth
from nextauth.cli.inspecting import Site, as_json, as_text, inspected, read_pasted
from nextauth.cli.inspecting.causes import Cause
from nextauth.tokens import DIALECTS
from tests.security.inputs import repeatable
from tests.unit.cli.inspecting.asking import auth_of
from tests.unit.cli.inspecting.planting import PLANTS, SECRETS, VALUE, planted, site_of
from tests.unit.protocol.wire import Browser

fewer = settings(repeatable, max_examples=40)  # a session of many chunks takes a while to draw
IDS = ["good" if cause is None else cause.code for cause in PLANTS]


@pytest.mark.parametrize("cause", PLANTS, ids=IDS)
@given(data=st.data())
@fewer
def test_the_planted_cause_is_named_and_nothing_secret_is_told(
    cause: Cause | None, data: st.DataObject
) -> None:
    case = data.draw(planted(cause))
    report = inspected(read_pasted(case.text), site_of())
    assert report.decisive.cause is cause, report
    told = as_text(report) + as_json(report) + repr(report)
    for secret in (*SECRETS, VALUE, *(value for _, value in case.cookies if len(value) > 12)):
        assert secret not in told
    assert all(segment not in told for segment in case.token.split(".") if len(segment) > 12)


@pytest.mark.parametrize("cause", PLANTS, ids=IDS)
@given(data=st.data(), dialect=st.sampled_from(sorted(DIALECTS)), is_secure=st.booleans())
@fewer
def test_an_auth_reads_exactly_what_is_called_good(
    cause: Cause | None, data: st.DataObject, dialect: str, *, is_secure: bool
) -> None:
    case = replace(data.draw(planted(cause)), is_bare=False)
    auth = site_with(dialect, is_secure=is_secure)
    report = inspected(read_pasted(case.text), Site.of(auth))
    header = case.text.removeprefix("Cookie: ")
    session = auth.session_sync(Browser(auth).request("GET", "/", headers=[("cookie", header)]))
    is_from_the_future = "iat" in report.decisive.detail  # nothing is decided by it
    assert (session is not None) == (report.is_good or is_from_the_future), report


@cache
def site_with(dialect: str, *, is_secure: bool) -> Auth:
    base_url = "https://example.com" if is_secure else "http://localhost:3000"
    return auth_of(dialect=dialect, base_url=base_url)


def test_every_cause_is_planted_but_that_of_older_releases() -> None:
    assert {*Cause} - {*PLANTS} == {Cause.OLDER_RELEASE}


@given(data=st.data())
@fewer
def test_a_good_session_is_told_with_its_claims_and_secret(data: st.DataObject) -> None:
    case = data.draw(planted(None))
    report = inspected(read_pasted(case.text), site_of())
    told = json.loads(as_json(report, show=True))
    assert told["good"] is True
    assert told["dialect"] == case.dialect
    assert told["claims"]["sub"] == VALUE
    assert sorted(told["claims"]) == sorted(case.claims)
    assert told["newest_secret"] == (told["secret"] == "secret 1")
    assert any("rewritten" in note for note in told["notes"]) != told["newest_secret"]
    assert json.loads(as_json(report))["claims"] == sorted(case.claims)
