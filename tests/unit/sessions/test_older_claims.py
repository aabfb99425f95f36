"""What the claims of older releases become, and what of them is not believed."""

from typing import Any

import pytest

from nextauth.sessions.claims import ADOPTED, CHECKED, EPOCH, KEPT, REMEMBER, UNASKED
from nextauth.sessions.older_claims import translated
from nextauth.tokens import OlderShape
from tests.unit.tokens.older_tokens import NOW

TIMES = {"iat": NOW, "exp": NOW + 60}
each_shape = pytest.mark.parametrize("shape", OlderShape, ids=lambda shape: shape.name.lower())

FORGED: dict[str, Any] = {
    "sid": "chosen",
    "auth_time": NOW,
    "amr": ["pwd", "mfa"],
    "provider": "credentials",
    "nextauth": 1,
    "nbf": 0,
    ADOPTED: NOW,
    EPOCH: 2**40,
    REMEMBER: False,
    CHECKED: NOW,
    KEPT: "sealed",
    UNASKED: True,
    "nextauth_of_a_later_release": True,
}


@each_shape
def test_no_claim_of_ours_is_believed(shape: OlderShape) -> None:
    claims = {**TIMES, **FORGED, "jti": "an id", "theme": "dark"}
    believed = {**TIMES, "jti": "an id", "theme": "dark"}
    assert translated(claims, shape) == {**believed, EPOCH: 0}


@each_shape
def test_one_token_always_gives_the_same_claims(shape: OlderShape) -> None:
    claims = {**TIMES, "user": {"id": 7, "name": "Ada"}, "sub": "7"}
    before = repr(claims)
    assert translated(claims, shape) == translated(claims, shape)
    assert repr(claims) == before


def test_the_default_claims_of_v3_and_v4_are_ours() -> None:
    claims = {**TIMES, "name": "Ada", "email": "a@b.c", "picture": "/a.png", "sub": "7"}
    for shape in (OlderShape.SIGNED, OlderShape.DEFLATED, OlderShape.ENCRYPTED):
        assert translated(claims, shape) == {**claims, EPOCH: 0}


# --- v2's user and account


def of_v2(user: object, account: object = None, **claims: object) -> dict[str, Any]:
    answer = translated({"user": user, "account": account, **claims}, OlderShape.SALTED)
    del answer["account"], answer[EPOCH]
    return answer


def test_the_user_of_v2_is_taken_apart() -> None:
    user = {"id": "7", "name": "Ada", "email": "a@b.c", "image": "/a.png", "role": "admin"}
    assert of_v2(user) == {
        "sub": "7",
        "name": "Ada",
        "email": "a@b.c",
        "picture": "/a.png",
        "user": {"role": "admin"},
    }


def test_an_id_becomes_a_text() -> None:
    assert of_v2({"id": 7}) == {"sub": "7"}


@pytest.mark.parametrize("wrong", [None, True, 1.5, [], {"id": "7"}])
def test_what_is_no_id_is_none(wrong: object) -> None:
    assert of_v2({"id": wrong}) == {}


def test_the_id_of_an_account_at_another_site_is_none_here() -> None:
    assert "sub" not in of_v2({"name": "Ada"}, {"provider": "github", "id": 583231})
    assert "sub" not in of_v2({"name": "Ada"}, {"id": "credentials", "type": "credentials"})
    assert of_v2({"id": "7"}, {"provider": "github", "id": 583231})["sub"] == "7"


@pytest.mark.parametrize("user", [None, "Ada", [], 7, {}])
def test_without_a_user_other_claims_stay(user: object) -> None:
    assert of_v2(user, name="Ada", sub="7", theme="dark") == {
        "name": "Ada",
        "sub": "7",
        "theme": "dark",
    }


# --- credentials that anybody could read

CREDENTIALS = (
    *(
        "password",
        "Password",
        "old_password",
        "passwordHash",
        "passwd",
        "pass",
        "pwd",
        "PIN",
        "otp",
    ),
    *("credentials", "secret", "clientSecret", "accessToken", "access_token", "refresh-token"),
    *("idToken", "token", "tokens", "api_key", "apiKey", "private.key", "cookie", "Authorization"),
)


@pytest.mark.parametrize("name", CREDENTIALS)
def test_what_anybody_could_read_holds_no_credentials(name: str) -> None:
    claims = {"sub": "7", name: "x", "a": {name: {"b": 1}, "c": [{name: "x", "d": [[{name: 1}]]}]}}
    kept = {"sub": "7", "a": {"c": [{"d": [[{}]]}]}, EPOCH: 0}
    assert translated(claims, OlderShape.SIGNED) == kept


@pytest.mark.parametrize("name", ["name", "shipping", "passport", "compass_x", "role", "spinner"])
def test_other_names_stay(name: str) -> None:
    assert translated({name: "x"}, OlderShape.SIGNED) == {name: "x", EPOCH: 0}


@pytest.mark.parametrize("shape", [each for each in OlderShape if not each.is_public])
def test_what_was_encrypted_keeps_them(shape: OlderShape) -> None:
    assert translated({"accessToken": "x"}, shape)["accessToken"] == "x"


def test_what_is_nested_deeper_than_anything_of_ours_is_left_out() -> None:
    deep: Any = {"password": "x"}
    for _ in range(40):
        deep = {"a": [deep]}
    assert "password" not in repr(translated(deep, OlderShape.SIGNED))
    assert translated({"a": [[["b"]]]}, OlderShape.SIGNED)["a"] == [[["b"]]]
