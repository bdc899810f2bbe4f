"""What holds for every test: whatever was asked of a PagerDuty stand-in is judged by PagerDuty's own specification."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.yardstick.judge import Judge

JUDGE = pytest.StashKey[Judge]()
COUNT = "calls_to_pagerduty"
"""Under this name a worker of pytest-xdist tells how many it judged."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[JUDGE] = Judge()


@pytest.fixture(autouse=True)
def _everything_asked_of_pagerduty_is_as_it_specifies(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test whose calls PagerDuty would not understand."""
    on_purpose = request.node.get_closest_marker("wrong_on_purpose") is not None
    with request.config.stash[JUDGE].listening(on_purpose=on_purpose):
        yield


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
