"""May this POST act: the verdict of the browser's headers, and the token where they are silent."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web import Origin, Request
from nextauth.web.csrf import CsrfTokens, Verdict, judge

HERE = Origin("https", "example.com", 443)
OURS = "https://example.com"
TRUSTED = "https://app.example.org"
EVIL = "https://evil.example"
YES, NO, ASK, WRONG = Verdict.YES, Verdict.NO, Verdict.ASK_TOKEN, Verdict.WRONG_ADDRESS

SENDERS = [None, "null", OURS, TRUSTED, EVIL, "nonsense"]
# One row a Sec-Fetch-Site, one column a sender of the above.
TABLE: dict[str | None, list[Verdict]] = {
    "same-origin": [YES, YES, YES, WRONG, WRONG, WRONG],
    "same-site": [ASK, ASK, ASK, YES, ASK, ASK],
    "cross-site": [NO, NO, NO, YES, NO, NO],
    "none": [ASK, ASK, ASK, ASK, ASK, ASK],
    "same-planet": [NO, NO, NO, YES, NO, NO],
    "": [NO, NO, NO, YES, NO, NO],
    "SAME-ORIGIN": [NO, NO, NO, YES, NO, NO],
    None: [ASK, ASK, YES, YES, NO, NO],
}


def _judge(sites: list[str], origins: list[str]) -> Verdict:
    headers = [(b"sec-fetch-site", site.encode("latin-1")) for site in sites]
    headers += [(b"origin", origin.encode("latin-1")) for origin in origins]
    trusted = {Origin("https", "app.example.org", 443)}
    return judge(Request("POST", "/", headers=headers), origin=HERE, trusted=trusted)


@pytest.mark.parametrize(
    ("site", "sender", "verdict"),
    [
        (site, sender, verdict)
        for site, row in TABLE.items()
        for sender, verdict in zip(SENDERS, row, strict=True)
    ],
)
def test_verdicts(site: str | None, sender: str | None, verdict: Verdict) -> None:
    sites = [] if site is None else [site]
    assert _judge(sites, [] if sender is None else [sender]) is verdict


@pytest.mark.parametrize(
    ("sites", "origins"),
    [
        (["same-origin", "same-origin"], [OURS]),
        (["same-origin", "cross-site"], []),
        (["cross-site", "cross-site"], [TRUSTED]),
        (["same-origin"], [OURS, OURS]),
        ([], [OURS, EVIL]),
        ([], ["null", "null"]),
    ],
)
def test_a_repeated_header_is_no(sites: list[str], origins: list[str]) -> None:
    assert _judge(sites, origins) is NO


@given(
    st.sampled_from(["cross-site", None]),
    st.text(st.characters(max_codepoint=255)).filter(lambda text: text != "null"),
)
def test_no_other_sender_acts(site: str | None, sender: str) -> None:
    allowed = Origin.parse(sender) in {HERE, Origin.parse(TRUSTED)}
    verdict = _judge([] if site is None else [site], [sender])
    assert allowed or verdict is NO


TOKENS = CsrfTokens(["new-secret", "old-secret"])
TOKEN = "ab" * 32


def test_the_cookie_is_that_of_authjs() -> None:
    signature = hashlib.sha256(TOKEN.encode() + b"new-secret").hexdigest()
    assert TOKENS.cookie_value(bytes.fromhex(TOKEN)) == f"{TOKEN}|{signature}"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_token_takes_32_random_bytes(size: int) -> None:
    with pytest.raises(ValueError, match=f"takes 32 random bytes, not {size}"):
        TOKENS.cookie_value(bytes(size))


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_each_secret_may_have_made_the_cookie(secret: str) -> None:
    cookie = CsrfTokens([secret]).cookie_value(bytes.fromhex(TOKEN))
    assert TOKENS.token_of(cookie) == TOKEN
    assert TOKENS.verify(cookie_value=cookie, expected_token=TOKEN)


@pytest.mark.parametrize(
    "expected", ["", TOKEN[:-1], TOKEN.upper(), f"{TOKEN} ", "\ud800", None, 7]
)
def test_another_token_is_refused(expected: object) -> None:
    cookie = TOKENS.cookie_value(bytes.fromhex(TOKEN))
    assert not TOKENS.verify(cookie_value=cookie, expected_token=expected)


@pytest.mark.parametrize(
    "cookie",
    [None, "", "|", TOKEN, f"{TOKEN}|", f"{TOKEN}|{'0' * 64}", f"{TOKEN}|\ud800", "\ud800|\u00fc"],
)
def test_a_cookie_that_no_secret_signed_has_no_token(cookie: str | None) -> None:
    assert TOKENS.token_of(cookie) is None
    assert not TOKENS.verify(cookie_value=cookie, expected_token=TOKEN)


def test_a_foreign_secret_is_refused() -> None:
    cookie = CsrfTokens(["foreign"]).cookie_value(bytes.fromhex(TOKEN))
    assert TOKENS.token_of(cookie) is None


def test_an_empty_token_never_verifies() -> None:
    cookie = "|" + hashlib.sha256(b"new-secret").hexdigest()
    assert TOKENS.token_of(cookie) == ""
    assert not TOKENS.verify(cookie_value=cookie, expected_token="")


def test_no_repr_shows_a_secret() -> None:
    assert "new-secret" not in repr(TOKENS)


@given(st.text(), st.text())
def test_no_guess_verifies(cookie: str, token: str) -> None:
    assert not TOKENS.verify(cookie_value=cookie, expected_token=token)
