"""A request means one thing: no second field, method, type or place says something else."""

import gzip
import json
import zlib

import pytest

from nextauth import SubmittedCredentials, User
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    PASSWORD,
    SAME_ORIGIN,
    SESSION,
    WAYS,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)

JSON = "application/json"
RIGHT = f"email=ada%40example.com&password={PASSWORD.replace(' ', '+')}"
OVERRIDES = (
    *("x-http-method-override", "x-http-method", "x-method-override", "_method", "x-method"),
    *("x-original-method", "x-forwarded-method", "x-requested-method"),
)
Asked = list[SubmittedCredentials]


def trap() -> tuple[Asked, Browser]:
    """Answer a browser on a site whose authorize lets in anybody, and who asked it."""
    asked: Asked = []

    def authorize(credentials: SubmittedCredentials) -> User:
        asked.append(credentials)
        return User(id=credentials.get("email", "nobody"))

    return asked, Browser(make_auth(authorize))


def test_of_repeated_fields_the_last_counts_for_everybody() -> None:
    """Parameter pollution: two parsers disagree on duplicates (cookie tossing, of fields)."""
    asked, browser = trap()
    body = b"email=a&password=1&email=b&password=2&email=c&password=3"
    assert browser.post_body(CALLBACK, body).signs_in()
    assert dict(asked[-1]) == {"email": "c", "password": "3"}
    doubled = b'{"email":"a","password":"1","email":"b","password":"2"}'
    assert browser.post_body(CALLBACK, doubled, kind=JSON).signs_in()
    assert dict(asked[-1]) == {"email": "b", "password": "2"}
    # Names are compared as they are: nothing is an array, or another name's last value.
    body = (
        b"email=c&password=x&email[]=a&email[0]=a&EMAIL=a&%65mail%00=a&+email=a&email+=a&e.mail=a"
    )
    assert browser.post_body(CALLBACK, body).signs_in()
    assert asked[-1]["email"] == "c"
    assert claims_of(browser)["sub"] == "c"
    # A last one that is blank is a blank one.
    assert not browser.post_body(CALLBACK, b"email=a&password=right&password=").signs_in()
    assert len(asked) == 3


def test_an_address_adds_nothing_to_a_form() -> None:
    """Sign-in by GET (allauth 0.47), also by the query of a POST."""
    asked, browser = trap()
    for query in (RIGHT, f"json=true&csrfToken=x&{RIGHT}"):
        for body, kind in ((b"", FORM), (b"password=x&email=b", FORM), (b'{"email":"b"}', JSON)):
            request = browser.request(
                "POST", f"/api/auth/{CALLBACK}", headers=[*SAME_ORIGIN, ("content-type", kind)]
            )
            request.query = query.encode()

            async def read_body(_limit: int, body: bytes = body) -> bytes:
                return body

            request.read_body = read_body
            reply = browser.send(request)
            assert reply.header("content-type") is None  # the query's json=true asks for nothing
    assert [dict(each) for each in asked] == 2 * [
        {},
        {"password": "x", "email": "b"},
        {"email": "b"},
    ]


@pytest.mark.parametrize("name", OVERRIDES)
def test_no_header_or_field_is_another_method(name: str) -> None:
    """Sign-in by GET (allauth 0.47), by what a framework takes for the method."""
    asked, browser = trap()
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "POST "):
        sent = [*SAME_ORIGIN, (name, "POST"), ("content-type", FORM)]
        request = browser.request(
            method, f"/api/auth/{CALLBACK}", headers=sent, body=RIGHT.encode()
        )
        request.query = f"{RIGHT}&{name}=POST&_method=POST".encode()
        reply = browser.send(request)
        assert (reply.status, reply.signs_in()) == (405, False)
    assert asked == []
    # The other way round: what is posted stays posted, and is judged as such.
    sent = [("sec-fetch-site", "cross-site"), (name, "GET")]
    for action in (CALLBACK, "signout", "session", "signin"):
        reply = browser.post_body(action, f"{RIGHT}&{name}=GET&_method=GET".encode(), headers=sent)
        assert reply.status in {302, 400}
        assert reply.status == 400 or reply.query["error"] == "MissingCSRF"
    assert asked == []


def test_nobody_is_signed_out_by_an_address() -> None:
    """A forged request ends a session (GHSA-wmjr-v86c-m9jj, Better Auth): an <img> is no form."""
    browser = signed_in(make_auth())
    for method in ("GET", "HEAD"):
        for query in ("", "?callbackUrl=/", "?json=true&csrfToken=x", "?_method=POST"):
            reply = browser.get(f"signout{query}", SAME_ORIGIN, method=method)
            assert reply.status == 200
            assert not reply.deletes()
    assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "text/plain;charset=utf-8", "text/json", "application/x-json", "text/html"),
        *("application/csp-report", "application/jsonp", "application/json+x", "*/*", "json"),
        *("application/x-www-form-urlencoded, application/json", "application/json, text/plain"),
        *("multipart/form-data; boundary=x", "multipart/form-data", "multipart/mixed; boundary=x"),
        *("application/json; charset=utf-16", "application/json; charset=utf-7"),
        *("application\\json", "application/x-www-form-urlencoded; charset=utf-16"),
        *("application/json;charset=x-user", "application/xml", "application/octet-stream", ""),
        *(";", "/", "application/", "\xa0", "application/x-protobuf", "application/json\x00"),
        "text/plain; application/json",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_body_of_another_type_is_not_read(kind: str) -> None:
    """CSRF through a content type that needs no preflight: GHSA-vp58-j275-797x (Better Auth)."""
    asked, browser = trap()
    right = {"email": "ada@example.com", "password": PASSWORD}
    multipart = "".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in right.items()
    )
    for body in (
        json.dumps(right),
        json.dumps({**right, "x": "="}) + "=",
        RIGHT,
        f"{multipart}--x--\r\n",
        f"<email>{right['email']}</email>",
    ):
        reply = browser.post_body(CALLBACK, body.encode(), kind=kind)
        assert (reply.status, reply.signs_in()) == (415, False)
        assert browser.post_body("signout", body.encode(), kind=kind).status == 415
    assert asked == []


def test_a_body_is_what_its_type_says() -> None:
    """CSRF through a content type (GHSA-vp58-j275-797x): JSON in a form is one strange name."""
    asked, browser = trap()
    body = json.dumps({"email": "ada", "password": "x", "pad": "="}).encode()
    browser.post_body(CALLBACK, body)
    assert "password" not in (asked[-1] if asked else {})
    assert browser.post_body(CALLBACK, RIGHT.encode(), kind=JSON).status == 400
    for text in (
        b'"x"',
        b"[]",
        b"null",
        b"1",
        b'[{"email":"a","password":"b"}]',
        b"\xff\xfe{\x00}\x00",
    ):
        assert browser.post_body(CALLBACK, text, kind=JSON).status == 400


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity", "gzip, gzip", "x-gzip"])
def test_nothing_is_unpacked(coding: str) -> None:
    """Decompression bombs: CVE-2025-62706 (Authlib), CVE-2024-33664 (python-jose)."""
    asked, browser = trap()
    plain = b"email=a&password=b&x=" + b"0" * 10_000_000
    for packed in (gzip.compress(plain), zlib.compress(plain)):
        assert len(packed) < 65_536
        sent = [*SAME_ORIGIN, ("content-encoding", coding)]
        for kind in (FORM, JSON):
            reply = browser.post_body(CALLBACK, packed, kind=kind, headers=sent)
            assert (reply.status, reply.signs_in()) == (400, False)
    assert asked == []


def test_only_authorize_says_who_it_is() -> None:
    """Identity taken from the request body: CVE-2025-61928 (Better Auth), in every place."""
    sink = RecordingSink()
    auth = make_auth(events=[sink])
    forged = dict.fromkeys(("id", "sub", "userId", "user", "name", "email2", "role"), "mallory") | {
        "user[id]": "mallory",
        "account": "mallory",
        "provider": "mallory",
        "amr": "hwk",
    }
    for way in WAYS:
        browser = Browser(auth, way=way)
        browser.jar = dict.fromkeys(("sub", "user", "uid", "session", "token"), "mallory")
        headers = [*SAME_ORIGIN, ("x-user", "mallory"), ("authorization", "Basic bWFsbG9yeTp4")]
        form = {"email": "ada@example.com", "password": PASSWORD, **forged}
        assert browser.post(CALLBACK, form, headers=headers).signs_in()
        kept = claims_of(browser)
        assert "mallory" not in json.dumps(kept)
        assert (kept["sub"], kept["email"]) == ("1", "ada@example.com")
        data = json.dumps({"data": {**forged, "email": "mallory"}, **forged}).encode()
        assert browser.post_body("session", data, kind=JSON).status == 200
        after = claims_of(browser)
        assert {name: after[name] for name in kept if name != "jti"} == {
            name: kept[name] for name in kept if name != "jti"
        }
    assert "mallory" not in repr(sink.events)
    assert SESSION in browser.jar
