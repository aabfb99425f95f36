"""Owns how tests run: the profiles of Hypothesis, workers, and `--no-skips` for CI."""

import os
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.scheduling import BySiteOrFile

# No deadline: a slow machine is no bug. In CI the same examples run each time, so that a red run is
# about the change; elsewhere new ones are sought.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        help="turn every skip into a failure: in CI, what a test needs must be there",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> BySiteOrFile | None:
    return BySiteOrFile(config, log) if config.getoption("dist") == "loadfile" else None


try:
    import ldap  # type: ignore[import-untyped]
except ImportError:
    ldap = None

_NO_LDAP = "python-ldap is not installed; it is compiled, with libldap2-dev, libsasl2-dev and gcc"
needs_ldap = pytest.mark.skipif(ldap is None, reason=_NO_LDAP)


class _WithoutLdap(pytest.Module):
    """A file of tests that needs python-ldap, where that could not be compiled."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        pytest.skip(_NO_LDAP, allow_module_level=True)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    if ldap is None and module_path.stem.startswith("test_ldap"):
        return _WithoutLdap.from_parent(parent, path=module_path)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(item.config, report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(collector.config, report)
    return report


def _refuse_skip(config: pytest.Config, report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or not config.getoption("--no-skips"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{reason}\n--no-skips: what this test needs must be there."
