"""No secret, password, token or cookie in the repr of a public object or in a traceback."""

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import nextauth
from nextauth import (
    Auth,
    Callbacks,
    ConfigurationError,
    Credentials,
    FormField,
    JWTParams,
    SubmittedCredentials,
    User,
)
from nextauth.testing import RecordingSink
from nextauth.web import Cookies
from tests.unit.protocol.leaks import NASTY, hold
from tests.unit.protocol.wire import (
    CALLBACK,
    CSRF,
    SECRET,
    SESSION,
    Browser,
    make_auth,
)


def _objects() -> dict[str, object]:
    """Answer one of each public object, with secrets wherever it holds any."""
    seen: list[Any] = []

    def note(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def callback(params: Any) -> Any:  # noqa: ANN401
            seen.append(params)
            return answer(params)

        return callback

    def authorize(credentials: SubmittedCredentials, request: nextauth.Request) -> User:
        seen.extend((credentials, request))
        return User(id="1", name="Ada", extra={"key": NASTY})

    callbacks = Callbacks(
        sign_in=note(lambda _: True),
        redirect=note(lambda params: params.url),
        jwt=note(lambda params: {**params.token, "kept": NASTY}),
        session=note(lambda params: params.session),
    )
    sink = RecordingSink()
    provider = Credentials(
        authorize, {"email": FormField("Email"), "password": FormField("Password", type="password")}
    )
    auth = make_auth(providers=[provider], callbacks=callbacks, events=[sink])
    browser = Browser(auth)
    reply = browser.sign_in(NASTY)
    body = json.dumps({"data": NASTY}).encode()
    updated = browser.post_body("session", body, kind="application/json")
    browser.session()
    request = browser.request("GET", "/", body=NASTY.encode())
    resumed = auth.resume_sync(request)
    cookie = auth.services.sessions._insecure
    opened = cookie.read(Cookies(request.header_values(b"cookie")), now=auth.services.clock())
    assert resumed.session is not None
    whole = [auth, auth.settings, auth.services, provider, callbacks, sink, reply.response]
    whole += [updated.response, *reply.response.cookies, request, resumed, resumed.session, opened]
    whole += [*seen, *sink.events, cookie, *(codec for _, codec in cookie._codecs)]
    whole += [auth.services.csrf, auth.services.policy, auth.services.sessions, opened]
    whole += [Cookies(request.header_values(b"cookie")), *auth.settings.providers.values()]
    named = {f"{type(each).__name__} {number}": each for number, each in enumerate(whole)}
    return {**named, "jar": [browser.jar[SESSION], browser.jar.get(CSRF, "-" * 9)]}


def test_no_repr_shows_a_secret() -> None:
    objects = _objects()
    jar = objects.pop("jar")
    assert isinstance(jar, list)
    leaks = {
        name: found
        for name, each in objects.items()
        for show in (repr, str, "{!r:.100000}".format)
        if (found := hold(show(each), NASTY, SECRET, *jar))
    }
    assert leaks == {}
    kinds = {type(each).__name__ for each in objects.values()}
    assert {
        "Auth",
        "Credentials",
        "SubmittedCredentials",
        "Request",
        "Response",
        "Session",
        "User",
        "SignInParams",
        "JWTParams",
        "SessionParams",
        "SignedIn",
        "Settings",
        "Services",
        "Callbacks",
        "SetCookie",
        "Cookies",
        "Resumed",
    } <= kinds | {type(each.user).__name__ for each in objects.values() if hasattr(each, "user")}


def test_a_traceback_with_local_values_shows_no_secret() -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        raise KeyboardInterrupt  # nothing of ours catches it, so that every frame is shown

    browser = Browser(make_auth(lambda _: User(id="1"), callbacks=Callbacks(jwt=jwt)))
    request = browser.request(
        "POST", f"/api/auth/{CALLBACK}", headers=[("sec-fetch-site", "same-origin")]
    )
    with pytest.raises(KeyboardInterrupt) as interrupted:
        browser.auth.handle_sync(request)
    shown = "".join(traceback.format_exception(interrupted.value))
    assert "in admit" in shown
    assert hold(shown, SECRET) == []


@pytest.mark.parametrize("weak", ["hunter2-hunter2", "s3cr3t", "hunter2" * 9])
def test_a_refused_configuration_shows_no_secret(weak: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Auth(providers=[], secret=[weak, SECRET], base_path="x", environ={})
    shown = "".join(traceback.format_exception(refused.value))
    assert "secret" in shown.lower()
    assert hold(shown + repr(refused.value.problems), weak, SECRET) == []
