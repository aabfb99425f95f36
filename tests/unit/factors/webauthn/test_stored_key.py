"""What is kept of a key comes back as it was, or with a clear word that it is damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors.webauthn import StoredKey

KEY = StoredKey(
    credential_id=b"an id",
    public_key=b"a public key",
    user_handle=b"a handle",
    aaguid="2fc0579f-8113-47ea-b116-bb5a8db9202a",
    attestation_format="packed",
    is_backup_eligible=True,
    is_backed_up=True,
    is_attested=True,
    is_discoverable=False,
    transports=("nfc", "usb"),
)
# As release 0.x wrote it: what was kept must be read by every later one.
WRITTEN = (
    '{"v":1,"id":"YW4gaWQ","key":"YSBwdWJsaWMga2V5","user":"YSBoYW5kbGU",'
    '"aaguid":"2fc0579f-8113-47ea-b116-bb5a8db9202a","fmt":"packed","be":true,"bs":true,"at":true,'
    '"rk":false,"tr":["nfc","usb"]}'
)
DAMAGED = "damaged"


def test_the_text_is_fixed() -> None:
    assert KEY.to_text() == WRITTEN
    assert StoredKey.from_text(WRITTEN) == KEY


def test_a_later_release_may_add_members() -> None:
    assert StoredKey.from_text(WRITTEN[:-1] + ',"new":[1]}') == KEY


@given(
    st.builds(
        StoredKey,
        credential_id=st.binary(min_size=1, max_size=1_023),
        public_key=st.binary(min_size=1, max_size=600),
        user_handle=st.binary(min_size=1, max_size=64),
        aaguid=st.uuids().map(str),
        attestation_format=st.sampled_from(["none", "packed", "fido-u2f"]),
        is_backup_eligible=st.just(value=True),
        is_backed_up=st.booleans(),
        is_attested=st.booleans(),
        is_discoverable=st.none() | st.booleans(),
        transports=st.lists(st.sampled_from(["usb", "nfc", "ble"])).map(tuple),
    )
)
def test_every_key_comes_back(key: StoredKey) -> None:
    text = key.to_text()
    assert len(text) <= 4_096
    assert StoredKey.from_text(text) == key


def test_what_does_not_fit_is_not_kept() -> None:
    with pytest.raises(ValueError, match="4096 are kept"):
        replace(KEY, public_key=bytes(4_000)).to_text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "null",
        "[]",
        WRITTEN[:-2],
        WRITTEN.replace("YW4gaWQ", "YW4gaWR"),  # bits that are not zero
        WRITTEN.replace("YW4gaWQ", "YW4gaWQ="),
        WRITTEN.replace("YW4gaWQ", ""),
        WRITTEN.replace("YW4gaWQ", "\u00e9"),
        WRITTEN.replace('"be":true', '"be":false'),
        WRITTEN.replace('"be":true', '"be":1'),
        WRITTEN + " " * 4_096,
        WRITTEN + "\ud800",
        "[" * 4_000,
        None,
        b"{}",
    ],
    ids=range(16),
)
def test_damaged_text(text: str) -> None:
    with pytest.raises(ValueError, match=DAMAGED) as told:
        StoredKey.from_text(text)
    assert "YSBwdWJsaWMga2V5" not in str(told.value)
    assert told.value.__cause__ is None


def test_another_version() -> None:
    text = json.dumps({**json.loads(WRITTEN), "v": 2})
    with pytest.raises(ValueError, match="of version 2; this release reads 1"):
        StoredKey.from_text(text)


def test_the_repr_names_nobody() -> None:
    shown = repr(KEY)
    assert "an id" not in shown
    assert "a handle" not in shown
    assert "a public key" not in shown
