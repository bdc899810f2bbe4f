"""What a run's card is made from beside the run itself, and words that several of its parts share. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.filling import ByName, values_of
from incidentbot.core.runbooks.run import Run, StepState, StepStatus
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.documents.runbooks.inside.runbook_placeholders import fill
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack.names import Target


@dataclass(frozen=True, slots=True)
class Around:
    """What the house knows around a run: the day, whether its file has changed, where its links lead, what else fits.

    opens: the target of a branch -> the path of the runbook that it names. next_best: for a run that did not help.
    """

    today: date | None = None
    newer: bool = False
    opens: Mapping[str, str] = field(default_factory=dict)
    next_best: Sequence[RunbookMatch] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its file (None if it is gone) and all around it."""

    incident: Incident
    run: Run
    book: Runbook | None
    around: Around

    @property
    def step(self) -> Step | None:
        """The text of the step that is shown."""
        return self.text_of(self.run.step)

    def text_of(self, state: StepState) -> Step | None:
        """The text of a step, None where the file is gone."""
        return next((one for one in self.book.steps if one.id == state.id), None) if self.book else None

    @property
    def values(self) -> Mapping[str, str]:
        """What is filled in for placeholders."""
        known = values_of(self.incident, self.run)
        return ByName({form: value.text for form, value in known.items()})

    def filled(self, text: str) -> str:
        """A command with all that is known filled in."""
        return fill(text, self.values)

    def about(self, state: StepState | None = None, extra: str = "") -> Target:
        """What a button of this card is about: the step that is shown, or another."""
        return Target(self.incident.id, self.run.id, (state or self.run.step).id, extra)

    @property
    def is_fresh(self) -> bool:
        """Whether nobody has settled a step of it yet."""
        return all(
            one.status in {StepStatus.OPEN, StepStatus.NOT_TAKEN} or one.by is None for one in self.run.steps
        )

    def place(self, state: StepState) -> str:
        """Where a step stands: Step 3 of 9, or where others are left out, Step 13 (2 of 5)."""
        number = next(n for n, one in enumerate(self.run.steps, start=1) if one.id == state.id)
        walked = self.run.walked
        if len(walked) == len(self.run.steps):
            return f"Step {number} of {len(walked)}"
        among = next((n for n, one in enumerate(walked, start=1) if one.id == state.id), 0)
        return f"Step {number} ({among} of {len(walked)})" if among else f"Step {number}"
