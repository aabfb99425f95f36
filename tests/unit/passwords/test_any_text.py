"""Whatever text there is where a hash or a password should be: no error, and nobody signs in."""

from hypothesis import given
from hypothesis import strategies as st

from nextauth.passwords import CHEAPEST, CostLimits, FoundPasswords
from nextauth.passwords.formats import FORMATS
from tests.unit.passwords.vectors import CHEAP, EVERY, fresh

HASHES = st.one_of(
    st.text(max_size=200),
    st.sampled_from([each["hash"] for each in CHEAP]),
    *(st.from_regex(each.pattern, fullmatch=True) for each in FORMATS),
)
PASSWORDS = st.one_of(st.text(max_size=80), st.sampled_from(["\ud800", "\0", "a" * 5_000, ""]))
LITTLE = CostLimits(memory=256, traffic=512, bcrypt=4, pbkdf2=1_000, sha_crypt=1_000, phpass=8)


@given(password=PASSWORDS, known=HASHES)
def test_nothing_raises(password: str, known: str) -> None:
    found = FoundPasswords(EVERY, profile=CHEAPEST, limits=LITTLE)
    right, renewed = found.verify_and_upgrade(password, known)
    assert right or renewed is None


@given(row=st.sampled_from(CHEAP), data=st.data())
def test_a_mutated_password_is_wrong(row: dict[str, str], data: st.DataObject) -> None:
    password = row["password"]
    place = data.draw(st.integers(0, len(password)))
    change = data.draw(st.text(max_size=3))
    cut = data.draw(st.integers(0, 3))
    mutated = password[:place] + change + password[place + cut :]
    assert fresh(row["family"]).verify(mutated, row["hash"]) is (mutated == password)


@given(row=st.sampled_from(CHEAP), data=st.data())
def test_a_mutated_hash_raises_nothing(row: dict[str, str], data: st.DataObject) -> None:
    known = row["hash"]
    place = data.draw(st.integers(0, len(known) - 1))
    mark = data.draw(st.sampled_from([*"$.,=:{}/+0aZ", "", "\0", "é", "\ud800"]))
    mutated = known[:place] + mark + known[place + 1 :]
    found = FoundPasswords((row["family"],), profile=CHEAPEST, limits=LITTLE)
    assert found.verify_and_upgrade("another password", mutated) == (False, None)
