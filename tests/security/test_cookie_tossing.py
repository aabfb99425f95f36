"""Cookies that somebody else put beside ours: a neighbouring subdomain, or an old version."""

from datetime import UTC, datetime

import pytest

from nextauth import Accept, Auth, SubmittedCredentials, User
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.wire import CALLBACK, CSRF, SESSION, Browser, make_auth
from tests.unit.tokens.older_tokens import NOW, signed
from tests.unit.tokens.older_tokens import SECRET as OLD_SECRET

V4 = "next-auth.session-token"


def _anybody(credentials: SubmittedCredentials) -> User:
    name = credentials["email"]
    return User(id=name, name=name, extra={"big": "x" * int(credentials.get("size", "0"))})


def _session_of(auth: Auth, name: str, *, size: int = 0) -> dict[str, str]:
    browser = Browser(auth)
    browser.post(CALLBACK, {"email": name, "password": "x", "size": str(size)})
    return {each: value for each, value in browser.jar.items() if each.startswith(SESSION)}


def _seen(auth: Auth, *cookies: str) -> str | None:
    shown = Browser(auth).get("session", [("cookie", "; ".join(cookies))]).json
    return shown["user"]["name"] if shown else None


def _other(segment: str) -> str:
    """Answer a segment that differs in its first bits."""
    return f"{'B' if segment[0] == 'A' else 'A'}{segment[1:]}"


def test_a_second_value_never_puts_another_session_in_place() -> None:
    """Cookie tossing: a sibling cookie replaces the session (duplicates read differently)."""
    auth = make_auth(_anybody)
    victim, mallory = (_session_of(auth, name)[SESSION] for name in ("victim", "mallory"))
    ours = f"{SESSION}={victim}"
    assert _seen(auth, ours) == "victim"
    assert _seen(auth, f"{SESSION}={mallory}") == "mallory"
    for tossed in (
        (f"{SESSION}={mallory}",),
        (f"{SESSION}.0={mallory}",),
        # The duplicate takes the victim's cookie out of the race; the chunk then stands alone.
        (f"{SESSION}=junk", f"{SESSION}.0={mallory}"),
        (f"{SESSION}=", f"{SESSION}.0={mallory}"),
        (f"{SESSION}.0=junk", f"{SESSION}.0={mallory}"),
        (f"{V4}={mallory}",),
        (f"{SESSION}.9={mallory}",),
    ):
        assert _seen(auth, ours, *tossed) in {"victim", None}
        assert _seen(auth, *tossed, ours) in {"victim", None}


def test_a_second_chunk_never_puts_another_session_in_place() -> None:
    """Cookie tossing: a stale `name.9`, or one chunk of another's, corrupts the session."""
    auth = make_auth(_anybody)
    victim = _session_of(auth, "victim", size=9000)
    large, small = _session_of(auth, "mallory", size=9000), _session_of(auth, "mallory")[SESSION]
    ours = [f"{name}={value}" for name, value in victim.items()]
    assert len(ours) > 2
    assert _seen(auth, *ours) == "victim"
    for tossed in (
        [f"{SESSION}={small}", f"{SESSION}.0=junk"],
        [f"{SESSION}={small}", f"{SESSION}.1=junk"],
        [f"{SESSION}.0={large[f'{SESSION}.0']}"],
        [f"{name}={value}" for name, value in large.items()],
        [f"{SESSION}.9=junk"],
        [f"{SESSION}={small}"],
    ):
        assert _seen(auth, *ours, *tossed) in {"victim", None}
        assert _seen(auth, *tossed, *ours) in {"victim", None}
    mixed = {**large, f"{SESSION}.1": victim[f"{SESSION}.1"]}
    assert _seen(auth, *(f"{name}={value}" for name, value in mixed.items())) is None


@pytest.mark.parametrize("sid", ["s-mallory", None])
def test_a_planted_session_of_the_same_user_id_is_not_taken_for_the_victims(
    sid: str | None,
) -> None:
    """Cookie tossing: what tells copies of one session apart must not choose between two."""
    auth = make_auth(_anybody)
    victim = _session_of(auth, "victim", size=9000)
    planted = mint_session(auth, User(id="victim", name="planted"), sid=sid, iat=2**33)
    assert list(planted) == [SESSION]
    ours = [f"{name}={value}" for name, value in victim.items()]
    tossed = f"{SESSION}={planted[SESSION]}"
    assert _seen(auth, tossed) == "planted"
    assert _seen(auth, *ours, tossed) is None
    assert _seen(auth, tossed, *ours) is None


@pytest.mark.parametrize("who", ["7", "mallory"])
def test_of_an_older_session_and_one_of_ours_none_takes_the_others_place(who: str) -> None:
    """Cookie tossing: a session of ours, planted beside an older release's, signs nobody in."""
    older = Accept("next-auth-v3", OLD_SECRET, datetime.fromtimestamp(NOW + 60, UTC))
    auth = make_auth(_anybody, dialect="next-auth-v4", accept=[older], clock=FakeClock(NOW))
    claims = {"sub": "7", "name": "victim", "iat": NOW - 60, "exp": NOW + 60}
    whole = f"{V4}={signed(claims)}"
    [own] = mint_session(auth, User(id=who, name=who)).values()
    assert _seen(auth, whole) == "victim"
    assert _seen(auth, f"{V4}.0={own}") == who
    assert _seen(auth, whole, f"{V4}.0={own}") is None


@pytest.mark.parametrize("before", ["\xa0", "\x85", "\x1f", "\x0b", '"', "$", "%20"])
def test_a_name_that_only_looks_like_a_prefixed_one_is_not_read(before: str) -> None:
    """Cookie tossing: two parsers disagree (white space that a browser keeps, a server strips)."""
    auth = make_auth(_anybody)
    secure = Browser(auth, scheme="https")
    secure.post(CALLBACK, {"email": "mallory", "password": "x"})
    name = f"__Secure-{SESSION}"
    token = secure.jar[name]
    fresh = Browser(auth, scheme="https")
    assert fresh.get("session", [("cookie", f"{name}={token}")]).json["user"]["name"] == "mallory"
    for written in (f"{before}{name}={token}", f"{name}{before}={token}", f"{SESSION}={token}"):
        assert fresh.get("session", [("cookie", written)]).json is None


def test_a_csrf_cookie_of_a_neighbour_is_not_read_on_https() -> None:
    """Cookie tossing: the CSRF cookie must be `__Host-`, which no subdomain can set."""
    auth = make_auth(_anybody)
    plain = Browser(auth, headers=())
    token = plain.get("csrf").json["csrfToken"]
    fields = {"email": "mallory", "password": "x", "csrfToken": token}
    assert plain.post(CALLBACK, fields).signs_in()
    secure = Browser(auth, scheme="https", headers=())
    for name in (CSRF, f"__Secure-{CSRF}", f"\xa0__Host-{CSRF}"):
        secure.jar = {name: plain.jar[CSRF]}
        assert not secure.post(CALLBACK, fields).signs_in(f"__Secure-{SESSION}")
    secure.jar = {f"__Host-{CSRF}": plain.jar[CSRF]}
    assert secure.post(CALLBACK, fields).signs_in(f"__Secure-{SESSION}")


def test_a_forged_cookie_ends_nobodys_session() -> None:
    """Forged cookie revokes other people's sessions: GHSA-wmjr-v86c-m9jj (Better Auth)."""
    sink = RecordingSink()
    auth = make_auth(_anybody, events=[sink])
    victim = _session_of(auth, "victim")[SESSION]
    header, _, iv, text, tag = victim.split(".")
    told = len(sink.events)
    for forged in (
        f"{header}..{iv}.{text}.{_other(tag)}",
        f"{header}..{_other(iv)}.{text}.{tag}",
        "eyJzdWIiOiJ2aWN0aW0ifQ",
    ):
        browser = Browser(auth)
        browser.jar[SESSION] = forged
        assert browser.post("signout").status == 302
    assert sink.events[told:] == []
    assert _seen(auth, f"{SESSION}={victim}") == "victim"
