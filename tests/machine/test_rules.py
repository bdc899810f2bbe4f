"""The rules alone against the oracle: many short lives of incidents."""

from hypothesis import settings

from tests.machine.core_driver import CoreDriver
from tests.machine.effort import effort
from tests.machine.machine import T0, Driver, IncidentMachine


class RulesMachine(IncidentMachine):
    """Drives the pure core, and at the end does the same once more."""

    def built(self, profile: str, severity: str) -> Driver:
        return CoreDriver(profile, severity, T0)

    def teardown(self) -> None:
        driver = self.driver
        assert isinstance(driver, CoreDriver)
        again = driver.played_again()
        assert (again.incident, again.facts, again.timers, again.rung) == (
            driver.incident,
            driver.facts,
            driver.timers,
            driver.rung,
        )


TestRules = RulesMachine.TestCase
TestRules.settings = settings(effort(250), stateful_step_count=40)
