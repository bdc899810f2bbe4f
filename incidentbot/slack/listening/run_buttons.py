"""What each button and menu of a run's card does: a command, a window, or words for the one who pressed. Knows no rule."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from incidentbot.core.commands import Person
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.filling import ByName, values_of
from incidentbot.core.runbooks.moving import run_of, step_of
from incidentbot.core.runbooks.picking import sections
from incidentbot.core.runbooks.run import NONE_OF_THEM, Run
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.run_step import whole_step
from incidentbot.slack.cards.run_ways import none_of_them
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Press, Turn, said
from incidentbot.slack.listening.run_drawn import OTHER_VERSION, book_of, drawn_step, step_now
from incidentbot.slack.listening.run_starting import file_of, start_of
from incidentbot.slack.windows import run_forms
from incidentbot.slack.windows.parts import View, window

Work = Callable[[Doorway, Turn, Press], Awaitable[Shown | None]]


def _quietly(command: Callable[[Press, str], Person]) -> Work:
    """A button whose command shows in the room."""

    async def work(door: Doorway, turn: Turn, one: Press) -> None:
        await door.desk.handle(command(one, turn.user), ref=one.incident, request=one.key)

    return work


def _opening(form: Callable[[Doorway, Incident, Run, Press], Awaitable[View]]) -> Work:
    """A button that opens a window about the run."""

    async def work(door: Doorway, turn: Turn, one: Press) -> None:
        incident = await door.incident(one.incident)
        await door.open_window(turn.trigger, await form(door, incident, run_of(incident, one.about.run), one))

    return work


async def _start(door: Doorway, turn: Turn, one: Press) -> Shown:
    command = start_of(door.desk, turn.user, file_of(door.desk, one.about.extra))
    receipt = await door.desk.handle(command, ref=one.incident, request=one.key)
    return said(receipt.reply)


async def _newer(door: Doorway, turn: Turn, one: Press) -> Shown:
    run = run_of(await door.incident(one.incident), one.about.run)
    command = run_commands.UseNewer(
        turn.user, run.id, file_of(door.desk, run.path), await door.desk.runbook(run.sha256)
    )
    receipt = await door.desk.handle(command, ref=one.incident, request=one.key)
    return said(receipt.reply)


async def _section(door: Doorway, turn: Turn, one: Press) -> None:
    run = run_of(await door.incident(one.incident), one.about.run)
    named, extra = list(sections(run)), one.about.extra
    if extra != "all" and not (extra.isdecimal() and int(extra) < len(named)):
        raise Refused(OTHER_VERSION)
    picked = "" if extra == "all" else named[int(extra)]
    command = run_commands.PickSection(turn.user, run.id, picked)
    await door.desk.handle(command, ref=one.incident, request=one.key)


async def _branch(door: Doorway, turn: Turn, one: Press) -> None:
    run = run_of(await door.incident(one.incident), one.about.run)
    button, seen, version = _three(one.about.extra)
    drawn, pressed = await drawn_step(door, run, one.about.step, version), _number(one.chosen or button)
    if pressed is None:
        raise Refused(OTHER_VERSION)
    step, index = drawn.now, drawn.branch(pressed)
    label = none_of_them(step) if index == NONE_OF_THEM else step.branches[index].label
    taken = drawn.taken(_number(seen))
    command = run_commands.TakeBranch(turn.user, run.id, step.id, index, label, taken, run.sha256)
    await door.desk.handle(command, ref=one.incident, request=one.key)


def _numbers(texts: Sequence[str]) -> set[int]:
    return {number for text in texts if (number := _number(text)) is not None}


def _three(extra: str) -> tuple[str, str, str]:
    """What a row is about, how it was drawn, and from which version of the file: see `run_ways` and `run_step`."""
    about, _, rest = extra.partition(":")
    drawn, _, version = rest.partition(":")
    return about, drawn, version


def _number(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() else None


async def _boxes(door: Doorway, turn: Turn, one: Press) -> None:
    """Only what differs from the boxes as they were drawn: others may have ticked more since."""
    run = run_of(await door.incident(one.incident), one.about.run)
    shown, ticked, version = _three(one.about.extra)
    drawn = await drawn_step(door, run, one.about.step, version)
    offered = [box for box in _numbers(shown.split(",")) if 0 <= box < len(drawn.before.checklist)]
    before, after = _numbers(ticked.split(",")), _numbers(one.ticked)
    command = run_commands.TickBoxes(
        turn.user,
        run.id,
        one.about.step,
        drawn.boxes([box for box in offered if box in after - before]),
        drawn.boxes([box for box in offered if box in before - after]),
        run.sha256,
    )
    await door.desk.handle(command, ref=one.incident, request=one.key)


async def _whole_step(door: Doorway, incident: Incident, run: Run, one: Press) -> View:
    values = ByName({form: value.text for form, value in values_of(incident, run).items()})
    return window("The whole step", whole_step(await step_now(door, run, one.about.step), values))


async def _failed(door: Doorway, incident: Incident, run: Run, one: Press) -> View:
    step_of(run, one.about.step)
    book = await door.desk.runbook(run.sha256)
    return run_forms.failed_form(one.about, incident, book, door.desk.policy)


async def _skip(_: Doorway, __: Incident, run: Run, one: Press) -> View:
    step_of(run, one.about.step)
    return run_forms.skip_form(one.about)


async def _fill(door: Doorway, incident: Incident, run: Run, one: Press) -> View:
    return run_forms.values_form(incident, run, await book_of(door, run), one.about.step)


async def _steps(_: Doorway, incident: Incident, run: Run, __: Press) -> View:
    return run_forms.steps_form(incident, run)


async def _assign(_: Doorway, __: Incident, run: Run, one: Press) -> View:
    return run_forms.assign_form(one.about, step_of(run, one.about.step))


async def _note(_: Doorway, __: Incident, run: Run, one: Press) -> View:
    return run_forms.note_form(one.about, step_of(run, one.about.step))


RUN_MENU: Mapping[str, Work] = {
    "back": _quietly(lambda one, by: run_commands.StepBack(by, one.about.run, one.about.step)),
    "steps": _opening(_steps),
    "assign": _opening(_assign),
    "note": _opening(_note),
    "stop": _quietly(lambda one, by: run_commands.StopRun(by, one.about.run)),
}


async def _menu(door: Doorway, turn: Turn, one: Press) -> Shown | None:
    if one.chosen not in RUN_MENU:
        raise Refused(
            "This menu is from another version of me. `/incident runbook resume` posts the card anew."
        )
    return await RUN_MENU[one.chosen](door, turn, one)


RUN_BUTTONS: Mapping[str, Work] = {
    names.RUN_START: _start,
    names.RUN_DONE: _quietly(
        lambda one, by: run_commands.FinishStep(by, one.about.run, one.about.step, "done")
    ),
    names.RUN_SKIP: _opening(_skip),
    names.RUN_FAILED: _opening(_failed),
    names.RUN_TEXT: _opening(_whole_step),
    names.RUN_RESUME: _quietly(lambda one, by: run_commands.ResumeRun(by, one.about.run)),
    names.RUN_MORE: _menu,
    names.RUN_BRANCH: _branch,
    names.RUN_WAY: _quietly(lambda one, by: run_commands.TakeWay(by, one.about.run, one.about.step)),
    names.RUN_GO: _quietly(lambda one, by: run_commands.GoToStep(by, one.about.run, one.about.step)),
    names.RUN_SECTION: _section,
    names.RUN_FILL: _opening(_fill),
    names.RUN_BOXES: _boxes,
    names.RUN_WORKED: _quietly(lambda one, by: run_commands.SayWorked(by, one.about.run, worked=True)),
    names.RUN_BROKEN: _quietly(lambda one, by: run_commands.SayWorked(by, one.about.run, worked=False)),
    names.RUN_NEWER: _newer,
}
"""Action id -> what it does."""
