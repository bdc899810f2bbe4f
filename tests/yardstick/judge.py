"""Hears whatever is asked of any PagerDuty stand-in while it listens, and holds it against the yardstick."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from incidentbot.playground.pagerduty import door
from incidentbot.playground.pagerduty.door import PagerCall
from tests.needs import found_shared
from tests.yardstick.pagerduty import Yardstick


@dataclass
class Judge:
    """One for a whole run of tests; the specifications are read when the first call is made. `judged` counts calls."""

    judged: int = 0
    _yardstick: Yardstick | None = None

    @contextmanager
    def listening(self, *, on_purpose: bool = False) -> Iterator[None]:
        """Raise AssertionError at the end if PagerDuty would not have understood what was asked meanwhile.

        on_purpose: what the stand-in refused is nobody's fault.
        """
        calls: list[PagerCall] = []
        hear = calls.append
        door.witnesses.append(hear)
        try:
            yield
        finally:
            door.witnesses.remove(hear)
        wrong = self._verdicts(calls, on_purpose=on_purpose)
        assert not wrong, "\n".join(wrong)

    def _verdicts(self, calls: list[PagerCall], *, on_purpose: bool) -> list[str]:
        shared = found_shared()
        if not calls or shared is None:
            return []
        if self._yardstick is None:
            self._yardstick = Yardstick(shared / "specs")
        self.judged += len(calls)
        verdicts = (self._yardstick.wrong_with(call, on_purpose=on_purpose) for call in calls)
        return [wrong for wrong in verdicts if wrong]
