"""What holds for every test: calls to a PagerDuty stand-in are as PagerDuty specifies, and logs are left as they were."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.yardstick.judge import Judge

pytest_plugins = ["tests.faults.report"]
JUDGE = pytest.StashKey[Judge]()
COUNT = "calls_to_pagerduty"
"""Under this name a worker of pytest-xdist tells how many it judged."""

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
"""An example that a busy machine holds up is not wrong: how long things take is asked where it is measured."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[JUDGE] = Judge()


@pytest.fixture(autouse=True)
def _everything_asked_of_pagerduty_is_as_it_specifies(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test whose calls PagerDuty would not understand."""
    on_purpose = request.node.get_closest_marker("wrong_on_purpose") is not None
    with request.config.stash[JUDGE].listening(on_purpose=on_purpose):
        yield


@pytest.fixture(autouse=True)
def _logs_go_where_they_went_before() -> Iterator[None]:
    """What a command at the shell does to the logs ends with its test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: count what it judged."""
    node.config.stash[JUDGE].judged += getattr(node, "workeroutput", {}).get(COUNT, 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    told: dict[str, int] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told[COUNT] = session.config.stash[JUDGE].judged


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    judged = config.stash[JUDGE].judged
    if judged:
        terminalreporter.write_line(f"{judged} calls to PagerDuty were held against its own specification.")
