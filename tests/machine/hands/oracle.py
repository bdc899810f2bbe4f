"""What rings, who has it and until when, as policies.md and the decisions 17, 21 and 22 say it. Knows nothing of the program."""

from datetime import datetime, timedelta

from tests.machine.hands.ladder import RunningLadder
from tests.machine.hands.words import AT_WORK, LIMITS, OTHERWISE, Call, Held, Kind, Ring
from tests.machine.promises import ACKNOWLEDGED

GUARDS = ("guard_one", "guard_two", "guard_three")
"""A chain beside the incident's own."""


class HandsOracle(RunningLadder):
    """What people do to it, and what that leads to."""

    # --- acks ---

    def acknowledge(self, who: str, at: datetime, phone: Ring | None = None) -> bool:
        """Whether it is taken. An ack is of what rang, was called or was asked by then, and of the phone it was made on."""
        at = max(min(at, self.now), self.began)
        mine = any(one == who for one, _ in self.acks)
        if not self.is_open or (not self.reached(ACKNOWLEDGED) and mine):
            return False
        meant = [one for one in self.rings if one.rings and (one.since <= at or one is phone)]
        own = phone.call if phone is not None else None
        open_calls = [call for call in self.calls if call.answered_at is None]
        calls = [call for call in open_calls if call.asked_at <= at or call is own]
        if self.reached(ACKNOWLEDGED):
            asked = self.asked_at is not None and self.is_asked_about and self.asked_at <= at
            if not (meant or calls or asked):
                return False
            for one in meant:
                one.rings = False
            takes_over = any(call.hands_over for call in calls)  # of those before them nobody asks any more
            self.seen_at = at if takes_over else max(at, self.seen_at or at)
            self.asked_at = None
        self._has_it(who, at, calls)
        self._enough(at, phone)
        return True

    def _has_it(self, who: str, at: datetime, calls: list[Call]) -> None:
        """Who answers a hand-over has it alone."""
        for call in calls:
            call.answered_at = at
        if any(call.hands_over for call in calls):
            self.acks = []
        if not any(one == who for one, _ in self.acks):
            self.acks.append((who, at))

    def _enough(self, at: datetime, phone: Ring | None = None) -> None:
        if (
            self.reached(ACKNOWLEDGED)
            or len(self.acks) < self.terms.people.get(self.severity, 1)
            or not self.acks
        ):
            return
        self.moments[ACKNOWLEDGED] = (at, self.acks[-1][0])
        for one in self.rings:
            if one.kind is Kind.LADDER or one.since <= at or one is phone:
                one.rings = one.rings and one.is_of_open_call
        self.forget_pointless_snooze()

    def reach(self, milestone: str, by: str) -> None:
        """People are at work, or it is over: only the chains that were called, and that nobody answered, ring on."""
        self.moments.setdefault(milestone, (self.now, by))
        if not self.is_open:
            for call in self.calls:
                call.answered_at = call.answered_at or self.now
            self.calls, self.snooze, self.asked_at = [], None, None
        for one in self.rings:
            one.over = one.over or not self.is_open
            one.rings = self.is_open and one.rings and one.is_of_open_call
        self.forget_pointless_snooze()

    def did(self, by: str) -> None:
        """Whatever they do is a sign of life of those who have it."""
        if self.terms.expires is not None and by in self.holders:
            self.seen_at, self.asked_at = self.now, None

    def still_on_it(self, by: str) -> bool:
        if self.asked_at is None or not self.is_asked_about:
            return False
        self.acks += [] if by in self.holders else [(by, self.now)]
        self.seen_at, self.asked_at = self.now, None
        return True

    # --- what is taken back ---

    def reopen(self) -> None:
        self.burn_anew()
        self.pass_to(self.now)

    def rings_again(self, ring: Ring, by: str) -> None:
        """Somebody at the pager took an ack back there, or reopened what was over."""
        was_over, ring.rings, ring.over, ring.since = ring.over, True, False, self.now
        if not self.is_open:
            self.calls, self.kept, self.burns_since = [], set(), self.now
            self._begin_with(ring)
        elif not self.reached(ACKNOWLEDGED):
            self.acks = self.acks if was_over else [ack for ack in self.acks if ack[0] != by]
            self.called.add(ring.role)
            ring.kind = Kind.LADDER  # the first ack silences it with the rest, whoever had asked for it
        elif ring is self.opening and not self.reached(AT_WORK):
            self._begin_with(ring)
        else:
            self.called.add(ring.role)
        ring.heard_in = self.epoch
        self.pass_to(self.now)

    def _begin_with(self, ring: Ring) -> None:
        """The pager rings for it already: no page is sent."""
        self.begin()
        self.opening = ring
        self.called.add(self.chain[0])

    # --- what people ask for ---

    def judge(self, severity: str) -> None:
        worse, self.severity = severity < self.severity, severity
        if not self.is_open:
            return
        if worse:
            self._release()
        elif self.snooze is not None:
            self.hold_until(self.snooze.until, self.snooze.before)
        if self.acks:
            self._enough(self.now)
        if not self.reached(ACKNOWLEDGED):
            self.open_ladder()
        self.pass_to(self.now)

    def takes_a_call(self, by: str, roles: tuple[str, ...]) -> bool:
        """Nobody is called beside themselves: a chain that climbs is not called again, nor is "the next" by two at once."""
        if not self.is_open:
            return False
        if roles:
            return not any(call.climbs for call in self.calls if call.roles == roles)
        beside = self.called_by is not None and self.called_by[0] != by and self.called_by[1] == self.now
        return self.next_role is not None and not beside

    def takes_a_hand_over(self) -> bool:
        """Who is being called in to take over is not called in twice."""
        return self.is_open and not any(call.climbs and call.hands_over for call in self.calls)

    def page_next(self, by: str) -> None:
        role = self.next_role
        assert role is not None
        self.called_by = (by, self.now)
        self.ring(role, Kind.TYPED)

    def call(self, by: str, roles: tuple[str, ...] = (), *, hands_over: bool = False) -> None:
        """A chain is climbed at the pace of the severity, else at the time its ack has."""
        whole = roles or tuple(role for role in self.chain if role not in self.called) or self.chain
        pace = self.level.climbs or self.level.ack or OTHERWISE
        call = Call(whole, self.now, timedelta(minutes=pace), hands_over)
        self.calls.append(call)
        self.called_by = (by, self.now)
        if hands_over:
            self.asked_at = None
        self.ring(whole[0], Kind.TYPED, call)

    def hold(self, length: timedelta) -> bool:
        """The next automatic page waits, or the question whether they are still on it; counted from the first word,
        within the limit. Whether there is anything to hold.
        """
        first = self.snooze or Held(self.now, self.now, self.shifts)
        until, limit = self.now + length, LIMITS.get(self.severity, LIMITS["P1"])
        if not self.is_open or self.spent + (until - first.since) > limit:
            return False
        stood = self.snooze, self.shifts
        self.snooze = Held(first.since, until, first.before)
        self.hold_until(until, first.before)
        if self.shifts == first.before and not self.puts_off_question():
            self.snooze, self.shifts = stood
            return False
        return True

    def page_now(self, by: str) -> bool:
        """What was held back is paged; where nothing was yet, the next is, and the ladder keeps its instants."""
        if self.snooze is None:
            return False
        self._release()
        if self.next_page()[1] != self.now and self.next_role is not None:
            self.page_next(by)
        return True

    def _release(self) -> None:
        """The snooze ends before its time: what it held back is due now, what it did not at its own instant."""
        held = self.snooze
        self.end_snooze()
        if held is not None:
            self.hold_until(self.now, held.before)
