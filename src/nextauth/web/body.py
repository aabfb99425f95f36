"""Owns how a request's body is read: HTML forms and JSON objects, within limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from nextauth.errors import BadRequest, PayloadTooLarge, UnsupportedMediaType
from nextauth.web.percent import decode_single, percent_decoder
from nextauth.web.request import Request

__all__ = [
    "DEEPEST_JSON",
    "LARGEST_BODY",
    "LONGEST_FIELD",
    "LONGEST_LONG_FIELD",
    "credentials_of",
    "read_body",
]

LARGEST_BODY = 64 * 1024
"""Bytes of a request's body."""

LONGEST_FIELD = 1_024
"""Characters of one submitted field."""

LONGEST_LONG_FIELD = 16_384
"""Characters of a field that is known to be long, such as what a security key answers."""

DEEPEST_JSON = 32
"""Levels of arrays and objects in a JSON body."""

_MOST_FIELDS = 128
_MOST_ESCAPES = 8_192
_MOST_MARKS = 2_048
_LONGEST_TYPE = 256
_MARKS = (b",", b":", b"[", b"{")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_UTF8 = {"utf-8", "utf8", "us-ascii"}
_decode_json = msgspec.json.Decoder().decode


async def read_body(request: Request, *, only_json: bool = False) -> dict[str, Any]:
    """Read a form or a JSON object; of repeated form fields, the last.

    Args:
        request: The request; an empty body is an empty form.
        only_json: Whether a form is refused: a page can post one anywhere, and JSON only where it
            was asked first (Fetch, CORS-safelisted request-header).

    Returns:
        Names and values: str from a form, any JSON from JSON.

    Raises:
        PayloadTooLarge: The body passes 64 KiB.
        UnsupportedMediaType: It is neither of the two, or not UTF-8.
        BadRequest: It does not parse.
    """
    body = await request.read_body(LARGEST_BODY)
    if len(body) > LARGEST_BODY:
        msg = f"the body has {len(body)} bytes; at most {LARGEST_BODY} are read"
        raise PayloadTooLarge(msg)
    if not body:
        return {}
    declared = request.header(b"content-type") or ""
    if declared == _FORM and not only_json:
        return _form(body)
    kind, _, parameters = declared[:_LONGEST_TYPE].partition(";")
    media_type = kind.strip().lower()
    is_long = len(declared) > _LONGEST_TYPE
    if only_json and media_type != _JSON:
        msg = f"a client without a browser must send {_JSON}; it says {media_type[:64]!r}"
        raise UnsupportedMediaType(msg)
    if is_long or media_type not in {_FORM, _JSON} or _charset(parameters) not in _UTF8:
        msg = f"the body must be {_FORM} or {_JSON} in UTF-8; it says {media_type[:64]!r}"
        raise UnsupportedMediaType(msg)
    return _form(body) if media_type == _FORM else _json_object(body)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _form(body: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    escapes = body.count(b"%")
    if escapes > _MOST_ESCAPES:
        message = f"the form has {escapes} percent signs; at most {_MOST_ESCAPES} are decoded"
        raise BadRequest(message)
    decode = percent_decoder(escapes)
    try:
        pairs = body.decode("utf-8").split("&", _MOST_FIELDS)
        for pair in pairs[:_MOST_FIELDS]:
            name, equals, value = pair.partition("=")
            if "%" in name or "+" in name:  # most have nothing to decode
                name = _decoded(name, decode)
            if "%" in value or "+" in value:
                value = _decoded(value, decode)
            if name or equals:
                fields[name] = value
    except ValueError:
        message = "the form does not parse; its fields must be UTF-8"
        raise BadRequest(message) from None
    if len(pairs) > _MOST_FIELDS:
        message = f"the form has more than {_MOST_FIELDS} fields"
        raise BadRequest(message)
    return fields


def _decoded(text: str, decode: Callable[[bytes], bytes]) -> str:
    """Decode one name or value (URL Standard, 5.1)."""
    text = text.replace("+", " ")
    return decode_single(text) or decode(text.encode()).decode("utf-8")


def _json_object(body: bytes) -> dict[str, Any]:
    # Each value costs an object: tens of thousands of them take longer than hundreds of sessions.
    if sum(map(body.count, _MARKS)) > _MOST_MARKS:
        msg = f"the JSON does not parse: more than {_MOST_MARKS} commas, colons and brackets"
        raise BadRequest(msg)
    try:
        value = _decode_json(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        msg = "the JSON does not parse"
        raise BadRequest(msg) from None
    if not isinstance(value, dict):
        msg = "the JSON must be an object"
        raise BadRequest(msg)
    if not _is_shallow(value):
        msg = f"the JSON has more than {DEEPEST_JSON} levels"
        raise BadRequest(msg)
    return value


def _is_shallow(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST_JSON):
        level = [
            child
            for each in level
            for child in (each.values() if type(each) is dict else each)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


def credentials_of(body: Mapping[str, Any], *, long: Collection[str] = ()) -> Mapping[str, str]:
    """Answer the body's fields as credentials: text only, of a sensible length.

    Args:
        body: What `read_body` answered.
        long: Names of fields whose values may have 16,384 characters.

    Raises:
        BadRequest: A value is not text; a data layer might take it for an operator.
        PayloadTooLarge: A name or a value has more than 1,024 characters, or a long one more.
    """
    for name, value in body.items():
        if type(value) is str and len(value) <= LONGEST_FIELD >= len(name):
            continue
        if not isinstance(value, str):
            msg = f"the field {name[:64]!r} must be a string, not {type(value).__name__}"
            raise BadRequest(msg)
        # A callback URL has its own limit, in the redirect rule.
        most = LONGEST_LONG_FIELD if name in long else LONGEST_FIELD
        longest = max(len(name), len(value))
        if name != "callbackUrl" and longest > most:
            msg = f"the field {name[:64]!r} has {longest} characters; at most {most}"
            raise PayloadTooLarge(msg)
    return body
