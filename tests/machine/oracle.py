"""What an incident owes people at any instant, reckoned from the teams' promises. Knows nothing of the program."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.machine.promises import ACKNOWLEDGED, CHAINS, LEVELS, MILESTONES, RESOLVED, STAGES, Level

OPENING, RUNG, TYPED = "opening", "rung", "typed"

TRIED_FOR = timedelta(minutes=3)
"""So long a page of the ladder is tried before the next role is rung beside it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page that somebody is owed. `promise` is the rung it keeps, or whose page it takes the place of."""

    epoch: int
    role: str
    kind: str
    until: str
    at: datetime
    promise: tuple[object, ...] = ()


class Oracle:
    """One incident. `rung` is what the pager must have been given by now, `told` how often each deadline was told."""

    def __init__(self, profile: str, severity: str, at: datetime) -> None:
        self.chain, self.stages = CHAINS[profile], STAGES[profile]
        self._levels = LEVELS[profile]
        self.severity = severity
        self.now = at
        self.away = False
        self.epoch = 0
        self.rung: list[Page] = []
        self.waiting: list[Page] = []
        self._asked: list[Page] = []
        self.told: Counter[str] = Counter()
        self._begin()

    # --- what is asked ---

    @property
    def level(self) -> Level:
        return self._levels[self.severity]

    @property
    def is_open(self) -> bool:
        return not self.reached(RESOLVED)

    def reached(self, milestone: str) -> bool:
        """Met by it or by any later one."""
        return any(MILESTONES.index(one) >= MILESTONES.index(milestone) for one in self.milestones)

    @property
    def next_role(self) -> str | None:
        """The first of the chain that nobody called in this epoch; a page that an ack overtook counts as a call."""
        called = {page.role for page in self._asked if page.epoch == self.epoch}
        return next((role for role in self.chain if role not in called), None)

    # --- what people do ---

    def reach(self, milestone: str) -> None:
        self.milestones.add(milestone)
        self.waiting = [page for page in self.waiting if self.is_open and not self.reached(page.until)]

    def judge(self, severity: str) -> None:
        """Deadlines count from when the clocks began; what has rung has rung; a level that pages nobody keeps quiet."""
        self.severity = severity
        if not self.is_open:
            return
        if not self.level.pages:
            self._withdraw()
        elif not self.reached(ACKNOWLEDGED):
            self._ring(Page(self.epoch, self.chain[0], OPENING, ACKNOWLEDGED, self.now))
        self.pass_to(self.now)

    def escalate(self) -> None:
        role = self.next_role
        assert role is not None
        self._ring(Page(self.epoch, role, TYPED, RESOLVED, self.now))

    def reopen(self) -> None:
        self._begin()
        self.pass_to(self.now)

    def pager_goes(self) -> None:
        self.away = True

    def pager_returns(self) -> None:
        self.away = False
        self._send()

    # --- what time does ---

    def pass_to(self, now: datetime) -> None:
        """Keep every promise at its instant, each once."""
        while due := [at for at, *_ in self._due() if at <= now]:
            self.now = max(self.now, min(due))
            self._keep_due()
        self.now = now

    def sleep_to(self, now: datetime) -> None:
        """Nobody is there until then: what was due is kept late."""
        self.now = now
        self.pass_to(now)

    def _keep_due(self) -> None:
        """The first of what is due by now."""
        _, name, promise = min(self._due(), key=lambda each: each[:2])
        self._kept.add(promise)
        self._keep(name, promise)

    def _due(self) -> list[tuple[datetime, str, tuple[object, ...]]]:
        """What is still to be kept: promises, and pages that will have been tried for long enough."""
        late = [
            (page.at + TRIED_FOR, "unpaged", (page.epoch, "unpaged", page.role, page.at))
            for page in self.waiting
            if page.kind != TYPED
        ]
        return [each for each in (*self._promises(), *late) if each[2] not in self._kept]

    def _go_past(self, role: str) -> None:
        """The next role is rung beside one whose page does not go out, unless no other page goes out either."""
        beside, past = self.next_role, (self.epoch, "past", role)
        if beside is None or len(self.waiting) != 1 or not self.level.pages or past in self._kept:
            return
        self._kept.add(past)
        self._ring(Page(self.epoch, beside, RUNG, self.waiting[0].until, self.now, past))

    def _promises(self) -> Iterator[tuple[datetime, str, tuple[object, ...]]]:
        """The instants of the present level that are not pointless: when, what, and what makes it the same promise."""
        level = self.level
        named = {"ack": (level.ack, ACKNOWLEDGED), "restore": (level.restore, RESOLVED)}
        for name, (minutes, until) in named.items():
            if minutes is not None and not self.reached(until):
                yield self._after(minutes), name, (self.epoch, name, minutes)
        if level.asks is not None and self.is_open:
            yield self._after(level.asks), "ask", (self.epoch, self.severity, "ask")
        if level.climbs is not None and not self.reached(level.until):
            for place, _ in enumerate(self.chain[1:]):
                yield self._after(level.climbs * (place + 1)), "climb", (self.epoch, self.severity, place)

    def _after(self, minutes: int) -> datetime:
        return self._began + timedelta(minutes=minutes)

    def _keep(self, name: str, promise: tuple[object, ...]) -> None:
        if name == "unpaged":
            self._go_past(str(promise[2]))
            return
        if name != "climb":
            self.told[name] += 1
            return
        place = promise[2]
        assert isinstance(place, int)
        if self.level.pages:
            self._ring(Page(self.epoch, self.chain[place + 1], RUNG, self.level.until, self.now, promise))

    # --- pages ---

    def _begin(self) -> None:
        self.epoch += 1
        self._began = self.now
        self.milestones: set[str] = set()
        self._kept: set[tuple[object, ...]] = set()
        if self.level.pages:
            self._ring(Page(self.epoch, self.chain[0], OPENING, ACKNOWLEDGED, self.now))

    def _ring(self, page: Page) -> None:
        """The ladder rings each role once in an epoch, whatever the level is by then; a person may always ring."""
        same = [one for one in self._asked if (one.epoch, one.role) == (page.epoch, page.role)]
        if page.kind != TYPED and any(one.kind == page.kind for one in same):
            return
        self._asked.append(page)
        self.waiting.append(page)
        self._send()

    def _withdraw(self) -> None:
        """Pages of the ladder that never left: they were not rung, so their promises are not kept either."""
        withdrawn = [page for page in self.waiting if page.kind != TYPED]
        self._kept -= {page.promise for page in withdrawn}
        self._asked = [page for page in self._asked if page not in withdrawn]
        self.waiting = [page for page in self.waiting if page.kind == TYPED]

    def _send(self) -> None:
        if not self.away:
            self.rung += self.waiting
            self.waiting = []
