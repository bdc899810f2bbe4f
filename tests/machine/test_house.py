"""The whole house against the oracle: a few lives, with restarts, deliveries made twice, and PagerDuty away."""

from hypothesis import settings

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


TestHouse = HouseMachine.TestCase
TestHouse.settings = settings(effort(20), stateful_step_count=12)
