"""Tokens of older releases are attacked: a weak secret reads, and does nothing else."""

import base64
import hashlib
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from nextauth import Accept, Auth, Revocation, SecondFactor, Session, SessionOptions
from nextauth.account.member import Member, asked_of
from nextauth.errors import TokenError
from nextauth.factors import TotpFactor
from nextauth.sessions import Freshness
from nextauth.sessions.acceptance import Acceptance
from nextauth.sessions.claims import ADOPTED, EPOCH
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from nextauth.tokens import Keyring, NextAuthV4Codec, OlderShape
from nextauth.tokens.gcm import GcmKey
from nextauth.tokens.older import openers_of
from nextauth.web.set_cookies import encode_value
from tests.security.answers import Work, ask, read, read_nobody
from tests.security.inputs import DIALECTS, NOW, ORIGINS, V4, Entropy
from tests.unit.protocol.leaks import hold
from tests.unit.protocol.wire import Browser, make_auth, signed_in
from tests.unit.tokens import older_tokens as older

DAY = 24 * 60 * 60
UNTIL = datetime.fromtimestamp(NOW + DAY, UTC)
PERSON = {"sub": "7", "user": {"id": "7"}, "iat": NOW, "exp": NOW + 2 * DAY}
each_shape = pytest.mark.parametrize("shape", OlderShape, ids=lambda shape: shape.name.lower())
each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def moved(dialect: str = "authjs", **options: Any) -> Auth:  # noqa: ANN401
    """Answer a site that takes over the sessions of every older release."""
    accept = [
        Accept(each, older.SECRET, UNTIL) for each in dict.fromkeys(older.VERSION_OF.values())
    ]
    clock = FakeClock(NOW)
    return make_auth(dialect=dialect, accept=accept, clock=clock, entropy=Entropy(), **options)


def sending(auth: Auth, token: str) -> Browser:
    browser = Browser(auth)
    browser.jar = {V4: encode_value(token)}
    return browser


def nobody(auth: Auth, token: str) -> tuple[object, ...]:
    """Answer all that can be told from outside about a token that must sign nobody in."""
    browser = sending(auth, token)
    read_nobody(auth, browser.request("GET", "/"))
    reply = ask(auth, browser.request("GET", "/api/auth/session"), origins=ORIGINS)
    return reply.status, reply.text, tuple(reply.all("set-cookie"))


def session_of(auth: Auth, shape: OlderShape, **claims: Any) -> Session:  # noqa: ANN401
    browser = sending(auth, older.EVERY[shape]({**PERSON, **claims}))
    session = read(auth, browser.request("GET", "/"))
    assert session is not None
    return session


# --- what may be in a token


@pytest.mark.parametrize("size", [10**5, 10**6, 2 * 10**7])
def test_a_bomb_is_not_unpacked(size: int) -> None:
    """Decompression bombs: CVE-2024-33664 (python-jose), CVE-2025-62706 (Authlib)."""
    token = older.deflated(older.deflate(b"x" * size))
    assert len(token) < 32_768
    nobody(moved(), token)
    opener = openers_of("next-auth-v3", older.SECRET)[OlderShape.DEFLATED]
    tracemalloc.start()
    try:
        with pytest.raises(TokenError):
            opener.open(token, now=NOW)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10**6


@each_shape
def test_a_token_that_no_browser_keeps_is_not_looked_at(shape: OlderShape) -> None:
    """Oversize input: CVE-2025-61920 (Authlib)."""
    acceptance = Acceptance(moved().settings.accept)
    found = set()
    for size in range(0, 8_000, 100):
        token = older.EVERY[shape]({**PERSON, "x": hashlib.shake_256().hexdigest(size)})
        found.add(len(token) <= shape.longest)
        if len(token) <= shape.longest:
            acceptance.open(token, now=NOW)
        else:
            with pytest.raises(TokenError):
                acceptance.open(token, now=NOW)
    assert found == {True, False}


def _algorithms() -> dict[str, str]:
    payload = json.dumps(PERSON).encode()
    keys = {"sig": older.signing_key(), "enc": older.encryption_key(), "raw": older.SECRET.encode()}
    found = {}
    for name, key in keys.items():
        for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
            for header in (f'{{"alg":"{alg}"}}', f'{{"alg":"{alg}","typ":"JWT"}}'):
                token = older.jws(payload, header=header.encode(), key=key, digest=digest)
                if (name, alg, "typ" in header) == ("sig", "HS512", False):
                    continue  # that is v3's own
                found[f"{name} {header}"] = token
    for header in ('{"alg":"none"}', '{"alg":"None","typ":"JWT"}', '{"alg":"HS512"}'):
        start = f"{older.encoded(header.encode())}.{older.encoded(payload)}"
        found[f"unsigned {header}"] = f"{start}."
    return found


@pytest.mark.parametrize("name", _algorithms())
def test_a_signature_is_none_but_by_the_one_algorithm_and_key(name: str) -> None:
    """`alg: none` and algorithm confusion: CVE-2024-33663 (python-jose), CVE-2026-27962."""
    token = _algorithms()[name]
    auth = moved()
    nobody(auth, token)
    nobody(auth, older.deflated(older.deflate(token.encode())))
    if not (name.startswith("raw") and '"HS256","typ":"JWT"' in name):  # that is v2's own
        nobody(auth, older.salted(token.encode()))


def test_a_key_for_signatures_opens_nothing_encrypted_nor_the_other_way_round() -> None:
    """Algorithm confusion: CVE-2024-33663 (python-jose), both ways."""
    claims = json.dumps(PERSON).encode()
    signed, encrypted = older.signed(PERSON), older.encrypted(PERSON)
    auth = moved()
    for token in (
        older.deflated(older.deflate(claims)),
        older.deflated(older.deflate(encrypted.encode())),
        older.salted(claims),
        older.salted(signed.encode()),
        older.salted(encrypted.encode()),
        f"{older.encoded(older.HEADERS[OlderShape.SIGNED])}.{encrypted.partition('.')[2]}",
        f"{encrypted.partition('.')[0]}.{signed.partition('.')[2]}",
        f"{older.encoded(older.HEADERS[OlderShape.DEFLATED])}.{encrypted.partition('.')[2]}",
    ):
        nobody(auth, token)


@each_shape
@pytest.mark.parametrize("lifetime", [None, "9999999999", [], {}, True, 0, -1, NOW - 15])
def test_a_token_without_an_end_is_nobodys(shape: OlderShape, lifetime: object) -> None:
    claims = {**PERSON, "exp": lifetime}
    nobody(moved(), older.EVERY[shape](claims))
    del claims["exp"]
    nobody(moved(), older.EVERY[shape](claims))


@each_shape
@pytest.mark.parametrize("depth", [40, 500, 900, 960, 990, 1_000, 5_000])
def test_claims_of_any_depth_raise_nothing(shape: OlderShape, depth: int) -> None:
    nested = f'{{"exp":{NOW + 60},"a":{"[" * depth}{"]" * depth}}}'.encode()
    token = GcmKey(older.encryption_key()).encrypt(nested, iv=bytes(12))
    if shape is not OlderShape.ENCRYPTED:
        token = older.MADE[shape](nested)
    auth = moved()
    browser = sending(auth, token)
    auth.session_sync(browser.request("GET", "/"))
    assert browser.get("session").status == 200


# --- v2's encryption has no tag


def test_a_changed_ciphertext_tells_nothing_of_what_is_inside() -> None:
    """Padding oracles: CVE-2026-28490 (Authlib): all guesses are one answer, after equal work."""
    raw = bytearray(base64.b64decode(older.salted(older.inner_of_v2(PERSON))))
    auth = moved()
    answers, calls = set(), set()
    for place in (-17, -18, -33):  # each changes the padding, or what stands before it
        for flipped in range(1, 256):
            changed = bytearray(raw)
            changed[place] ^= flipped
            token = base64.b64encode(changed).decode()
            answers.add(nobody(auth, token))
            request = sending(auth, token).request("GET", "/")
            with Work() as work:
                auth.session_sync(request)
            # Escapes are undone one by one; of these there may be more or less.
            calls.add(work.calls - token.count("+") - token.count("/"))
    assert len(answers) == 1
    assert max(calls) - min(calls) <= 2


def test_shorter_ciphertexts_are_that_one_answer_too() -> None:
    """Padding oracles: CVE-2026-28490 (Authlib)."""
    raw = base64.b64decode(older.salted(older.inner_of_v2(PERSON)))
    auth = moved()
    answers = {
        nobody(auth, base64.b64encode(raw[:end]).decode()) for end in range(16, len(raw), 16)
    }
    assert len(answers) == 1


# --- a check cookie of the old site


@pytest.mark.parametrize("claim", ["value", "code_verifier", "state", "nonce"])
@pytest.mark.parametrize(
    "shape",
    [OlderShape.ENCRYPTED, OlderShape.DEFLATED, OlderShape.SIGNED],
    ids=lambda each: each.name,
)
def test_a_sign_in_under_way_is_no_session(shape: OlderShape, claim: str) -> None:
    """Token purpose confusion, a check cookie taken for a session: CVE-2023-48309 (NextAuth)."""
    check = {claim: "x", "iat": NOW, "exp": NOW + 900, "jti": "1"}
    nobody(moved(), older.EVERY[shape](check))
    # A session's own claim of that name is no reason to refuse it.
    assert session_of(moved(), shape, **{claim: "x"}).user.id == "7"


def test_a_sign_in_under_way_at_a_v4_site_of_the_same_secret_is_no_session() -> None:
    """Token purpose confusion, a check cookie taken for a session: CVE-2023-48309 (NextAuth)."""
    check = {"value": "x", "iat": NOW, "exp": NOW + 900, "jti": "1"}
    for dialect in DIALECTS:
        auth = make_auth(dialect=dialect, clock=FakeClock(NOW))
        codec = NextAuthV4Codec(Keyring(auth.settings.secrets), cookie_name=V4, entropy=Entropy())
        nobody(auth, codec.seal(check))
        assert sending(auth, codec.seal({**check, "sub": "7"})).session()


@each_shape
@pytest.mark.parametrize(
    "written",
    [2**63, 10**400, -(10**400), 1e300, -1, "today"],
    ids=["63 bits", "400 digits", "400 digits below", "a float", "before 1970", "a word"],
)
def test_a_date_that_is_none_breaks_nothing(shape: OlderShape, written: object) -> None:
    auth = moved(revocation=Revocation(MemoryStore(), adopt_until=UNTIL))
    browser = sending(auth, older.EVERY[shape]({**PERSON, "iat": written}))
    assert browser.session()
    (record,) = auth.sessions_of_sync("credentials", "7")
    assert record.began == NOW


# --- another host of the domain


@each_shape
def test_a_planted_older_cookie_decides_only_where_none_of_ours_is(shape: OlderShape) -> None:
    auth = moved()
    browser = signed_in(auth)
    own = browser.session()
    assert own
    browser.jar[V4] = encode_value(older.EVERY[shape](PERSON))
    assert browser.session() == own


# --- a secret that somebody guessed


@each_dialect
@each_shape
def test_a_weak_secret_seals_nothing(shape: OlderShape, dialect: str) -> None:
    auth = moved(dialect)
    browser = sending(auth, older.EVERY[shape](PERSON))
    assert browser.session()
    written = "; ".join(browser.jar.values())
    assert older.SECRET not in written
    secret = "yet another of the sites that moved"
    accept = auth.settings.accept
    stranger = make_auth(dialect=dialect, secret=secret, accept=accept, clock=FakeClock(NOW))
    assert stranger.session_sync(browser.request("GET", "/")) is None


@each_shape
def test_it_forges_no_recent_sign_in_and_no_second_factor(shape: OlderShape) -> None:
    session = session_of(
        moved(),
        shape,
        auth_time=NOW,
        amr=["pwd", "otp", "mfa"],
        provider="credentials",
        sid="chosen",
        nextauth=1,
        nextauth_checked=NOW,
        nextauth_adopted=NOW + DAY,
        nextauth_remember=False,
    )
    assert (session.auth_time, session.amr, session.provider, session.sid) == (None, (), None, None)
    # When it began is what its first cookie of ours says.
    assert {name for name in session.token if name.startswith("nextauth")} <= {ADOPTED, EPOCH}
    assert session.token.get(ADOPTED, NOW) == NOW
    assert not Freshness(max_age=10**9).holds(session, NOW)
    member = Member("credentials", session.user, session, session.token)
    options = SecondFactor(MemoryStore(), methods=(TotpFactor("Example"),))
    assert not asked_of(member, options).holds(session, NOW)


@each_shape
def test_it_forges_no_session_that_outlives_those_of_its_user(shape: OlderShape) -> None:
    auth = moved(revocation=Revocation(MemoryStore(), adopt_until=UNTIL))
    forged = {"nextauth_epoch": 2**50, "sid": "chosen", "provider": "credentials"}
    browser = sending(auth, older.EVERY[shape]({**PERSON, **forged}))
    assert browser.session()
    auth.revoke_user_sync("credentials", "7")
    assert not browser.session()
    clock = auth.services.clock
    assert isinstance(clock, FakeClock)
    clock.advance(60)
    for written in (NOW - DAY, NOW, NOW + 60, NOW + DAY):
        token = older.EVERY[shape]({**PERSON, **forged, "iat": written})
        assert not sending(auth, token).session()
    # So it is for who has not been here before, and not for anybody else.
    auth.revoke_user_sync("credentials", "8")
    clock.advance(60)
    for user_id, is_known in (("8", False), ("9", True)):
        person = {**PERSON, "sub": user_id, "user": {"id": user_id}, "iat": NOW + 120}
        assert bool(sending(auth, older.EVERY[shape](person)).session()) is is_known


@each_shape
def test_after_its_date_it_is_worth_nothing(shape: OlderShape) -> None:
    auth = moved()
    token = older.EVERY[shape](PERSON)
    clock = auth.services.clock
    assert isinstance(clock, FakeClock)
    clock.advance(DAY)
    nobody(auth, token)


def test_it_is_no_bearer_token() -> None:
    auth = moved(session=SessionOptions(accept_bearer=True))
    for make in older.EVERY.values():
        header = ("authorization", f"Bearer {make(PERSON)}")
        read_nobody(auth, Browser(auth).request("GET", "/", headers=[header]))


@each_shape
def test_neither_token_nor_secret_is_told(
    shape: OlderShape, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    auth = moved()
    good = older.EVERY[shape]({**PERSON, "name": "hunter2-in-a-claim"})
    for token in (good[:-4], f"{good}AAAA", good[:-1] + ("A" if good[-1] != "A" else "B")):
        told = f"{nobody(auth, token)}{caplog.text}"
        assert hold(told, token, older.SECRET, "hunter2") == []
