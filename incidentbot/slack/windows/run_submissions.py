"""What a sent window of a run asks for, as commands. Pure; a forged or empty field is refused by a sentence."""

from collections.abc import Callable, Mapping, Sequence

from incidentbot.core import commands
from incidentbot.core.commands import Person
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks import run_commands
from incidentbot.slack import names
from incidentbot.slack.windows.forms import NEXT_ROLE
from incidentbot.slack.windows.parts import Filled
from incidentbot.slack.windows.run_forms import FILL, NOBODY


def _skip(sent: Filled, by: str) -> Sequence[Person]:
    about = sent.about
    return (run_commands.FinishStep(by, about.run, about.step, "skipped", sent["reason"]),)


def _failed(sent: Filled, by: str) -> Sequence[Person]:
    """The step first, so that a page that is refused loses no words."""
    about, reason, who = sent.about, sent["reason"], sent["who"]
    asked: list[Person] = [run_commands.FinishStep(by, about.run, about.step, "failed", reason)]
    if sent.ticked("wrong", "wrong"):
        asked.append(run_commands.NoteStep(by, about.run, about.step, reason, wrong=True))
    if who not in {"", NOBODY}:
        to = None if who == NEXT_ROLE else who
        asked.append(commands.Escalate(by, to, f"a runbook step did not work: {reason}", about.extra))
    return asked


def _values(sent: Filled, by: str) -> Sequence[Person]:
    values = {name.removeprefix(FILL): value for name, value in sent.values.items() if name.startswith(FILL)}
    return (run_commands.SetValues(by, sent.about.run, values, sent.about.extra),)


def _go(sent: Filled, by: str) -> Sequence[Person]:
    if not sent["step"]:
        raise Refused("Choose a step to go to.")
    return (run_commands.GoToStep(by, sent.about.run, sent["step"]),)


def _assign(sent: Filled, by: str) -> Sequence[Person]:
    return (run_commands.AssignStep(by, sent.about.run, sent.about.step, sent["who"] or by),)


def _note(sent: Filled, by: str) -> Sequence[Person]:
    is_wrong = sent.ticked("wrong", "wrong")
    return (run_commands.NoteStep(by, sent.about.run, sent.about.step, sent["text"], wrong=is_wrong),)


RUN_READERS: Mapping[str, Callable[[Filled, str], Sequence[Person]]] = {
    names.SKIP_FORM: _skip,
    names.FAILED_FORM: _failed,
    names.VALUES_FORM: _values,
    names.STEPS_FORM: _go,
    names.ASSIGN_FORM: _assign,
    names.NOTE_FORM: _note,
}
"""Window -> what it asks. One row for each window of run_forms.py."""
