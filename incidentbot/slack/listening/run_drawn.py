"""What somebody saw who pressed on a run's card, found again where the file went on in a newer version. Moves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.moving import LEFT_OUT
from incidentbot.core.runbooks.run import NONE_OF_THEM, Run
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.core.text.words import safe
from incidentbot.slack.listening.doorway import Doorway

GONE = "The text of this step is gone. The card shows where it stands."
OTHER_VERSION = "This button is from another version of me. `/incident runbook resume` posts the card anew."


@dataclass(frozen=True, slots=True)
class Drawn:
    """A step as it was on the card that was pressed, and as it is now; mostly the same."""

    before: Step
    now: Step

    def branch(self, drawn: int) -> int:
        """Where a condition stands now. Raises Refused where it was never there, or is not any more."""
        if drawn == NONE_OF_THEM:
            return drawn
        if not 0 <= drawn < len(self.before.branches):
            raise Refused(OTHER_VERSION)
        labels = [branch.label for branch in self.now.branches]
        return _place(self.before.branches[drawn].label, drawn, labels, same=self.before is self.now)

    def taken(self, drawn: int | None) -> int | None:
        """Where the condition stands now that was marked as chosen on the card, None where there is none of it."""
        if drawn is None or drawn == NONE_OF_THEM or self.before is self.now:
            return drawn
        labels = [branch.label for branch in self.now.branches]
        marked = [branch.label for branch in self.before.branches][drawn : drawn + 1]
        return labels.index(marked[0]) if marked and marked[0] in labels else None

    def boxes(self, drawn: Sequence[int]) -> Mapping[int, str]:
        """Boxes as they are numbered now, with their words. Raises Refused where one is not there any more."""
        words = self.before.checklist
        is_same = self.before is self.now
        places = [_place(words[box], box, self.now.checklist, same=is_same) for box in drawn]
        return {box: self.now.checklist[box] for box in places}


def _place(words: str, drawn: int, listed: Sequence[str], *, same: bool) -> int:
    if same:
        return drawn
    if words not in listed:
        raise Refused(
            f"“{safe(words)}” is not in this step any more: a newer version of the file is walked by now. "
            "The card shows it."
        )
    return listed.index(words)


async def book_of(door: Doorway, run: Run) -> Runbook:
    """The version that is walked. Raises Refused where it is gone."""
    book = await door.desk.runbook(run.sha256)
    if book is None:
        raise Refused(GONE)
    return book


async def step_now(door: Doorway, run: Run, step: str) -> Step:
    """A step as it is now. Raises Refused where the version that is walked has none of this id."""
    found = _in(await book_of(door, run), step)
    if found is None:
        raise Refused(LEFT_OUT)
    return found


async def drawn_step(door: Doorway, run: Run, step: str, version: str) -> Drawn:
    """A step as somebody saw it. version: the sha256 of the file on their card, "" on a card that does not say."""
    now = await step_now(door, run, step)
    if version in {"", run.sha256}:
        return Drawn(now, now)
    book = await door.desk.runbook(version)
    before = _in(book, step) if book is not None else None
    if before is None:
        raise Refused(OTHER_VERSION)
    return Drawn(before, now)


def _in(book: Runbook, step: str) -> Step | None:
    return next((one for one in book.steps if one.id == step), None)
