"""The whole house against the oracle: a few lives, with restarts, deliveries made twice, and PagerDuty away."""

from hypothesis import settings

from incidentbot.core.policy import Severity
from tests.machine.effort import effort
from tests.machine.house_driver import HouseDriver
from tests.machine.machine import Driver, IncidentMachine


class HouseMachine(IncidentMachine):
    """Drives the real bot with both stand-ins."""

    def built(self, profile: str, severity: str) -> Driver:
        return HouseDriver(profile, severity)

    def teardown(self) -> None:
        assert isinstance(self.driver, HouseDriver)
        self.driver.close()


def test_of_a_page_that_was_late_before_a_restart_the_deadline_has_passed_at_once_after_it():
    """Its failure is told only then, and sets an instant that has passed already."""
    life = HouseMachine()
    life.declare(profile="im-chat", severity="P2")
    life.pager_goes_or_returns()
    life.judge(severity=Severity.P0)
    life.restart(minutes=4)
    life.what_was_promised_is_kept()
    life.pager_goes_or_returns()
    life.what_was_promised_is_kept()

    life.teardown()


TestHouse = HouseMachine.TestCase
TestHouse.settings = settings(effort(20), stateful_step_count=12)
