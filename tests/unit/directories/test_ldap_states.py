"""Which account may not be used, as Active Directory, OpenLDAP, 389 and Unix say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.directories.ldap.entries import Entry
from nextauth.directories.ldap.states import STATE_ATTRIBUTES, code_of_refusal, state_of

NOW = 1_700_000_000.0  # 2023-11-14
TICKS = (1_700_000_000 + 11_644_473_600) * 10_000_000


def entry(**attributes: object) -> Entry:
    return Entry.of("cn=x", {name: [str(each).encode()] for name, each in attributes.items()})


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({}, None),
        # 512 is a usual account (MS-ADTS, 2.2.16).
        ({"userAccountControl": 512}, None),
        ({"userAccountControl": 514}, "disabled"),
        ({"userAccountControl": 66050}, "disabled"),
        ({"userAccountControl": 512 | 0x800000}, "must_change"),
        ({"userAccountControl": "no number"}, None),
        ({"userAccountControl": 512, "pwdLastSet": 0}, "must_change"),
        ({"userAccountControl": 512 | 0x10000, "pwdLastSet": 0}, None),
        ({"userAccountControl": 512 | 0x40000, "pwdLastSet": 0}, None),
        ({"userAccountControl": 512, "pwdLastSet": TICKS}, None),
        ({"userAccountControl": 514, "pwdLastSet": 0, "accountExpires": 1}, "disabled"),
        ({"accountExpires": 0}, None),
        ({"accountExpires": 0x7FFF_FFFF_FFFF_FFFF}, None),
        ({"accountExpires": TICKS - 1}, "expired"),
        ({"accountExpires": TICKS}, "expired"),
        ({"accountExpires": TICKS + 10_000_000}, None),
        ({"accountExpires": 1, "pwdLastSet": 0}, "expired"),
        # 000001010000Z is "for good"; another time is a lock by guessing.
        ({"pwdAccountLockedTime": "000001010000Z"}, "disabled"),
        ({"pwdAccountLockedTime": "20231114000000Z"}, None),
        ({"pwdReset": "TRUE"}, "must_change"),
        ({"pwdReset": "FALSE"}, None),
        ({"nsAccountLock": "true"}, "disabled"),
        ({"nsAccountLock": "false"}, None),
        ({"loginDisabled": "TRUE"}, "disabled"),
        ({"shadowExpire": 19_675}, "expired"),
        ({"shadowExpire": 19_676}, None),
        ({"shadowExpire": 0}, None),
        ({"shadowExpire": -1}, None),
    ],
)
def test_a_state_has_one_word(attributes: dict[str, object], code: str | None) -> None:
    assert state_of(entry(**attributes), NOW) == code


@given(st.dictionaries(st.sampled_from(STATE_ATTRIBUTES), st.binary(max_size=30)))
def test_any_octets_have_a_state_or_none(attributes: dict[str, bytes]) -> None:
    found = Entry.of("cn=x", {name: [octets] for name, octets in attributes.items()})
    assert state_of(found, NOW) in {None, "disabled", "expired", "must_change"}


# As Active Directory writes them.
DIAGNOSIS = (
    "80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data {}, v2580\0"
)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("525", None),  # no such user
        ("52e", None),  # wrong name or password
        ("775", None),  # locked by guessing: told to whoever guesses
        ("52f", None),
        ("530", "restricted"),
        ("531", "restricted"),
        ("532", "must_change"),
        ("533", "disabled"),
        ("701", "expired"),
        ("773", "must_change"),
        ("0", None),
        ("5330", None),
        ("53", None),
    ],
)
def test_active_directory_says_why_it_refused(number: str, code: str | None) -> None:
    assert code_of_refusal(DIAGNOSIS.format(number), None) == code


@pytest.mark.parametrize(
    "diagnosis",
    [
        "",
        "data 533",
        "80090308: LdapErr: DSID-0C09042F, comment: something else, data 533, v2580",
        "AcceptSecurityContext error, data",
    ],
)
def test_another_message_says_nothing(diagnosis: str) -> None:
    assert code_of_refusal(diagnosis, None) is None


@pytest.mark.parametrize(
    ("error", "code"), [(0, "must_change"), (1, None), (2, "must_change"), (3, None), (9, None)]
)
def test_a_password_policy_says_why_it_refused(error: int, code: str | None) -> None:
    assert code_of_refusal("", error) == code
    assert code_of_refusal(DIAGNOSIS.format("533"), error) == code
