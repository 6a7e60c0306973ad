"""What every test may ask for: the shared folder, settings of its own, and Hypothesis' profiles."""

import faulthandler
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from lake import serving
from settings import Settings

SHARED = "PARLEY_TEST_SHARED"
ROOT = Path(__file__).parent.parent

settings.register_profile(
    "test", max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
settings.register_profile(
    "soak", max_examples=200, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "test")
settings.load_profile(PROFILE)
IS_SOAK = PROFILE == "soak"
RANDOM = 300 if IS_SOAK else 15  # filters, or whatever else is drawn, of a property


STDERR = pytest.StashKey[int]()  # while it is not captured
END_SECONDS = 120  # a hang guard: so long may be torn down what has failed


def pytest_configure(config):
    config.stash[STDERR] = os.dup(2)


def pytest_unconfigure(config):
    os.close(config.stash[STDERR])


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node):
    """End what hangs where it is torn down: with the first exception pytest looks no further."""
    if isinstance(node, pytest.Item) and float(node.config.getini("faulthandler_timeout")):
        faulthandler.dump_traceback_later(END_SECONDS, file=node.config.stash[STDERR], exit=True)


@pytest.fixture
def counted(request):
    """Tell the soak's table how often something was tried: `counted("kills", 60, seed=1)`."""

    def tell(what, count, *, seed=None):
        # With the report, which comes back from whichever process has run the test.
        request.node.user_properties.append(("counted", [what, count, seed]))

    return tell


def pytest_terminal_summary(terminalreporter):
    """Print the table of seeds and counts after a soak."""
    reports = [each for listed in terminalreporter.stats.values() for each in listed]
    lines = {
        f"{count:>9,} {what:<28} seed {seed!s:<6} {report.nodeid.rpartition('::')[2]}": None
        for report in reports
        for name, (what, count, seed) in getattr(report, "user_properties", ())
        if name == "counted"
    }
    if IS_SOAK and lines:
        terminalreporter.section("seeds and counts")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _no_quiet(monkeypatch):
    """A lake reads its files at once, and not when the first pages have been shown."""
    monkeypatch.setattr(serving, "QUIET_SECONDS", 0)


@pytest.fixture(autouse=True)
def _own_main_module():
    """Streamlit's test runner puts its script in the place of `__main__`; spawning reads that."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def shared():
    """The folder of real conversations and hostile strings, where there is one."""
    named = os.environ.get(SHARED)
    if not named:
        pytest.skip(f"{SHARED} is not set: the real data lies outside this repository")
    folder = Path(named) if Path(named).is_absolute() else ROOT / named
    assert folder.is_dir(), f"{SHARED} names {named}, which is no folder"
    return folder


@pytest.fixture
def own_settings(tmp_path):
    """Settings whose data and state lie in the test's own folder; no sample data."""
    return Settings(
        data=tmp_path / "lake", state=tmp_path / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, watch_seconds=0.05,
    )  # fmt: skip
