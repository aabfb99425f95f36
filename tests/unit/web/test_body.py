"""Bodies: forms and JSON objects within limits; everything else is a named refusal."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import BadRequest, PayloadTooLarge, RequestError, UnsupportedMediaType
from nextauth.web import Request
from nextauth.web.body import (
    DEEPEST_JSON,
    LARGEST_BODY,
    LONGEST_FIELD,
    credentials_of,
    read_body,
)
from nextauth.web.request import step

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _read(body: bytes, kind: str | None = FORM) -> dict[str, Any]:
    async def whole(_limit: int) -> bytes:
        return body

    headers = [] if kind is None else [(b"content-type", kind.encode())]
    return step(read_body(Request("POST", "/", headers=headers, read_body=whole)))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a", {"a": ""}),
        (b"a=", {"a": ""}),
        (b"=1", {"": "1"}),
        (b"&&a=1&", {"a": "1"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a+b=c+d", {"a b": "c d"}),
        (b"p=%2B%26%3D%25", {"p": "+&=%"}),
        (b"p=%C3%BC", {"p": "\u00fc"}),
        ("p=\u00fc".encode(), {"p": "\u00fc"}),
        (b"p=%zz", {"p": "%zz"}),
    ],
)
def test_forms(body: bytes, fields: dict[str, str]) -> None:
    assert _read(body) == fields


@given(st.dictionaries(TEXT, TEXT, min_size=1, max_size=20))
def test_a_form_goes_there_and_back(fields: dict[str, str]) -> None:
    assert _read(urlencode(fields).encode()) == fields


@pytest.mark.parametrize("body", [b"p=\xff", b"p=%FF", b"%FF=p", b"p=%C3"])
def test_a_form_that_is_not_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="must be UTF-8"):
        _read(body)


def test_a_form_has_at_most_128_fields() -> None:
    fields = [f"f{number}=1" for number in range(129)]
    assert len(_read("&".join(fields[:128]).encode())) == 128
    with pytest.raises(BadRequest, match="more than 128 fields"):
        _read("&".join(fields).encode())


@pytest.mark.parametrize("kind", [None, FORM, JSON, "text/plain"])
def test_no_body_is_an_empty_form(kind: str | None) -> None:
    assert _read(b"", kind) == {}


@pytest.mark.parametrize(
    "kind",
    [
        JSON,
        "Application/JSON",
        f"{JSON};charset=utf-8",
        f'{JSON} ; a=b; Charset="UTF8"',
        f"{JSON}; charset=us-ascii",
        f"{JSON};",
        f"{JSON}; boundary=x",
    ],
)
def test_json(kind: str) -> None:
    assert _read(b'{"a": "1", "data": [1, {"b": null}]}', kind) == {
        "a": "1",
        "data": [1, {"b": None}],
    }


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json+x",
        "x" * 999,
        f"{JSON}; charset=latin-1",
        f"{FORM}; charset=utf-16",
        f"{FORM}, {JSON}",
    ],
)
def test_other_media_types_are_refused(kind: str | None) -> None:
    with pytest.raises(UnsupportedMediaType, match=r"must be .*in UTF-8") as caught:
        _read(b"a=hunter2", kind)
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b'{"a": "\xff"}', b"[" * 60_000, b'{"a":' * 10_000, b"{}{}", b" ", b"{'a': 1}"],
)
def test_json_that_does_not_parse_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="the JSON does not parse"):
        _read(body, JSON)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"a"', b"null", b"true"])
def test_json_must_be_an_object(body: bytes) -> None:
    with pytest.raises(BadRequest, match="must be an object"):
        _read(body, JSON)


@pytest.mark.parametrize(("opened", "closed"), [('{"a":', "}"), ("[", "]")])
def test_json_has_at_most_32_levels(opened: str, closed: str) -> None:
    def nested(levels: int) -> bytes:
        inner = opened * (levels - 1) + "1" + closed * (levels - 1)
        return f'{{"data":{inner},"z":[]}}'.encode()

    assert "data" in _read(nested(DEEPEST_JSON), JSON)
    with pytest.raises(BadRequest, match="more than 32 levels"):
        _read(nested(DEEPEST_JSON + 1), JSON)


def test_the_largest_body() -> None:
    assert _read(b"a=" + b"x" * (LARGEST_BODY - 2))["a"].startswith("x")
    with pytest.raises(PayloadTooLarge, match="65537 bytes; at most 65536"):
        _read(b"x" * (LARGEST_BODY + 1))


def test_whoever_reads_is_told_the_limit() -> None:
    limits: list[int] = []

    async def note(limit: int) -> bytes:
        limits.append(limit)
        return b""

    step(read_body(Request("POST", "/", read_body=note)))
    assert limits == [LARGEST_BODY]


@given(st.binary(max_size=200), st.sampled_from([FORM, JSON]))
def test_any_body_is_fields_or_a_refusal(body: bytes, kind: str) -> None:
    try:
        fields = _read(body, kind)
    except RequestError as refusal:
        assert type(refusal) is BadRequest  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(name, str) for name in fields)


def test_credentials_are_all_fields() -> None:
    body = {"email": "a@b.example", "x" * LONGEST_FIELD: "y" * LONGEST_FIELD, "": ""}
    assert credentials_of(body) == body


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["a"], {}, {"$ne": ""}])
def test_a_credential_is_a_string(value: object) -> None:
    with pytest.raises(BadRequest, match="'password' must be a string, not") as caught:
        credentials_of({"email": "a", "password": value})
    assert caught.value.status == 400
    assert type(value).__name__ in str(caught.value)


@pytest.mark.parametrize("name", ["password", "json", "x" * (LONGEST_FIELD + 1)])
def test_a_credential_has_at_most_1024_characters(name: str) -> None:
    value = "hunter2" * 200
    with pytest.raises(PayloadTooLarge, match="at most 1024") as caught:
        credentials_of({name: value})
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_name_counts_as_well() -> None:
    with pytest.raises(PayloadTooLarge):
        credentials_of({"x" * (LONGEST_FIELD + 1): ""})


def test_a_callback_url_has_a_limit_of_its_own() -> None:
    body = {"callbackUrl": "/" + "a" * 1500}
    assert credentials_of(body) == body


def test_json_and_form_give_the_same_credentials() -> None:
    fields = {"email": "a@b.example", "password": "p \u00fc+%"}
    by_json = credentials_of(_read(json.dumps(fields).encode(), JSON))
    assert by_json == credentials_of(_read(urlencode(fields).encode())) == fields


def test_the_length_told_is_that_of_what_is_too_long() -> None:
    with pytest.raises(PayloadTooLarge, match="has 2000 characters"):
        credentials_of({"n" * 2_000: "short"})
