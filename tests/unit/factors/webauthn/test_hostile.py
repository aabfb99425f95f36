"""Whatever is sent, the answer is one exception that holds nothing of it, and never a sign-in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import NextauthError
from nextauth.factors.webauthn import (
    REASONS,
    RegisteredKey,
    WebAuthnError,
    credential_id_of,
    user_handle_of,
    verify_registration,
)
from tests.software_authenticator import ED25519, ES256, RS256, Forgery, SoftwareAuthenticator
from tests.software_browser import to_text
from tests.unit.factors.webauthn.ceremonies import (
    CHALLENGE,
    HANDLE,
    POLICY,
    assertion_of,
    changed,
    enrol,
    registration_of,
    verify_sign_in,
)

KEYS = [SoftwareAuthenticator(algorithm=each) for each in (ES256, ED25519, RS256)]
ENROLLED = [enrol(each).key for each in KEYS]
ASSERTIONS = [assertion_of(key, kept) for key, kept in zip(KEYS, ENROLLED, strict=True)]
SELF = SoftwareAuthenticator(attestation="self", always_attests=True)
REGISTRATION = registration_of(SELF)
UNSIGNED = registration_of(SoftwareAuthenticator())

SIGNED_PARTS = ["clientDataJSON", "authenticatorData", "signature"]
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [
        ("id",),
        ("rawId",),
        ("type",),
        ("response",),
        ("response", "clientDataJSON"),
        ("response", "authenticatorData"),
        ("response", "attestationObject"),
        ("response", "signature"),
        ("response", "userHandle"),
        ("response", "transports"),
        ("clientExtensionResults",),
        ("authenticatorAttachment",),
    ]
)
ODDITIES: list[Any] = [
    "",
    " ",
    "null",
    "true",
    "0",
    '"text"',
    "[]",
    "{}",
    "{",
    '{"id":1}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":null}',
    '{"id":"","rawId":"","type":"public-key","response":{}}',
    "NaN",
    "\ufeff{}",
    "\ud800",
    "\x00",
    "[" * 60_000,
    '{"id":' * 10_000,
    '{"a":' * 10_000 + "1" + "}" * 10_000,
    "a" * 65_537,
    "9" * 60_000,
    None,
    7,
    b"{}",
    {},
    [],
]


def register(response: Any) -> RegisteredKey:  # noqa: ANN401 - whatever is sent
    return verify_registration(
        POLICY,
        response,
        user_handle=HANDLE,
        expected_challenge=CHALLENGE,
        expected_user_verification=False,
    )


def check(error: WebAuthnError) -> None:
    assert isinstance(error, NextauthError)
    assert error.code == "WebAuthn"
    assert error.reason in REASONS
    assert str(error) == f"the security key's answer is refused: {error.reason}"
    assert error.__cause__ is None
    assert error.__context__ is None


def refused(response: Any, *, which: int = 0) -> None:  # noqa: ANN401 - whatever is sent
    with pytest.raises(WebAuthnError) as caught:
        verify_sign_in(response, ENROLLED[which])
    check(caught.value)
    credential_id_of(response)
    user_handle_of(response)


def refused_registration(response: Any) -> None:  # noqa: ANN401 - whatever is sent
    with pytest.raises(WebAuthnError) as caught:
        register(response)
    check(caught.value)


def decoded(response: str, part: str) -> bytes:
    text = json.loads(response)["response"][part]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@st.composite
def other_bytes(draw: st.DrawFn, raw: bytes) -> bytes:
    """Change, leave out or put in some bytes."""
    begins = draw(st.integers(0, len(raw)))
    ends = draw(st.integers(begins, min(begins + 8, len(raw))))
    changed_to = draw(st.binary(max_size=8))
    return raw[:begins] + changed_to + raw[ends:]


def test_the_real_ones_are_right() -> None:
    for response, kept in zip(ASSERTIONS, ENROLLED, strict=True):
        assert verify_sign_in(response, kept).counter == 2
        assert credential_id_of(response) == kept.credential_id
        assert user_handle_of(response) == HANDLE
    assert register(REGISTRATION).key.attestation_format == "packed"
    assert register(UNSIGNED).key.attestation_format == "none"


@pytest.mark.parametrize("response", ODDITIES, ids=range(len(ODDITIES)))
def test_oddities(response: Any) -> None:  # noqa: ANN401 - whatever is sent
    refused(response)
    refused_registration(response)
    assert credential_id_of(response) is None
    assert user_handle_of(response) is None


def test_an_id_of_two_spellings_or_none() -> None:
    for response, refuse in ((ASSERTIONS[0], refused), (REGISTRATION, refused_registration)):
        refuse(changed(response, ("id",), "AA"))
        refuse(changed(response, ("id",), json.loads(response)["id"] + "="))
        refuse(changed(changed(response, ("id",), ""), ("rawId",), ""))
    assert credential_id_of(changed(changed(ASSERTIONS[0], ("id",), ""), ("rawId",), "")) is None


@pytest.mark.parametrize("response", [ASSERTIONS[0], REGISTRATION], ids=["get", "create"])
@pytest.mark.parametrize("spell", ["{}=", "{}\n", " {}", "{}!", "\u00e9{}", "+/{}", "{}A"])
def test_other_spellings_of_bytes(response: str, spell: str) -> None:
    """A decoder that skips what it does not know would read most of them as what they should be."""
    members = [(name,) for name in ("id", "rawId")]
    members += [("response", name) for name in json.loads(response)["response"]]  # type: ignore[misc]
    for path in members:
        read = json.loads(response)
        value = read["response"][path[1]] if len(path) == 2 else read[path[0]]
        if path[-1] in {"transports", "publicKeyAlgorithm"}:
            continue
        other = changed(response, path, spell.format(value))
        refused(other)
        refused_registration(other)


@pytest.mark.parametrize(
    "change",
    [
        {"fmt": 7},
        {"fmt": b"none"},
        {"attStmt": []},
        {"attStmt": None},
        {"authData": "text"},
        {"authData": b""},
        {"authData": bytes(37)},
        {"more": 1},
        {7: 1},
    ],
    ids=range(9),
)
def test_attestation_objects_of_another_shape(change: dict[Any, Any]) -> None:
    right = cbor2.loads(decoded(UNSIGNED, "attestationObject"))
    for raw in (cbor2.dumps({**right, **change}), cbor2.dumps(right) + b"\x00", b"", b"\x80"):
        refused_registration(changed(UNSIGNED, ("response", "attestationObject"), to_text(raw)))


def test_a_right_one_that_is_too_long() -> None:
    for response, refuse in ((ASSERTIONS[0], refused), (REGISTRATION, refused_registration)):
        refuse(response + " " * (65_537 - len(response)))
    assert verify_sign_in(ASSERTIONS[0] + " " * 60_000, ENROLLED[0]).counter == 2


@pytest.mark.parametrize(
    "client_data",
    [
        b"",
        b"{}",
        b"null",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b"[" * 40_000,
        b'{"type":"webauthn.get","x":' + b"[" * 40_000,
        '{"type":"webauthn.get"}'.encode("utf-16"),
    ],
    ids=range(8),
)
def test_odd_client_data(client_data: bytes) -> None:
    path = ("response", "clientDataJSON")
    refused(changed(ASSERTIONS[0], path, to_text(client_data)))
    refused_registration(changed(REGISTRATION, path, to_text(client_data)))


@given(JSON | st.text())
def test_any_json(value: object) -> None:
    refused(value if isinstance(value, str) else json.dumps(value))
    refused_registration(value if isinstance(value, str) else json.dumps(value))


@given(st.integers(0, len(KEYS) - 1), st.sampled_from(SIGNED_PARTS), st.data())
def test_tampered_with_what_is_signed(which: int, part: str, data: st.DataObject) -> None:
    raw = decoded(ASSERTIONS[which], part)
    other = data.draw(other_bytes(raw).filter(lambda other: other != raw))
    refused(changed(ASSERTIONS[which], ("response", part), to_text(other)), which=which)


@given(st.sampled_from(["clientDataJSON", "attestationObject"]), st.data())
def test_tampered_with_a_signed_registration(part: str, data: st.DataObject) -> None:
    raw = decoded(REGISTRATION, part)
    other = data.draw(other_bytes(raw).filter(lambda other: other != raw))
    refused_registration(changed(REGISTRATION, ("response", part), to_text(other)))


@given(st.data())
def test_tampered_with_a_registration_that_nobody_signed(data: st.DataObject) -> None:
    """The counter, or the model, may be another then; it is still a key, or refused."""
    raw = decoded(UNSIGNED, "attestationObject")
    other = to_text(data.draw(other_bytes(raw)))
    try:
        registered = register(changed(UNSIGNED, ("response", "attestationObject"), other))
    except WebAuthnError as error:
        check(error)
    else:
        assert registered.key.credential_id == credential_id_in(UNSIGNED)


def credential_id_in(response: str) -> bytes:
    text = json.loads(response)["id"]
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@given(PATHS, JSON | st.just(...))
def test_members_of_another_kind(path: tuple[str, ...], value: object) -> None:
    """What is not signed, and not asked for, may be anything."""
    try:
        done = verify_sign_in(changed_if_there(ASSERTIONS[0], path, value), ENROLLED[0])
    except WebAuthnError as error:
        check(error)
    else:
        assert done.counter == 2
    try:
        registered = register(changed_if_there(REGISTRATION, path, value))
    except WebAuthnError as error:
        check(error)
    else:
        assert registered.key.credential_id == credential_id_in(REGISTRATION)


def changed_if_there(response: str, path: tuple[str, ...], value: object) -> str:
    is_there = len(path) == 1 or path[1] in json.loads(response)["response"]
    return changed(response, path, value) if is_there else response


@given(st.sampled_from([*ASSERTIONS, REGISTRATION]), st.data())
def test_cut_and_mixed_text(response: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(response) - 1))
    refused(response[:at])
    refused_registration(response[:at])
    refused(response[:at] + data.draw(st.text(min_size=1, max_size=3)) + "\x00" + response[at:])


SCALARS = st.none() | st.booleans() | st.integers(-70_000, 70_000) | st.binary(max_size=80)
CBOR = st.recursive(
    SCALARS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
STATEMENTS = st.dictionaries(
    st.sampled_from(["alg", "sig", "x5c", "ver", "certInfo", "pubArea", "response", "other"]),
    CBOR | st.sampled_from([ES256, RS256, "2.0"]),
)
FORMATS = st.sampled_from(
    ["none", "packed", "fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "x"]
)


@given(FORMATS, STATEMENTS)
def test_statements_of_every_format(name: str, statement: dict[str, Any]) -> None:
    forgery = Forgery(format=name, statement=statement)
    response = registration_of(SoftwareAuthenticator(), forgery=forgery)
    try:
        register(response)
    except WebAuthnError as error:
        check(error)
    else:  # nothing in it is nothing to verify
        assert (name, statement) == ("none", {})


@given(
    st.dictionaries(st.integers(-5, 5) | st.text(max_size=2), SCALARS, max_size=6)
    | st.fixed_dictionaries(
        {1: st.integers(0, 4), 3: st.sampled_from([ES256, ED25519, RS256, -36])},
        optional={-1: SCALARS, -2: SCALARS | st.binary(min_size=32, max_size=32), -3: SCALARS},
    )
)
def test_public_keys(public_key: dict[Any, Any]) -> None:
    forgery = Forgery(public_key=cbor2.dumps(public_key))
    response = registration_of(SoftwareAuthenticator(), forgery=forgery)
    try:
        kept = register(response).key
    except WebAuthnError as error:
        check(error)
    else:
        assert cbor2.loads(kept.public_key) == public_key
