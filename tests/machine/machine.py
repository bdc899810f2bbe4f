"""Anything that people, phones, clocks and a failing pager do to an incident, in any order, held against the oracle."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from incidentbot.core import commands
from incidentbot.core.commands import Command
from incidentbot.core.facts import Fact
from incidentbot.core.incident import Incident, Status
from incidentbot.core.policy import Severity, State
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.machine.oracle import Oracle
from tests.machine.promises import ACKNOWLEDGED, LEVELS

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ANA, BO = "U0ANA", "U0BO"
BOOK = Runbook("Book", "book.md", "5ha", "#", steps=(Step("s1", "One"), Step("s2", "Two")))
MINUTES = st.sampled_from([0, 1, 4, 5, 10, 14, 15, 30, 31, 60, 121])
WALKING: Sequence[Command] = (
    run_commands.StartRun(ANA, "r1", BOOK),
    run_commands.FinishStep(BO, "r1", "s1", "done"),
    run_commands.FinishStep(BO, "r1", "s2", "skipped", "why"),
    run_commands.StepBack(BO, "r1"),
    run_commands.StopRun(BO, "r1"),
    run_commands.ResumeRun(BO, "r1"),
)
TALKING: Sequence[Command] = (
    commands.AddNote(ANA, "noted"),
    commands.PostUpdate(ANA, "we look"),
    commands.TakeRole(ANA, "lead", BO),
    commands.Join(BO),
)


class Driver(Protocol):
    """What is driven. `rung`: epoch and role of each page that the pager took, `keys` their keys."""

    now: datetime

    @property
    def incident(self) -> Incident: ...
    @property
    def facts(self) -> Sequence[Fact]: ...
    @property
    def timers(self) -> dict[str, datetime]: ...
    @property
    def rung(self) -> Sequence[tuple[int, str]]: ...
    @property
    def keys(self) -> Sequence[str]: ...
    def do(self, command: Command) -> bool: ...
    def answer_phone(self, minutes_ago: int) -> bool | None: ...
    def pass_time(self, minutes: int) -> None: ...
    def restart(self, minutes: int) -> None: ...
    def pager_goes(self) -> None: ...
    def pager_returns(self) -> None: ...
    def again(self) -> None: ...


class IncidentMachine(RuleBasedStateMachine):
    """The moves and the promises. A house of its own is driven by each heir."""

    driver: Driver

    def built(self, profile: str, severity: str) -> Driver:
        """The house that is driven."""
        raise NotImplementedError

    @initialize(
        profile=st.sampled_from(sorted(LEVELS)),
        severity=st.sampled_from(["P0", "P1", "P0", "P1", "P2", "P3"]),
    )
    def declare(self, profile: str, severity: str) -> None:
        self.oracle = Oracle(profile, severity, T0)
        self.driver = self.built(profile, severity)
        self.seen: list[Fact] = []

    # --- people ---

    @rule(on_the_phone=st.booleans(), minutes_ago=st.integers(0, 3))
    def acknowledge(self, on_the_phone: bool, minutes_ago: int) -> None:  # noqa: FBT001 - hypothesis fills it in
        if on_the_phone:
            accepted = self.driver.answer_phone(minutes_ago)
            if accepted is not None:
                self._answered(accepted=accepted)
        else:
            self._answered(accepted=self.driver.do(commands.Acknowledge(BO)))

    def _answered(self, *, accepted: bool) -> None:
        fresh = self.oracle.is_open and not self.oracle.reached(ACKNOWLEDGED)
        assert accepted or not fresh, "the first ack was refused"
        assert self.oracle.is_open or not accepted, "an ack after the end was taken"
        if accepted:
            self.oracle.reach(ACKNOWLEDGED)

    @rule()
    def escalate(self) -> None:
        role = self.oracle.next_role
        accepted = self.driver.do(commands.Escalate(ANA, why="no answer"))
        assert not accepted or (self.oracle.is_open and role), "an escalation led to nobody"
        if accepted:
            self.oracle.escalate()

    @rule(severity=st.sampled_from(Severity))
    def judge(self, severity: Severity) -> None:
        accepted = self.driver.do(commands.ChangeSeverity(ANA, severity))
        assert not accepted or severity.value != self.oracle.severity
        if accepted:
            self.oracle.judge(severity.value)

    @rule(deed=st.sampled_from(["mitigate", "resolve", "reopen", "close", "stage 0", "stage 1", "stage 2"]))
    def move_on(self, deed: str) -> None:
        verb, _, place = deed.partition(" ")
        if verb == "stage":
            self._enter_stage(int(place))
        else:
            getattr(self, f"_{verb}")()

    def _mitigate(self) -> None:
        """Said twice, or after the end, it is a note."""
        accepted = self.driver.do(commands.Mitigate(BO, "rolled back"))
        assert accepted or not self.oracle.is_open
        if self.oracle.is_open:
            self.oracle.reach("mitigated")

    def _resolve(self) -> None:
        """Said twice, it is a note."""
        accepted = self.driver.do(commands.Resolve(BO, "rolled back", "chi"))
        assert accepted or not self.oracle.is_open
        self.oracle.reach("resolved")

    def _reopen(self) -> None:
        accepted = self.driver.do(commands.Reopen(ANA, "it is back"))
        assert accepted != self.oracle.is_open
        if accepted:
            self.oracle.reopen()

    def _close(self) -> None:
        accepted = self.driver.do(commands.Close(ANA))
        assert not (accepted and self.oracle.is_open)

    def _enter_stage(self, place: int) -> None:
        stages = [*self.oracle.stages.items()]
        stage, milestone = stages[place % len(stages)]
        if self.driver.do(commands.EnterStage(ANA, stage)):
            self.oracle.reach(milestone)

    @rule(place=st.integers(0, len(WALKING) + len(TALKING) - 1))
    def walk_or_talk(self, place: int) -> None:
        command = (*WALKING, *TALKING)[place]
        before = len(self.driver.facts)
        if self.driver.do(command) and not isinstance(command, run_commands.ResumeRun | commands.Join):
            assert len(self.driver.facts) > before, "something was done and is not on the timeline"

    # --- the world ---

    @rule(minutes=MINUTES)
    def pass_time(self, minutes: int) -> None:
        self.driver.pass_time(minutes)
        self.oracle.pass_to(self.oracle.now + timedelta(minutes=minutes))

    @rule(minutes=MINUTES)
    def restart(self, minutes: int) -> None:
        self.driver.restart(minutes)
        self.oracle.sleep_to(self.oracle.now + timedelta(minutes=minutes))

    @rule()
    def pager_goes_or_returns(self) -> None:
        if not self.oracle.away:
            self.oracle.pager_goes()
            self.driver.pager_goes()
            return
        self.oracle.pager_returns()
        self.driver.pager_returns()
        self.oracle.pass_to(self.driver.now)

    @rule()
    def all_of_it_arrives_again(self) -> None:
        self.driver.again()

    # --- the promises ---

    @invariant()
    def what_was_promised_is_kept(self) -> None:
        self._whoever_was_owed_a_page_got_it_and_nobody_else()
        self._every_deadline_was_told_once()
        self._no_fact_is_lost_or_changed()
        self._nothing_is_due_and_left_undone()
        self._it_stands_where_people_brought_it()

    def _whoever_was_owed_a_page_got_it_and_nobody_else(self) -> None:
        owed = Counter((page.epoch, page.role) for page in self.oracle.rung)
        assert Counter(self.driver.rung) == owed
        assert [key for key, count in Counter(self.driver.keys).items() if count > 1] == []

    def _every_deadline_was_told_once(self) -> None:
        told = Counter(_deadline(fact) for fact in self.driver.facts)
        told.pop("", None)
        assert told == self.oracle.told

    def _no_fact_is_lost_or_changed(self) -> None:
        facts = list(self.driver.facts)
        assert facts[: len(self.seen)] == self.seen
        self.seen = facts

    def _nothing_is_due_and_left_undone(self) -> None:
        assert self.driver.now == self.oracle.now
        assert {name: at for name, at in self.driver.timers.items() if at <= self.driver.now} == {}

    def _it_stands_where_people_brought_it(self) -> None:
        incident = self.driver.incident
        assert (incident.status is Status.OPEN) == self.oracle.is_open
        assert incident.epoch == self.oracle.epoch
        assert incident.reached(State.ACKNOWLEDGED) == self.oracle.reached(ACKNOWLEDGED)


def _deadline(fact: Fact) -> str:
    """What was told to be due; "" for any other fact, and for what is asked in business hours alone (P3)."""
    if fact.kind == "asked" and not fact.data["rung"].startswith("rung-p3-"):
        return "ask"
    return fact.data["deadline"] if fact.kind == "breached" and fact.data["deadline"] != "postmortem" else ""
