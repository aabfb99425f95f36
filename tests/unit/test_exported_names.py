"""Every name that a package exports is there, and says what it is for."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import nextauth
import tests.contract.django_site  # noqa: F401 - models cannot be imported before Django is set up
from tests.conftest import needs_ldap

PACKAGES = [
    # The directories export LdapDirectory, which is imported when it is first named.
    pytest.param(name, marks=needs_ldap if name.endswith((".directories", ".ldap")) else ())
    for name in sorted(
        [
            "nextauth",
            *(
                module.name
                for module in pkgutil.walk_packages(nextauth.__path__, "nextauth.", lambda _: None)
                if not module.name.endswith("__main__")
            ),
        ]
    )
]


def exported(module: ModuleType) -> list[str]:
    names = getattr(module, "__all__", [])
    assert isinstance(names, list)
    return names


@pytest.mark.parametrize("name", PACKAGES)
def test_exported_names_exist_once_and_in_order(name: str) -> None:
    module = importlib.import_module(name)
    names = exported(module)
    assert [each for each in names if not hasattr(module, each)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_module_says_what_it_owns(name: str) -> None:
    assert (importlib.import_module(name).__doc__ or "").strip()


@pytest.mark.parametrize("name", PACKAGES)
def test_exported_classes_and_functions_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    bare = [
        each
        for each in exported(module)
        if inspect.isclass(getattr(module, each)) or inspect.isfunction(getattr(module, each))
        if not _own_doc(getattr(module, each))
    ]
    assert bare == []


@pytest.mark.parametrize("name", PACKAGES)
def test_public_methods_of_exported_classes_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    bare = [
        f"{each}.{member}"
        for each in exported(module)
        if inspect.isclass(cls := getattr(module, each))
        for member, value in vars(cls).items()
        if not member.startswith("_")
        if inspect.isfunction(value) or isinstance(value, (property, classmethod, staticmethod))
        if not (inspect.getdoc(value) or "").strip()
    ]
    assert bare == []


@pytest.mark.parametrize("name", exported(nextauth))
def test_the_front_door_opens(name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from nextauth import {name}", namespace)  # noqa: S102 - as an application imports it
    assert name in namespace


def test_the_front_door_lists_all_that_stands_in_it() -> None:
    public = {
        name
        for name, value in vars(nextauth).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("nextauth.")
    }
    assert "Auth" in public
    assert public <= set(exported(nextauth))


def _own_doc(value: object) -> str:
    """Answer the documentation that is not inherited, nor made up by ``@dataclass``."""
    doc = vars(value).get("__doc__") if inspect.isclass(value) else inspect.getdoc(value)
    name = getattr(value, "__name__", "")
    return "" if doc is None or doc.startswith(f"{name}(") else doc.strip()
