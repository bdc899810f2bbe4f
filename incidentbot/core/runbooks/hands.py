"""Who does what of a step: boxes ticked, a step given to somebody, words about it. Settles no step."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.runbooks.moving import (
    changed_step,
    counted,
    data_of,
    number_of,
    run_of,
    shown,
    step_of,
    walking,
)
from incidentbot.core.runbooks.run import Tick
from incidentbot.core.runbooks.run_commands import AssignStep, NoteStep, TickBoxes
from incidentbot.core.text.words import person, safe


def tick_boxes(incident: Incident, command: TickBoxes, *, now: datetime) -> Decision:
    """Tick and untick boxes: those that the press changed and no others, so that two people lose nothing."""
    run = walking(incident, command.run)
    counted(run, command.version)
    step = step_of(run, command.step)
    ticks = {tick.box: tick for tick in step.ticks}
    on = {box: words for box, words in command.ticked.items() if box not in ticks}
    off = {box: words for box, words in command.unticked.items() if box in ticks}
    left = {box: tick for box, tick in ticks.items() if box not in off}
    now_ticked = left | {box: Tick(box, command.by, now) for box in on}
    changed = replace(step, ticks=tuple(now_ticked[box] for box in sorted(now_ticked)))
    number = number_of(run, step)
    facts = tuple(
        Fact(
            FactKind.BOX_TICKED,
            now,
            f"{person(command.by)} {verb} at step {number}: {safe(words)}",
            command.by,
            {**data_of(run, step), "box": str(box), "ticked": "yes" if verb == "ticked" else "no"},
        )
        for verb, boxes in (("ticked", on), ("unticked", off))
        for box, words in boxes.items()
    )
    return shown(incident, changed_step(run, changed), facts, now=now, by=command.by)


def assign_step(incident: Incident, command: AssignStep, *, now: datetime) -> Decision:
    """Give a step to a person; whoever is given one by somebody else reads of it in the room."""
    run = walking(incident, command.run)
    step = step_of(run, command.step)
    if step.owner == command.who:
        raise Refused(f"Step {number_of(run, step)} is {person(command.who)}'s already.")
    what = f"step {number_of(run, step)} of {safe(run.title)}: {safe(step.title)}"
    if command.who == command.by:
        text = f"{person(command.by)} takes {what}"
    else:
        text = f"{person(command.by)} gave {person(command.who)} {what}"
    fact = Fact(FactKind.STEP_ASSIGNED, now, text, command.by, {**data_of(run, step), "who": command.who})
    name = f"assigned:{run.id}:{step.id}"
    loud = () if command.who == command.by else showing.line(incident, name, text)
    changed = changed_step(run, replace(step, owner=command.who))
    return shown(incident, changed, (fact,), loud, now=now, by=command.by)


def note_step(incident: Incident, command: NoteStep, *, now: datetime) -> Decision:
    """Keep words about a step; what is wrong with the file is kept for its owner."""
    run = run_of(incident, command.run)
    step = step_of(run, command.step)
    if not command.text.strip():
        raise Refused("Write what there is to note.")
    about = f"step {number_of(run, step)} of {safe(run.title)}"
    verb = f"says {about} is wrong" if command.wrong else f"at {about}"
    kind = FactKind.STEP_WRONG if command.wrong else FactKind.STEP_NOTED
    text = f"{person(command.by)} {verb}: {safe(command.text)}"
    fact = Fact(kind, now, text, command.by, {**data_of(run, step), "text": command.text})
    reply = "It is kept for the runbook's owner." if command.wrong else "It is on the timeline."
    return replace(shown(incident, run, (fact,), now=now, by=run.moved_by or command.by), reply=reply)
