"""What reviews found: each stays mended."""

import pytest

from nextauth import Auth, ConfigurationError
from nextauth.errors import Busy, PayloadTooLarge
from nextauth.events import Circumstances, Event, EventStream, RequestRefused
from nextauth.web import Origin
from nextauth.web.body import credentials_of
from nextauth.web.request import DirectRuntime, step
from nextauth.web.urls import LONGEST_URL, permitted_redirect

HERE = Origin("https", "example.com", 443)


@pytest.mark.parametrize("url", ["https://ada:hunter2@example.com", "ada:hunter2@example.com"])
def test_a_password_in_base_url_is_not_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Auth(providers=[], base_url=url, environ={})
    assert "hunter2" not in str(refused.value)
    assert "[hidden]@example.com" in str(refused.value)


@pytest.mark.parametrize("prefix", ["/", "https://example.com/"])
def test_a_url_that_grows_when_it_is_encoded_must_still_fit(prefix: str) -> None:
    fits = permitted_redirect(prefix + "é" * 300, origin=HERE, trusted=())
    assert fits is not None
    assert len(fits) <= LONGEST_URL + 270
    assert permitted_redirect(prefix + "漢" * 300, origin=HERE, trusted=()) is None


def test_an_async_sink_that_finds_no_room_is_not_called_twice() -> None:
    calls: list[Event] = []

    async def sink(event: Event) -> None:
        calls.append(event)
        message = "no room"
        raise Busy(message)

    event = RequestRefused(Circumstances(0.0), "BadRequest", "signin")
    step(EventStream([sink]).emit(event, DirectRuntime()))
    assert calls == [event]


def test_the_length_told_is_that_of_what_is_too_long() -> None:
    with pytest.raises(PayloadTooLarge, match="has 2000 characters"):
        credentials_of({"n" * 2_000: "short"})
