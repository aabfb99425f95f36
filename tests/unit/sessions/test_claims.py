"""Claims: which of their texts no log may hold, and what a client is shown of them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from nextauth import Account, User
from nextauth.sessions import public_session, withheld_texts
from nextauth.sessions.claims import new_claims


def test_what_an_application_keeps_or_a_client_posts_is_withheld() -> None:
    user = User(id="1", name="Ada", email="ada@example.com", image="/a.png", extra={"pin": "1234"})
    account = Account("credentials", "credentials", "1")
    claims = new_claims(user, account, amr=("pwd",), sid="s", auth_time=0)
    kept = {**claims, "credentials": {"password": ["hunter2", 7]}}
    assert set(withheld_texts(kept, posted={"new": "s3cr3t"})) == {"1234", "hunter2", "s3cr3t"}
    assert list(withheld_texts(claims | {"user": None})) == [], "names in a message help to read it"


@given(st.integers(1, 253_402_300_799), st.sampled_from([0, 0.25, 0.999]))
def test_a_session_ends_at_the_second_that_its_token_says(moment: int, more: float) -> None:
    shown = public_session({"exp": moment + more if more else moment})
    ends = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    assert shown["expires"] == f"{ends.isoformat()}.000Z"
