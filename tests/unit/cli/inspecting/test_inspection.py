"""Which cookie decides, what the site's own `Auth` adds, and what is told of odd ones."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import nextauth
from nextauth import CookieOptions, SessionOptions
from nextauth.cli.inspecting import Site, as_json, as_text
from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.sites import NamedSecret
from nextauth.cli.inspecting.trials import PURPOSES
from nextauth.config import Accept
from nextauth.tokens import PurposeBox
from nextauth.tokens.gcm import GcmKey
from nextauth.tokens.keyring import Keyring
from tests.unit.cli.inspecting.asking import CLAIMS, auth_of, cause_of, inspect
from tests.unit.cli.inspecting.planting import NOW, OTHER, SECRETS, VALUE, seal, site_of

PLAIN = "authjs.session-token"
SECURE = f"__Secure-{PLAIN}"
V4 = "next-auth.session-token"


def sealed(name: str, **claims: object) -> str:
    dialect = "authjs" if "authjs" in name else "next-auth-v4"
    return f"{name}={seal(dialect, name, {**CLAIMS, **claims})}"


# --- several cookies


def test_both_variants_are_told_and_without_an_auth_the_good_one_decides() -> None:
    report = inspect(f"{sealed(PLAIN)}; {sealed(SECURE, exp=NOW - 60)}")
    assert report.is_good
    assert report.decisive.cookie == PLAIN
    assert [each.cause for each in report.others] == [Cause.EXPIRED]
    assert f"also       {SECURE}: expired" in as_text(report)
    assert "Several session cookies came" in as_text(report)


def test_with_an_auth_the_one_that_it_reads_decides() -> None:
    report = inspect(f"{sealed(PLAIN)}; {sealed(SECURE, exp=NOW - 60)}", auth_of())
    assert report.decisive.cause is Cause.EXPIRED
    assert report.decisive.cookie == SECURE
    assert [each.cause for each in report.others] == [Cause.OTHER_COOKIE_NAME]
    stale = f"{sealed(SECURE, exp=NOW - 60)}; {sealed('__Secure-' + V4)}"
    report = inspect(stale, auth_of())
    assert report.decisive.cause is Cause.EXPIRED
    assert f"__Secure-{V4} would be good by itself. Delete {SECURE}." in report.notes


def test_without_an_address_an_auth_reads_the_names_of_both() -> None:
    for name in (PLAIN, SECURE, V4, f"__Secure-{V4}"):
        assert inspect(sealed(name), auth_of(base_url=None)).is_good


def test_a_whole_cookie_and_chunks_are_told_apart() -> None:
    large = seal("authjs", PLAIN, {**CLAIMS, "pad": "x" * 3_000})
    chunks = f"{PLAIN}.0={large[:3936]}; {PLAIN}.1={large[3936:]}"
    report = inspect(f"{PLAIN}=stale; {chunks}")
    assert report.is_good
    assert any("whole and in chunks" in note for note in report.decisive.notes)
    assert json.loads(as_json(report))["chunks"] == [
        {"number": 0, "size": 3936},
        {"number": 1, "size": len(large) - 3936},
    ]
    assert ".0 has 3936, .1 has" in as_text(report)
    assert cause_of(f"{sealed(PLAIN)}; {chunks}") is Cause.CONFLICT


def test_the_same_cookie_twice_with_one_value_is_good() -> None:
    report = inspect(f"{(once := sealed(PLAIN))}; {once}")
    assert report.is_good
    assert any("more than once" in note for note in report.decisive.notes)


def test_encoding_upon_encoding_is_undone_a_few_times_and_no_more() -> None:
    nested = f"%{'25' * 20_000}41"  # each layer that is undone leaves the next one
    assert cause_of(nested) is Cause.TOO_LARGE
    assert cause_of(f"{PLAIN}={nested[:3_000]}") is Cause.MALFORMED


def test_percent_encoding_that_is_undone_is_no_fault() -> None:
    report = inspect(sealed(PLAIN).replace("..", "%2E%2E"))
    assert report.is_good
    assert "It was percent-encoded, which is undone." in report.decisive.notes


def test_so_many_cookies_are_none() -> None:
    text = "; ".join(f"a{number}=b" for number in range(300))
    assert cause_of(f"{text}; {sealed(PLAIN)}") is Cause.TOO_LARGE
    report = inspect(f"padding={'x' * 9_000}; {sealed(PLAIN)}")
    assert report.is_good
    assert any("many proxies refuse more than 8192" in note for note in report.notes)


def test_a_token_that_no_server_takes_is_too_large() -> None:
    token = seal("authjs", PLAIN, {**CLAIMS, "pad": "x" * 40_000})
    assert cause_of(token) is Cause.TOO_LARGE


# --- names


def test_a_name_of_its_own_is_known_from_the_auth_the_option_or_the_salt() -> None:
    report = inspect(f"sid={seal('authjs', 'sid', CLAIMS)}")
    assert report.is_good
    assert "sid is not a usual name; this one was sealed for it." in report.decisive.notes
    named = Site.with_secrets([NamedSecret("it", SECRETS[0])], now=NOW, cookie="sid")
    for dialect in ("authjs", "next-auth-v4"):
        assert inspect(f"sid={seal(dialect, 'sid', CLAIMS)}", named).is_good
    own = auth_of(cookies=CookieOptions(session_token="sid"))
    assert inspect(f"sid={seal('authjs', 'sid', CLAIMS)}", own).is_good
    assert inspect(seal("authjs", "sid", CLAIMS), own).is_good
    assert cause_of(f"sid={seal('next-auth-v4', 'sid', CLAIMS)}", own) is Cause.OTHER_DIALECT
    report = inspect(sealed(SECURE), own)
    assert report.decisive.cause is Cause.OTHER_COOKIE_NAME
    assert "The site reads sid." in report.decisive.detail
    assert f"sealed for {SECURE}" in report.decisive.detail
    bare = inspect(seal("authjs", "sid", CLAIMS))
    assert bare.decisive.cause is Cause.WRONG_SECRET
    assert "--cookie NAME" in bare.decisive.detail


def test_a_token_in_the_place_of_a_name_is_not_told() -> None:
    token = seal("authjs", PLAIN, CLAIMS)
    for text in (f"Cookie: {token}={token}", f"Cookie: {'n' * 99}={token}"):
        told = as_text(inspect(text)) + as_json(inspect(text))
        assert "[a long name]" in told
        assert token not in told


def test_which_of_the_cookies_are_others_an_auth_knows_by_name() -> None:
    own = auth_of(cookies=CookieOptions(csrf_token="__Host-own", callback_url="back"))
    assert cause_of("__Host-own=1", own) is Cause.CSRF_COOKIE
    assert cause_of("back=1", own) is Cause.CALLBACK_COOKIE
    assert cause_of("__Host-authjs.pending=1", own) is Cause.OTHER_PURPOSE
    assert cause_of("a=1; b=2", own) is Cause.NO_SESSION_COOKIE


# --- secrets


def test_a_secret_that_the_site_does_not_look_at_is_named() -> None:
    first, second = NamedSecret("AUTH_SECRET", OTHER), NamedSecret("NEXTAUTH_SECRET", SECRETS[0])
    site = Site.with_secrets([first], now=NOW, unused=[second])
    report = inspect(sealed(PLAIN), site)
    assert report.decisive.cause is Cause.WRONG_SECRET
    assert report.decisive.detail.startswith("NEXTAUTH_SECRET opens it, and AUTH_SECRET is")
    assert cause_of("nothing", site) is Cause.MALFORMED


def test_secrets_are_not_in_the_repr() -> None:
    assert not any(secret in repr(site_of()) for secret in SECRETS)
    accept = Accept("next-auth-v3", secret=OTHER, until=datetime.fromtimestamp(NOW, UTC))
    assert OTHER not in repr(Site.of(auth_of(accept=[accept])))


def test_every_purpose_of_the_package_is_known() -> None:
    """The key of a digest is no token's; that of a successor comes from another secret."""
    source = Path(nextauth.__file__).parent
    text = "\n".join(file.read_text("utf-8") for file in source.rglob("*.py"))
    named = set(re.findall(r'PurposeBox\([^)]*?purpose="([a-z-]+)"', text))
    modules = [file.read_text("utf-8") for file in source.rglob("*.py")]
    named |= {
        found
        for module in modules
        if "PurposeBox(" in module
        for found in re.findall(r'^_PURPOSE = "([a-z-]+)"', module, re.MULTILINE)
    }
    assert named - {"token-successor"} == set(PURPOSES)


# --- times


def test_the_longest_life_of_an_auth_ends_a_session() -> None:
    text = sealed(SECURE, auth_time=NOW - 7200)
    own = auth_of(session=SessionOptions(max_age=3600, update_age=60, absolute_max_age=3600))
    report = inspect(text, own)
    assert report.decisive.cause is Cause.EXPIRED
    assert "absolute_max_age" in report.decisive.detail
    assert inspect(text, auth_of()).is_good


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({}, "issued     2027-01-15 07:59:00 UTC, 1 minute ago"),
        ({}, "expires    2027-01-15 09:00:00 UTC, in 1 hour"),
        ({"nbf": NOW}, "not before 2027-01-15 08:00:00 UTC, now"),
        ({"iat": -5}, "issued     no date"),
        ({"iat": 10**30}, "issued     no date"),
        ({"exp": NOW + 9 * 86_400}, "expires    2027-01-24 08:00:00 UTC, in 9 days"),
    ],
)
def test_times_are_told_as_dates_and_distances(claims: dict[str, object], told: str) -> None:
    assert told in as_text(inspect(sealed(PLAIN, **claims)))


def test_a_session_without_a_date_of_issue_has_no_age() -> None:
    report = inspect(f"{PLAIN}={seal('authjs', PLAIN, {'exp': NOW + 60})}")
    assert report.is_good
    assert json.loads(as_json(report))["age"] is None
    assert "issued" not in as_text(report)


# --- claims


def test_claims_are_told_by_name_and_only_on_request_by_value() -> None:
    odd = "\u202e\x1b[31m" + "x" * 99
    report = inspect(sealed(PLAIN, nextauth_kept="sealed-password", **{odd: "\x1b[31m"}))
    assert VALUE not in as_text(report)
    assert "claims     exp, iat, jti, name, nextauth_kept, sub, ??[31mx" in as_text(report)
    shown = as_text(report, show=True)
    assert f'claim      name = "{VALUE}"' in shown
    assert 'nextauth_kept = "[withheld]"' in shown
    assert "sealed-password" not in shown + as_json(report, show=True)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\u202e"])
def test_no_claim_steers_a_terminal(sign: str) -> None:
    odd = f"{sign}31m"
    report = inspect(sealed(PLAIN, **{odd: odd}))
    assert json.loads(as_json(report, show=True))["claims"][odd] == odd
    for show in (False, True):
        assert sign not in as_text(report, show=show) + as_json(report, show=show)


# --- tokens of others


def test_a_check_cookie_of_v4_is_known_by_its_salt() -> None:
    name = "next-auth.pkce.code_verifier"
    info = f"NextAuth.js Generated Encryption Key ({name})"
    key = GcmKey(Keyring(SECRETS).derive(salt=name, info=info, length=32)[0])
    token = key.encrypt(b'{"code_verifier":"x","exp":1900000000}', iv=b"0" * 12)
    assert cause_of(token) is Cause.CHECK_COOKIE


def test_a_token_for_another_kind_of_key_is_foreign() -> None:
    token = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a2V5.aXY.Y2lwaGVy.dGFn"
    assert cause_of(f"access={token}; {PLAIN}={token}") is Cause.FOREIGN


def test_a_token_in_several_lines_is_one() -> None:
    token = seal("authjs", PLAIN, CLAIMS)
    report = inspect(f"{token[:80]}\n{token[80:]}")
    assert report.is_good
    assert "broken into lines" in as_text(report)


def test_worse_beneath_quotes_is_told_with_the_quotes() -> None:
    token = seal("authjs", PLAIN, {**CLAIMS, "exp": NOW - 60})
    report = inspect(f'{PLAIN}="{token}"')
    assert report.decisive.cause is Cause.EXPIRED
    assert Cause.QUOTED.meaning in report.decisive.notes
    assert cause_of(f'{PLAIN}="no token"') is Cause.MALFORMED


def test_a_client_without_a_browser_bears_its_session_where_the_site_reads_it() -> None:
    box = PurposeBox(Keyring([SECRETS[1]]), purpose="bearer", entropy=os.urandom)
    token = box.seal(CLAIMS, expires=NOW + 60)
    for site in (site_of(), auth_of(session=SessionOptions(bearer=True))):
        report = inspect(f"Authorization: Bearer {token}", site)
        assert report.is_good
        assert "dialect    bearer (of a client without a browser)" in as_text(report)
        assert report.decisive.is_newest is False
    assert cause_of(token, auth_of()) is Cause.OTHER_PURPOSE
    assert cause_of(f"{PLAIN}={token}") is Cause.OTHER_PURPOSE
    assert cause_of(box.seal(CLAIMS, expires=NOW - 60)) is Cause.EXPIRED


# --- damage that shows without a key


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
def test_letters_and_lengths_that_no_token_has_are_told(dialect: str) -> None:
    header, _, iv, text, tag = seal(dialect, PLAIN, CLAIMS, OTHER).split(".")
    for token in (
        f"{header}..{iv}.{text[:40]}!{text[41:]}.{tag}",
        f"{header}..{iv[:-4]}.{text}.{tag}",
        f"{header}..{iv}.{text}.{tag}AAAA",
        f"{header}..{iv}.{text}.{tag}.AAAA",
    ):
        report = inspect(token)
        assert report.decisive.cause is Cause.ALTERED
        assert "letters or lengths" in report.decisive.detail
