"""Many hands on one incident, in any order, held against the oracle: who has it, what rings, what is taken back."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from incidentbot.core import commands, ladder_commands
from incidentbot.core.facts import Fact
from incidentbot.core.incident import Status
from incidentbot.core.policy import AckTerms, Policy, Severity, State
from incidentbot.policies.loader import load
from tests.machine.hands.moves import FIRST, LEVELS, MOVES, WHEN, drawn
from tests.machine.hands.oracle import GUARDS, HandsOracle
from tests.machine.hands.phones import HandsDriver
from tests.machine.hands.words import Ring, Terms
from tests.machine.promises import ACKNOWLEDGED

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def terms_of(several: bool, expires: bool) -> Terms:  # noqa: FBT001 - what was drawn
    """What a team asks of acks: of P0 two people, half an hour."""
    return Terms({"P0": 2} if several else {}, HALF_AN_HOUR if expires else None)


@cache
def policy_of(profile: str, several: bool, expires: bool) -> Policy:  # noqa: FBT001 - what was drawn
    """A team's profile with these terms, and a chain of three beside its own."""
    policy, terms = load(profile), terms_of(several, expires)
    levels = {
        level: replace(rule, terms=AckTerms(terms.people.get(level.value, 1), terms.expires, terms.answer))
        for level, rule in policy.severities.items()
    }
    return replace(policy, severities=levels, chains={**policy.chains, "security": GUARDS})


class HandsMachine(RuleBasedStateMachine):
    """What several people do to a ladder that runs. Business hours, and a pager that is away, are told elsewhere."""

    @initialize(**drawn(FIRST))
    def declare(self, profile: str, level: int, several: bool, expires: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
        severity = LEVELS[profile][level % len(LEVELS[profile])]
        self.levels = LEVELS[profile]
        self.oracle = HandsOracle(profile, terms_of(several, expires), severity, T0)
        self.driver = HandsDriver(policy_of(profile, several, expires), severity, T0)
        self.seen: list[Fact] = []

    # --- who has it ---

    @rule(**drawn(MOVES["acknowledge"]))
    def acknowledge(self, by: str) -> None:
        before = self.oracle.holders
        taken = self.oracle.acknowledge(by, self.oracle.now)
        assert self.driver.do(commands.Acknowledge(by)) == taken
        if taken:
            self._seen(by, before)

    @precondition(lambda self: WHEN["answer_phone"](self.oracle))
    @rule(**drawn(MOVES["answer_phone"]))
    def answer_phone(self, by: str, place: int, minutes_ago: int) -> None:
        """The phone that was rung, now or earlier, in this epoch or before; heard at once, or late."""
        place %= len(self.oracle.rings)
        before, at = self.oracle.holders, self.oracle.now - timedelta(minutes=minutes_ago)
        taken = self.oracle.acknowledge(by, at, self._rings()[place])
        assert self.driver.answer(place, minutes_ago, by) == taken
        if taken:
            self._seen(by, before)

    @precondition(lambda self: WHEN["rings_again"](self.oracle))
    @rule(**drawn(MOVES["rings_again"]))
    def rings_again(self, by: str, place: int) -> None:
        """An ack is taken back on the phone, or what was over is reopened there by a person."""
        quiet = [place for place, one in enumerate(self._rings()) if not one.rings]
        place = quiet[place % len(quiet)]
        ring = self._rings()[place]
        if ring.over != self.driver.phones[place].over or (ring.over and not by):
            return
        if not self.oracle.is_open and not ring.over:
            return
        assert self.driver.ring_again(place, by)
        self.oracle.rings_again(ring, by)

    @rule(**drawn(MOVES["still_on_it"]))
    def still_on_it(self, by: str) -> None:
        taken = self.oracle.still_on_it(by)
        assert self.driver.do(ladder_commands.StillOnIt(by)) == taken

    # --- whom they call ---

    @rule(**drawn(MOVES["hand_over"]))
    def hand_over(self, by: str) -> None:
        before, takes = self.oracle.holders, self.oracle.takes_a_hand_over()
        assert self.driver.do(ladder_commands.HandOver(by)) == takes
        if takes:
            self.oracle.call(by, hands_over=True)
            self._seen(by, before)

    @rule(**drawn(MOVES["escalate"]))
    def escalate(self, by: str, chain: bool) -> None:  # noqa: FBT001 - hypothesis fills it in
        before, takes = self.oracle.holders, self.oracle.takes_a_call(by, GUARDS if chain else ())
        assert self.driver.do(commands.Escalate(by, "security" if chain else None)) == takes
        if takes:
            self.oracle.call(by, GUARDS) if chain else self.oracle.page_next(by)
            self._seen(by, before)

    @rule(**drawn(MOVES["snooze"]))
    def snooze(self, by: str, minutes: int) -> None:
        before, length = self.oracle.holders, timedelta(minutes=minutes)
        accepted = self.oracle.hold(length)
        assert self.driver.do(ladder_commands.Snooze(by, length)) == accepted
        if accepted:
            self._seen(by, before)

    @rule(**drawn(MOVES["page_now"]))
    def page_now(self, by: str) -> None:
        before = self.oracle.holders
        accepted = self.driver.do(ladder_commands.PageNow(by))
        assert accepted == self.oracle.page_now(by)
        if accepted:
            self._seen(by, before)
            self.oracle.pass_to(self.oracle.now)

    # --- what they do ---

    @rule(**drawn(MOVES["judge"]))
    def judge(self, by: str, place: int) -> None:
        severity, before = self.levels[place % len(self.levels)], self.oracle.holders
        accepted = self.driver.do(commands.ChangeSeverity(by, Severity(severity)))
        assert accepted == (severity != self.oracle.severity)
        if accepted:
            self._seen(by, before)
            self.oracle.judge(severity)

    @rule(**drawn(MOVES["note"]))
    def note(self, by: str) -> None:
        assert self.driver.do(commands.AddNote(by, "noted"))
        self.oracle.did(by)

    @rule(**drawn(MOVES["enter_stage"]))
    def enter_stage(self, by: str, place: int) -> None:
        before = self.oracle.holders
        stages = [stage for stage in self.driver.policy.workflows["incident"] if stage.state in WORK]
        stage = stages[place % len(stages)]
        assert stage.state is not None
        if self.driver.do(commands.EnterStage(by, stage.id)):
            self.oracle.reach(stage.state.value, by)
            self._seen(by, before)

    @rule(**drawn(MOVES["mitigate"]))
    def mitigate(self, by: str) -> None:
        before, fresh = self.oracle.holders, not self.oracle.reached("mitigated")
        accepted = self.driver.do(commands.Mitigate(by, "rolled back"))
        if accepted and self.oracle.is_open:
            if fresh:
                self.oracle.reach("mitigated", by)
            self._seen(by, before)

    @rule(**drawn(MOVES["resolve_or_reopen"]))
    def resolve_or_reopen(self, by: str) -> None:
        if self.oracle.is_open:
            assert self.driver.do(commands.Resolve(by, "rolled back", "chi"))
            self.oracle.reach("resolved", by)
        else:
            assert self.driver.do(commands.Reopen(by, "it is back"))
            self.oracle.reopen()

    # --- the world ---

    @rule(**drawn(MOVES["pass_time"]))
    def pass_time(self, minutes: int) -> None:
        self.driver.pass_time(minutes)
        self.oracle.pass_to(self.oracle.now + timedelta(minutes=minutes))

    @rule(**drawn(MOVES["restart"]))
    def restart(self, minutes: int) -> None:
        self.driver.restart(minutes)
        self.oracle.sleep_to(self.oracle.now + timedelta(minutes=minutes))

    @rule(**drawn(MOVES["all_of_it_arrives_again"]))
    def all_of_it_arrives_again(self) -> None:
        self.driver.again()

    # --- the promises ---

    @invariant()
    def what_was_promised_is_kept(self) -> None:
        incident, oracle = self.driver.incident, self.oracle
        owed = [(one.at, one.epoch, one.role, one.rings) for one in self._rings()]
        assert [(one.at, one.epoch, one.role, one.rings) for one in self.driver.phones] == owed
        assert (incident.epoch, incident.status is Status.OPEN) == (oracle.epoch, oracle.is_open)
        assert incident.reached(State.ACKNOWLEDGED) == oracle.reached(ACKNOWLEDGED)
        assert self._told() == +oracle.told
        assert [name for name, at in self.driver.timers.items() if at <= self.driver.now] == []

    @invariant()
    def no_fact_is_lost_or_changed(self) -> None:
        assert self.driver.facts[: len(self.seen)] == self.seen
        self.seen = list(self.driver.facts)

    @invariant()
    def acknowledge_is_offered_where_an_ack_is_taken(self) -> None:
        assert self.driver.offers_an_ack == self.oracle.offers_an_ack
        if self.oracle.offers_an_ack:
            assert self.driver.would_take(commands.Acknowledge("U0DEE"))

    def teardown(self) -> None:
        again, driver = self.driver.played_again(), self.driver
        assert (again.incident, again.facts, again.timers) == (driver.incident, driver.facts, driver.timers)

    # --- how ---

    def _rings(self) -> list[Ring]:
        return sorted(self.oracle.rings, key=lambda one: (one.at, one.epoch, one.role))

    def _seen(self, by: str, before: set[str]) -> None:
        if by in before:
            self.oracle.did(by)

    def _told(self) -> Counter[str]:
        return Counter(filter(None, map(_word, self.driver.facts)))


WORK = frozenset({State.TRIAGED, State.RESPONDING, State.INVESTIGATING, State.MITIGATED})


def _word(fact: Fact) -> str:
    """What was told, "" for what the oracle does not count."""
    if fact.kind == "asked":
        return "asked" if fact.data.get("ack") else "rung ask"
    if fact.kind == "ack_taken_back":
        return "" if fact.by or "took" in fact.text else "taken back"
    if fact.kind == "ladder_ended":
        return "ended"
    return fact.data["deadline"] if fact.kind == "breached" and fact.data["deadline"] != "postmortem" else ""
