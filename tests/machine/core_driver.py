"""The rules alone, driven: an outbox and timers in memory, a pager that can be away. No store, no vendor."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from incidentbot.core.answers import EffectFailed, EffectRecovered, PageDelivered, RoomOpened, TimerFired
from incidentbot.core.commands import Acknowledge, Command, Declare
from incidentbot.core.decide import decide
from incidentbot.core.decision import Decision
from incidentbot.core.effects import OpenRoom, SendPage
from incidentbot.core.facts import Fact
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from incidentbot.store.codec import incident_from_text, incident_to_text

Move = tuple[str, object]


@cache
def _policy(profile: str) -> Policy:
    return load(profile)


class CoreDriver:
    """One incident on the pure core. `moves` is all that was done to it, so that it can be done again."""

    def __init__(self, profile: str | Policy, severity: str, at: datetime) -> None:
        self.policy = _policy(profile) if isinstance(profile, str) else profile
        self.now = at
        self.facts: list[Fact] = []
        self.timers: dict[str, datetime] = {}
        self.keys: list[str] = []
        self.rung: list[tuple[int, str]] = []
        self.moves: list[Move] = []
        self._waiting: dict[str, SendPage] = {}
        self._away = False
        declared = Declare("0b6d", "U0ANA", "checkout is down", Severity(severity), "x4k2", number=7)
        self._incident: Incident | None = None
        self._decided(declared)
        self._fire()

    @property
    def incident(self) -> Incident:
        assert self._incident is not None
        return self._incident

    def do(self, command: Command) -> bool:
        """Ask it; whether it was allowed."""
        self.moves.append(("do", command))
        try:
            self._decided(command)
        except Refused:
            return False
        self._fire()
        return True

    def answer_phone(self, minutes_ago: int) -> bool:
        """Somebody acknowledged on the phone so long ago, and it is heard now."""
        at = self.now - timedelta(minutes=minutes_ago)
        return self.do(Acknowledge("", "pagerduty", at, "Bo"))

    def pass_time(self, minutes: int) -> None:
        self.moves.append(("pass_time", minutes))
        until = self.now + timedelta(minutes=minutes)
        while ahead := [at for at in self.timers.values() if at <= until]:
            self.now = max(self.now, min(ahead))
            self._fire()
        self.now = until

    def restart(self, minutes: int) -> None:
        """Nothing but what is stored comes back; what was due meanwhile fires late."""
        self.moves.append(("restart", minutes))
        self._incident = incident_from_text(incident_to_text(self.incident))
        self.now += timedelta(minutes=minutes)
        self._fire()

    def pager_goes(self) -> None:
        self.moves.append(("pager_goes", None))
        self._away = True

    def pager_returns(self) -> None:
        self.moves.append(("pager_returns", None))
        self._away = False
        self._send()

    def again(self) -> None:
        """Every answer of the pager arrives a second time."""
        self.moves.append(("again", None))
        for key in self.keys:
            self._decided(PageDelivered(key))

    def played_again(self) -> "CoreDriver":
        """The same moves from the beginning."""
        declared = self.incident.declared_at
        first = next(fact for fact in self.facts if fact.kind == "declared")
        fresh = type(self)(self.policy, first.data["severity"], declared)
        for name, value in self.moves:
            getattr(fresh, name)(*(() if value is None else (value,)))
        return fresh

    def _decided(self, command: Command) -> None:
        decision = decide(self._incident, command, now=self.now, policy=self.policy)
        self._keep(decision)

    def _fire(self) -> None:
        """Timers that are due, oldest first; a row that fired is only there again if it was set again."""
        while due := sorted((at, name) for name, at in self.timers.items() if at <= self.now):
            at, name = due[0]
            self._decided(TimerFired(name, at))

    def _keep(self, decision: Decision) -> None:
        self._incident = replace(decision.incident, version=decision.incident.version + 1)
        self.facts += decision.facts
        for name, at in decision.timers.items():
            self.timers.pop(name, None)
            if at is not None:
                self.timers[name] = at
        for effect in decision.effects:
            if isinstance(effect, SendPage):
                assert effect.page not in {*self.keys, *self._waiting}, f"{effect.page} was decided twice"
                self._waiting[effect.key] = effect
        for key in decision.cancels:
            self._waiting.pop(key, None)
        if any(isinstance(effect, OpenRoom) for effect in decision.effects):
            self._decided(RoomOpened("C7"))
        self._send()

    def _send(self) -> None:
        for key in list(self._waiting):
            if not self._away and key in self._waiting:  # what one answer leads to may have sent the next
                self._take(self._waiting.pop(key))
            elif self._away and key not in self.incident.failures:
                self._decided(EffectFailed(key, "Paging", "PagerDuty is away.", final=False))

    def _take(self, effect: SendPage) -> None:
        page, told = self.incident.pages[effect.page], effect.key in self.incident.failures
        self.keys.append(effect.page)
        self.rung.append((page.epoch, page.role))
        self._decided(PageDelivered(effect.page))
        if told:
            self._decided(EffectRecovered(effect.key))
