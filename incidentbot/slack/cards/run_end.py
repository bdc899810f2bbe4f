"""A run that is not walked any more, or not yet: its one line, the question at the end, the menu of sections. Pure."""

from collections import Counter
from collections.abc import Iterator

from incidentbot.core.incident import Status
from incidentbot.core.runbooks.leaving import is_left
from incidentbot.core.runbooks.picking import sections
from incidentbot.core.runbooks.run import Run, RunStatus, StepStatus
from incidentbot.core.runbooks.runbook_match import words_of
from incidentbot.core.text.words import person
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, Shown, actions, button, context, fit, overflow, section
from incidentbot.slack.cards.run_view import RunView
from incidentbot.slack.cards.wording import short, when
from incidentbot.slack.names import Target

MOST_SECTIONS = 20


def ended(view: RunView) -> Shown:
    """One line with what came of it; a finished one asks whether it worked, until somebody has said so."""
    run = view.run
    if run.status is RunStatus.STOPPED:
        why = f", as {view.incident.name} was over" if is_left(run) else ""
        stopped = f"{short(run.title, 150)} was stopped at step {run.current + 1}{why}"
        text = f":black_square_for_stop: {stopped}: {_tally(run)}."
        resume = button("Resume", names.RUN_RESUME, Target(view.incident.id, run.id).value)
        return Shown(text, [section(text, resume)])
    text = f":white_check_mark: {short(run.title, 150)} is finished: {_tally(run)}{_ended_at(run)}."
    return Shown(text, [section(text), *_judged(view)])


def _tally(run: Run) -> str:
    counts = Counter(step.status for step in run.steps)
    return ", ".join(f"{counts[status]} {status}" for status in StepStatus if counts[status])


def _ended_at(run: Run) -> str:
    last = max((step.at for step in run.steps if step.at), default=None)
    return f", {when(last)}" if last else ""


def _judged(view: RunView) -> Iterator[Block]:
    run = view.run
    if run.worked is True:
        yield context(f":+1: It worked, says {person(run.moved_by)}.")
    elif run.worked is False:
        yield section(f":warning: Still broken, says {person(run.moved_by)}.", _escalate(view))
        for match in view.around.next_best:
            reason = f"\n{short(match.reason, 150)}" if match.reason else ""
            text = f"Next best: *{short(match.title, 150)}*{reason}"
            yield section(
                text, button("Start", names.RUN_START, Target(view.incident.id, extra=match.path).value)
            )
    else:
        about = Target(view.incident.id, run.id, RunStatus.FINISHED)
        yield section("*Did it work?*")
        yield actions(
            [
                button("Yes", names.RUN_WORKED, about.value, "primary"),
                button("No, still broken", names.RUN_BROKEN, about.value),
                overflow(names.RUN_MORE, (("back", "Back to the last step"), ("steps", "All steps"))),
            ],
            names.row_id("run", about),
        )


def _escalate(view: RunView) -> Block | None:
    if view.incident.status is not Status.OPEN:
        return None
    return button("Escalate", names.ESCALATE, Target(view.incident.id).value, "danger")


def left(run: Run) -> Shown:
    """What becomes of a card once the run goes on in a newer one: two live cards would be two truths."""
    said = f"at step {run.current + 1} of {len(run.steps)}"
    by = f", moved by {person(run.moved_by)}" if run.moved_by else ""
    text = f":arrow_down: {short(run.title, 150)} goes on in a newer card below, {said}{by}."
    return Shown(text, [section(text)])


def picker(view: RunView) -> Shown:
    """The menu of a file's sections: the one that fits the incident best first, then all in the file's order."""
    run, named = view.run, sections(view.run)
    order = sorted(named, key=lambda name: (-_fit(view, name), list(named).index(name)))
    about = Target(view.incident.id, run.id)
    text = f"{short(run.title, 150)}: which section?"
    rows = [_section(view, name, named[name], index) for index, name in enumerate(order[:MOST_SECTIONS])]
    hidden = len(order) - len(rows)
    more = [context(f"and {hidden} more sections: All steps shows them.")] if hidden else []
    head = [
        context(
            f":notebook: {short(run.title, 150)} · {view.incident.name} · begun by {person(run.started_by)}"
        ),
        section("*Which section is it?*"),
    ]
    end = [
        actions(
            [
                button(
                    "Walk all of it", names.RUN_SECTION, Target(view.incident.id, run.id, extra="all").value
                ),
                overflow(names.RUN_MORE, (("steps", "All steps"), ("stop", "Stop"))),
            ],
            names.row_id("run", about),
        )
    ]
    return Shown(text, fit([*head, *rows, *more], end))


def _section(view: RunView, name: str, steps: int, place: int) -> Block:
    *parents, title = name.split(" > ")
    inside = f"{short(' › '.join(parents), 100)} · " if parents else ""
    fits = " · fits best" if place == 0 and _fit(view, name) else ""
    count = "1 step" if steps == 1 else f"{steps} steps"
    index = list(sections(view.run)).index(name)
    about = Target(view.incident.id, view.run.id, extra=str(index))
    style = "primary" if fits else ""
    text = f"*{short(title, 150) or 'The beginning'}*\n{inside}{count}{fits}"
    return section(text, button("Walk it", names.RUN_SECTION, about.value, style))


def _fit(view: RunView, name: str) -> int:
    return len(words_of(name.rsplit(" > ", maxsplit=1)[-1]) & words_of(view.incident.title))
