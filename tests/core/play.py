"""Plays an incident on the pure core: decides, keeps timers, fires them as the clock moves. No store, no vendors."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incidentbot.core.answers import PageDelivered, RoomOpened, TimerFired
from incidentbot.core.commands import Command, Declare
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.effects import AckPage, Effect, OpenRoom, ResolvePage, Say, SendPage
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Policy, Severity
from incidentbot.policies.loader import load

T0 = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANA, BO, CHI = "U0ANA", "U0BO", "U0CHI"


class Play:
    """One incident under one profile. `world` answers: rooms open and pages are taken at once, unless told otherwise."""

    def __init__(
        self, profile: str | Policy, severity: Severity = Severity.P0, *, at: datetime = T0, **words: object
    ) -> None:
        self.policy = load(profile) if isinstance(profile, str) else profile
        self.now = at
        self.timers: dict[str, datetime] = {}
        self.facts: list[Fact] = []
        self.effects: list[tuple[datetime, Effect]] = []
        self.world = True
        asked = Declare("0b6d", ANA, "checkout is down", severity, "x4k2", number=7)
        self.incident: Incident = self._keep(
            decide(None, replace(asked, **words), now=at, policy=self.policy)  # type: ignore[arg-type] # by name
        )

    def do(self, command: Command) -> Decision:
        """Decide a command now and keep what it leads to."""
        decision = decide(self.incident, command, now=self.now, policy=self.policy)
        self._keep(decision)
        return decision

    def after(self, **span: float) -> "Play":
        """Let time pass; timers fire at their instants, in order."""
        until = self.now + timedelta(**span)
        while due := sorted((at, name) for name, at in self.timers.items() if at <= until):
            at, name = due[0]
            self.now = max(self.now, at)
            self.do(TimerFired(name, at))
        self.now = until
        return self

    def asleep(self, **span: float) -> "Play":
        """Let time pass while the bot is away: what was due fires afterwards, late."""
        self.now += timedelta(**span)
        return self.after(seconds=0)

    def _keep(self, decision: Decision) -> Incident:
        self.incident = replace(decision.incident, version=decision.incident.version + 1)
        self.facts += decision.facts
        self.effects += [(self.now, effect) for effect in decision.effects]
        for name, at in decision.timers.items():
            self.timers.pop(name, None)
            if at is not None:
                self.timers[name] = at
        if self.world:
            self._answer(decision)
        return self.incident

    def _answer(self, decision: Decision) -> None:
        for effect in decision.effects:
            if isinstance(effect, OpenRoom):
                self.do(RoomOpened("C7"))
            if isinstance(effect, SendPage):
                self.do(PageDelivered(effect.page))

    def pages(self) -> list[tuple[float, str]]:
        """Minutes since the start, and whom each page rings."""
        return [(self._minutes(at), one.role) for at, one in self.effects if isinstance(one, SendPage)]

    def said(self, kind: FactKind) -> list[tuple[float, str]]:
        """Minutes since the start, and the sentence, of each fact of a kind."""
        return [(self._minutes(fact.at), fact.text) for fact in self.facts if fact.kind is kind]

    def lines(self) -> list[Say]:
        """What was posted in the room."""
        return [one for _, one in self.effects if isinstance(one, Say)]

    def called_off(self) -> list[Effect]:
        """Acks and resolves told to the pager."""
        return [one for _, one in self.effects if isinstance(one, AckPage | ResolvePage)]

    def _minutes(self, at: datetime) -> float:
        return (at - self.incident.declared_at).total_seconds() / 60
