"""Says what an object lacks, of whichever Protocol a check names."""

from typing import Protocol

import pytest

from nextauth import Credentials
from nextauth.protocols import lacking
from nextauth.providers import BegunProvider, Provider
from nextauth.stores import FactorStore, LimitStore, MemoryStore, PendingStore, SessionStore


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    def _inner(self) -> None: ...


class _Opened(_Named, Protocol):
    def open(self) -> None: ...


class _Door:
    name = "door"

    def open(self) -> None:
        """Open it."""


@pytest.mark.parametrize("protocol", [SessionStore, LimitStore, FactorStore, PendingStore])
def test_a_store_that_keeps_all_of_them_lacks_nothing(protocol: type) -> None:
    assert lacking(MemoryStore(), protocol) is None


def test_a_provider_lacks_nothing_but_what_another_kind_has() -> None:
    assert lacking(Credentials(authorize=lambda _: None), Provider) is None
    assert lacking(Credentials(authorize=lambda _: None), BegunProvider) == "it lacks begin"


def test_what_a_protocol_inherits_is_asked_for_and_what_is_private_is_not() -> None:
    assert lacking(_Door(), _Opened) is None
    assert lacking(object(), _Opened) == "it lacks name, open"


def test_what_several_protocols_have_is_said_once() -> None:
    assert lacking(object(), _Named, _Opened) == "it lacks name, open"


class _Broken:
    @property
    def name(self) -> str:
        message = "no door"
        raise AttributeError(message)


def test_a_property_that_fails_is_there() -> None:
    assert lacking(_Broken(), _Named) is None


def test_a_class_has_the_members_and_is_no_object() -> None:
    assert lacking(_Door, _Opened) == "it is the class _Door, not an object of it"
