"""Claims: which of their texts no log may hold."""

from nextauth import Account, User
from nextauth.sessions import withheld_texts
from nextauth.sessions.claims import new_claims


def test_what_an_application_keeps_or_a_client_posts_is_withheld() -> None:
    user = User(id="1", name="Ada", email="ada@example.com", image="/a.png", extra={"pin": "1234"})
    account = Account("credentials", "credentials", "1")
    claims = new_claims(user, account, amr=("pwd",), sid="s", auth_time=0)
    kept = {**claims, "credentials": {"password": ["hunter2", 7]}}
    assert set(withheld_texts(kept, posted={"new": "s3cr3t"})) == {"1234", "hunter2", "s3cr3t"}
    assert list(withheld_texts(claims | {"user": None})) == [], "names in a message help to read it"
