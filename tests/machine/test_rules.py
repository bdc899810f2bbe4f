"""The rules alone against the oracle: many short lives of incidents."""

from hypothesis import settings

from incidentbot.core.policy import Severity
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


def test_while_no_page_goes_out_the_next_role_is_owed_one_too_and_no_more():
    life = RulesMachine()
    life.declare(profile="im-chat", severity="P2")
    life.pager_goes_or_returns()
    life.judge(severity=Severity.P0)
    life.pass_time(minutes=10)
    life.pager_goes_or_returns()
    life.what_was_promised_is_kept()

    assert [role for _, role in life.driver.rung] == ["on_call_primary", "on_call_secondary"]
    life.teardown()


TestRules = RulesMachine.TestCase
TestRules.settings = settings(effort(250), stateful_step_count=40)
