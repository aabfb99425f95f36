"""No credential reaches a sink's output: whatever is submitted, whatever becomes of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import AccessDenied, Account, Callbacks, ConfigurationError, Revocation, User
from nextauth.events import Circumstances, EventStream, SignedIn, tell_of_refusal
from nextauth.stores import MemoryStore
from tests.unit.protocol.leaks import NASTY, hold
from tests.unit.protocol.wire import CALLBACK, SECRET, SESSION, Browser, make_auth
from tests.unit.sinks.outputs import Outputs

# Long enough to be in nothing by chance, and not cut where it is submitted.
MARKED = st.text(st.characters(codec="utf-8"), min_size=6, max_size=60).map(
    lambda text: f"Qz7{text}9vK"
)


def raises(error: Exception) -> Any:  # noqa: ANN401
    def fail(_params: object) -> None:
        raise error

    return fail


def outcomes(mark: str) -> dict[str, dict[str, Any]]:
    """Answer applications that do all that one can do with a password, good and bad."""
    told = ConnectionError(f"the directory says no to {mark}")
    user = User(id="1", name=mark, email=mark, image=mark, extra={"password": mark})
    return {
        "signed_in": {"authorize": lambda _: user},
        "refused": {"authorize": lambda _: None},
        "denied": {"authorize": raises(AccessDenied(mark))},
        "broken": {"authorize": raises(told)},
        "nonsense": {"authorize": lambda _: mark},
        "denied-by-callback": {"authorize": lambda _: user, "sign_in": lambda _: False},
        "broken-callback": {"authorize": lambda _: user, "jwt": raises(told)},
        "ends-later": {
            "authorize": lambda _: user,
            "jwt": lambda params: params.token if params.trigger == "signIn" else None,
        },
    }


OUTCOMES = list(outcomes(""))


def visit(outputs: Outputs, mark: str, outcome: str) -> list[str]:
    """Do all that a browser can do; answer what no sink may tell."""
    options = outcomes(mark)[outcome]
    authorize = options.pop("authorize")
    auth = make_auth(
        authorize,
        callbacks=Callbacks(**options),
        revocation=Revocation(MemoryStore()),
        events=outputs.sinks,
    )
    browser = Browser(auth)
    token = browser.get("csrf").json["csrfToken"]
    body = json.dumps({"csrfToken": token, "data": {"password": mark}}).encode()
    replies = [
        browser.sign_in(mark, code=mark, csrfToken=token),
        browser.post_body("session", body, kind="application/json"),
        browser.get("session"),
        browser.sign_in(mark, code=mark),
        browser.post(CALLBACK, {"password": mark}, headers=[("sec-fetch-site", "cross-site")]),
        browser.post_body(CALLBACK, mark.encode(), kind="text/plain"),
        browser.post("signout", {"csrfToken": token}),
        browser.sign_in(mark),
    ]
    auth.revoke_user_sync("credentials", "1")
    sealed = [reply.set[SESSION].value for reply in replies if reply.signs_in()]
    return [mark, token, SECRET, *sealed]


@given(mark=MARKED, outcome=st.sampled_from(OUTCOMES))
def test_whatever_the_password_is_and_becomes(mark: str, outcome: str) -> None:
    outputs = Outputs()
    withheld = visit(outputs, mark, outcome)
    assert hold(outputs.text, *withheld) == []


def test_these_visits_tell_of_all_that_a_visit_can_tell() -> None:
    names: set[str] = set()
    for outcome in OUTCOMES:
        outputs = Outputs()
        withheld = visit(outputs, NASTY, outcome)
        assert hold(outputs.text, *withheld) == []
        names |= outputs.names
    assert names >= {
        "signed_in",
        "sign_in_failed",
        "signed_out",
        "session_updated",
        "session_ended",
        "sessions_revoked",
        "request_refused",
    }


def test_a_users_name_mail_picture_and_extra_are_in_no_output() -> None:
    outputs = Outputs()
    user = User("1", name=NASTY, email=NASTY, image=NASTY, extra={"key": NASTY})
    at, account = Circumstances(1.0), Account("staff", "credentials", "1")
    EventStream(outputs.sinks).tell(SignedIn(at, user, account, "s-1"))
    assert outputs.names == {"signed_in"}
    assert hold(outputs.text, NASTY) == []


def test_a_refused_configuration_tells_no_secret() -> None:
    outputs = Outputs()
    weak = "Pä55'w0rd&"
    with pytest.raises(ConfigurationError) as refused:
        make_auth(secret=weak, base_url=f"https://ada:{NASTY}@example.com/?{NASTY}")
    tell_of_refusal(outputs.sinks, refused.value, now=1.0)
    assert outputs.names == {"configuration_refused"}
    assert hold(outputs.text, weak, NASTY) == []
