"""A ladder that runs, as policies.md and the decisions 21 and 22 say it: deadlines, rungs, calls, questions, what is held."""

from collections import Counter
from datetime import datetime, timedelta

from tests.machine.hands.words import (
    MITIGATED,
    Call,
    Due,
    Held,
    Kind,
    Place,
    Ring,
    Shifts,
    Terms,
    at_least,
)
from tests.machine.promises import ACKNOWLEDGED, CHAINS, LEVELS, RESOLVED, Level


class RunningLadder:
    """What time does to one incident. `rings` are all phones that were rung, `told` how often each thing was told."""

    def __init__(self, profile: str, terms: Terms, severity: str, at: datetime) -> None:
        self.chain, self.levels, self.terms = CHAINS[profile], LEVELS[profile], terms
        self.severity, self.now, self.epoch = severity, at, 0
        self.rings: list[Ring] = []
        self.told: Counter[str] = Counter()
        self.calls: list[Call] = []
        self.kept: set[tuple[object, ...]] = set()
        self.burn_anew()

    # --- what is asked ---

    @property
    def level(self) -> Level:
        return self.levels[self.severity]

    @property
    def is_open(self) -> bool:
        return not self.reached(RESOLVED)

    def reached(self, milestone: str) -> bool:
        return any(at_least(one, milestone) for one in self.moments)

    @property
    def next_role(self) -> str | None:
        return next((role for role in self.chain if role not in self.called), None)

    @property
    def is_asked_about(self) -> bool:
        """Acks expire while it burns and nobody else is being called."""
        burns = self.reached(ACKNOWLEDGED) and not self.reached(MITIGATED)
        return self.terms.expires is not None and burns and not any(call.climbs for call in self.calls)

    @property
    def holders(self) -> set[str]:
        """Whoever acknowledged, else whoever went on without."""
        acked = {who for who, _ in self.acks}
        return acked or {
            by for milestone, (_, by) in self.moments.items() if at_least(milestone, ACKNOWLEDGED)
        }

    @property
    def offers_an_ack(self) -> bool:
        unanswered = any(call.answered_at is None for call in self.calls)
        rings = any(one.rings for one in self.rings)
        return self.is_open and (not self.reached(ACKNOWLEDGED) or unanswered or rings)

    def _expire(self) -> None:
        """Nobody answered: the ladder begins anew, and what an ack does not end goes on as it was."""
        self.told["taken back"] += 1
        self.begin()
        self.open_ladder()

    def burn_anew(self) -> None:
        """Declared, or reopened: a new epoch of which nothing was kept yet."""
        self.calls, self.kept, self.burns_since = [], set(), self.now
        self.begin()
        self.open_ladder()

    def open_ladder(self) -> None:
        """The first of the chain is rung, where the level pages."""
        if self.level.pages and self.opening is None:
            self.ring(self.chain[0], Kind.LADDER)
            self.opening = self.rings[-1]

    def begin(self) -> None:
        self.epoch += 1
        self.began = self.now
        self.moments: dict[str, tuple[datetime, str]] = {}
        self.acks: list[tuple[str, datetime]] = []
        self.seen_at: datetime | None = None
        self.asked_at: datetime | None = None
        self.called: set[str] = set()
        self.called_by: tuple[str, datetime] | None = None
        self.opening: Ring | None = None
        self.snooze: Held | None = None
        self.spent = timedelta(0)
        self.shifts: dict[str, Place] = {}
        self.kept = {one for one in self.kept if one[0] == "burns"}

    def end_snooze(self) -> None:
        if self.snooze is not None:
            self.spent += min(self.now, self.snooze.until) - self.snooze.since
        self.snooze = None

    def hold_until(self, until: datetime, before: Shifts) -> None:
        """The page that is due before then waits until then, and the later ones follow it at their pace."""
        self.shifts = dict(before)
        place, at = self.next_page()
        if at is not None and at < until:
            self.shifts[self.severity] = (place, until)

    def forget_pointless_snooze(self) -> None:
        """It held a rung back, or puts off the question whether they are still on it."""
        if self.next_page()[1] is None and not self.puts_off_question():
            self.end_snooze()

    def puts_off_question(self) -> bool:
        expires = self.terms.expires
        waits = self.snooze is not None and self.is_asked_about and self.asked_at is None
        return waits and expires is not None and self._last_seen() + expires < self.snooze.until

    # --- what time does ---

    def pass_to(self, now: datetime) -> None:
        """Keep every promise at its instant, each once."""
        while due := sorted(one for one in self._due() if one.at <= now):
            self.now = max(self.now, due[0].at)
            self._keep(due[0])
        self.now = now

    def sleep_to(self, now: datetime) -> None:
        """Nobody is there until then: what was due is kept late."""
        self.now = now
        self.pass_to(now)

    def _due(self) -> list[Due]:
        return [one for one in (*self._promised(), *self._asked()) if one.key not in self.kept]

    def _promised(self) -> list[Due]:
        level, due = self.level, []
        if level.ack is not None and not self.reached(ACKNOWLEDGED):
            due.append(Due(self.began + timedelta(minutes=level.ack), "ack", ("epoch", "ack", level.ack)))
        if level.restore is not None and self.is_open:
            key = ("burns", "restore", level.restore)
            due.append(Due(self.burns_since + timedelta(minutes=level.restore), "restore", key))
        if level.asks is not None and self.is_open:
            key = ("burns", "ask", self.severity)
            due.append(Due(self.burns_since + timedelta(minutes=level.asks), "rung ask", key))
        place, at = self.next_rung()
        if at is not None:
            due.append(Due(at, "rung", (*self._rung_key(), place)))
        return due

    def _asked(self) -> list[Due]:
        due = [
            Due(call.next_at, "typed", ("burns", "call", number, call.place), call)
            for number, call in enumerate(self.calls)
            if call.climbs
        ]
        if self.snooze is not None:
            due.append(
                Due(self.snooze.until, "snooze", ("epoch", "snooze", self.snooze.until, self.snooze.since))
            )
        if self.is_asked_about and self.terms.expires is not None:
            if self.asked_at is not None:
                due.append(
                    Due(
                        self.asked_at + self.terms.answer,
                        "unanswered",
                        ("epoch", "unanswered", self.told["asked"]),
                    )
                )
            else:
                at = self._last_seen() + self.terms.expires
                at = max(at, self.snooze.until) if self.snooze else at
                due.append(Due(at, "still", ("epoch", "still", self.told["asked"])))
        return due

    def _last_seen(self) -> datetime:
        did = [at for milestone, (at, _) in self.moments.items() if at_least(milestone, ACKNOWLEDGED)]
        return max([*did, *(at for _, at in self.acks), *([self.seen_at] if self.seen_at else [])])

    def _rung_key(self) -> tuple[str, ...]:
        return ("burns" if self.level.until == RESOLVED else "epoch", "rung", self.severity)

    def next_page(self) -> tuple[int, datetime | None]:
        """The next place at which somebody is rung: that the ladder has ended is nothing to hold back."""
        place, at = self.next_rung()
        return place, at if place + 1 < len(self.chain) else None

    def next_rung(self) -> tuple[int, datetime | None]:
        """Which of the climbing rung's places comes next, and when; the last one says that the ladder has ended."""
        level = self.level
        place = next(n for n in range(len(self.chain) + 1) if (*self._rung_key(), n) not in self.kept)
        if level.climbs is None or self.reached(level.until) or place == len(self.chain):
            return place, None
        pace = timedelta(minutes=level.climbs)
        held = self.shifts.get(self.severity)
        if held is not None and place >= held[0]:
            return place, held[1] + (place - held[0]) * pace
        return place, (self.burns_since if level.until == RESOLVED else self.began) + (place + 1) * pace

    def _keep(self, due: Due) -> None:
        self.kept.add(due.key)
        if due.name == "snooze":
            self.end_snooze()
        elif due.name == "still":
            self.told["asked"] += 1
            self.asked_at = self.now
        elif due.name == "unanswered":
            self._expire()
        elif due.call is not None:
            self._climb(due.call)
        elif due.name == "rung":
            self._climb_ladder(int(str(due.key[-1])))
        else:
            self.told[due.name] += 1

    def _climb(self, call: Call) -> None:
        if call.place == len(call.roles):
            self.told["ended"] += 1
        else:
            self.ring(call.roles[call.place], Kind.TYPED, call)
        call.place += 1

    def _climb_ladder(self, place: int) -> None:
        if place + 1 == len(self.chain):
            self.told["ended"] += 1
            return
        role = self.chain[place + 1]
        if self.level.pages and role not in self.climbed():
            self.ring(role, Kind.LADDER)

    def climbed(self) -> set[str]:
        """Whom the ladder's rungs have rung in this epoch."""
        mine = [one for one in self.rings if one.epoch == self.epoch and one.kind is Kind.LADDER]
        return {one.role for one in mine if one is not self.opening}

    def ring(self, role: str, kind: Kind, call: Call | None = None) -> None:
        self.called.add(role)
        for one in self.rings:  # left acknowledged at the pager, it would ring again beside this one
            one.over = one.over or (one.heard_in < self.epoch and not one.rings)
        self.rings.append(Ring(self.now, self.epoch, role, kind, self.now, self.epoch, call))
