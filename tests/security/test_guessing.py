"""The attack script: whatever a guesser does, they get the tries of the policy, and not one more.

What is counted is how often a guess reached `authorize`. The numbers are those of the presets: an
attack that goes on for a day, and never waits longer than it must, gets exactly what they allow.
"""

from itertools import cycle
from random import Random

from nextauth import Throttle
from tests.security.sieges import OWN, VICTIM, addresses, allowed, besiege, each_preset
from tests.unit.protocol.guesses import Guesser, Site
from tests.unit.protocol.wire import Reply


@each_preset
def test_guessing_at_one_account_from_one_address(throttle: Throttle) -> None:
    site = Site(throttle)
    guesser = Guesser(site)
    assert besiege(site, lambda _: guesser.guess(VICTIM)) == allowed(throttle.pair)


@each_preset
def test_guessing_at_one_account_from_many_addresses(throttle: Throttle) -> None:
    site, where = Site(throttle), addresses()
    tries = besiege(site, lambda _: Guesser(site, next(where)).guess(VICTIM))
    assert tries == allowed(throttle.account)


@each_preset
def test_spraying_many_accounts_from_one_address(throttle: Throttle) -> None:
    site = Site(throttle)
    guesser = Guesser(site)
    tries = besiege(site, lambda number: guesser.guess(f"person-{number}@example.com"))
    assert tries == allowed(throttle.address)


@each_preset
def test_stuffing_a_list_from_a_few_addresses(throttle: Throttle) -> None:
    site, where = Site(throttle), cycle([f"198.51.100.{number}" for number in range(5)])
    guessers = {address: Guesser(site, address) for address in {next(where) for _ in range(5)}}
    refused: set[str] = set()
    for number in range(5 * allowed(throttle.address, 0) + 200):
        address = next(where)
        if guessers[address].guess(f"person-{number}").status == 429:
            refused.add(address)
    assert len(refused) == 5
    assert len(site.reached) == 5 * allowed(throttle.address, 0)


@each_preset
def test_ipv6_addresses_of_one_customer_are_one(throttle: Throttle) -> None:
    """IPv6 rotation evades limits: CVE-2026-45364 (Better Auth), allauth 0.51."""
    random = Random(64)  # noqa: S311 - addresses, and the same in every run
    site = Site(throttle)

    def rotated() -> Guesser:
        return Guesser(site, f"2001:db8:1:2:{random.getrandbits(64).to_bytes(8).hex(':', 2)}")

    assert besiege(site, lambda _: rotated().guess(VICTIM)) == allowed(throttle.pair)
    site = Site(throttle)
    tries = besiege(site, lambda number: rotated().guess(f"person-{number}"))
    assert tries == allowed(throttle.address)


SPELLINGS = (
    VICTIM,
    "ADA@EXAMPLE.COM",
    "Ada@Example.com",
    " ada@example.com",
    "ada@example.com\t\r\n",
    "ada @ example.com",
    "ada\x00@example.com",
    "ad\u200ba@example.com",
    "\u2060ada@example.com\ufeff",
    "\u202aada\u202c@example.com",
    "\uff41\uff44\uff41@example.com",
    "\U0001d4ea\U0001d4ed\U0001d4ea@example.com",
    "a\u0301da@example.com",
    "\u00e1da@example.com",
    "ada@ex\u00e4mple.com",
    "ada\ufe0e@example.com",
    "ada@example.com\u3000",
    "ada@example\uff0ecom",
    "ad\u115fa@example.com",
    "ada@example.com" + "\u200d" * 200,
)


@each_preset
def test_spelling_the_name_in_other_ways_is_no_other_account(throttle: Throttle) -> None:
    """Letter case and whitespace evade limits: allauth 0.44, 0.51."""
    site, where = Site(throttle), addresses()
    tries = besiege(site, lambda n: Guesser(site, next(where)).guess(SPELLINGS[n % len(SPELLINGS)]))
    assert tries == allowed(throttle.account)


@each_preset
def test_a_success_in_between_brings_no_try_back(throttle: Throttle) -> None:
    """A success clears the address's failure count: allauth 65.8.1."""
    site = Site(throttle)
    guesser = Guesser(site)

    def attack(number: int) -> Reply:
        if number % 2:
            guesser.sign_in(OWN)
        return guesser.guess(f"person-{number}")

    assert besiege(site, attack) == allowed(throttle.address)
