"""The inside of a run's card: a step's warnings, text, commands with values filled in, output and boxes. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from incidentbot.core.runbooks.filling import each_once
from incidentbot.core.runbooks.run import LONGEST_SHOWN, StepState, Tick
from incidentbot.core.runbooks.runbook import Step
from incidentbot.core.text.words import person
from incidentbot.documents.mrkdwn import split_sections, to_mrkdwn
from incidentbot.documents.runbooks.inside.runbook_placeholders import fill
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import (
    Block,
    actions,
    button,
    checkboxes,
    code,
    context,
    cut_mrkdwn,
    fit,
    section,
    ticked_option,
)
from incidentbot.slack.cards.run_view import RunView
from incidentbot.slack.cards.step_text import folded, prose, without_items
from incidentbot.slack.cards.wording import clock_time, short

TEXT = 1500
"""Characters of a step's prose on the card: about one screen of a phone. The rest is behind More."""
COMMAND = LONGEST_SHOWN
COMMANDS = 8
WARNING = 600
FORMS = 8
BOX = 75
"""Characters of a box (Slack's limit for an option)."""
BOXES_IN_A_BLOCK = 10
MOST_BOXES = 30
PHONE_LINE = 40
"""Characters of a line of code that a phone shows without breaking it."""

WINDOW_BLOCKS = 100
WHOLE = 100_000
"""Characters of a window: Slack takes 250 kB of JSON (`view_too_large`), and a letter may need two bytes or more."""


def body(view: RunView, step: Step | None) -> list[Block]:
    """A step, as much of it as a screen holds."""
    if step is None:
        return [context("The text of this step is gone; its title is all that is left.")]
    blocks = [section(f":warning: {to_mrkdwn(warning, limit=WARNING)}") for warning in step.warnings[:3]]
    ticked = [words for box in to_tick(step) if len(words := step.checklist[box]) <= BOX]
    text = without_items(prose(step), ticked) if len(ticked) == len(to_tick(step)) else prose(step)
    more = button("More", names.RUN_TEXT, view.about().value) if _is_cut(view, step, text) else None
    if text:
        blocks.append(section(to_mrkdwn(text, limit=TEXT), more))
    elif more:
        blocks.append(section("It is longer than fits here.", more))
    if step.changes_production:
        blocks.append(context(":construction: This changes production."))
    blocks += [code(view.filled(command.text), COMMAND) for command in step.commands[:COMMANDS]]
    blocks += _placeholders(view, step)
    for expected in step.expected[:2]:
        blocks += [context("You should see"), code(narrowed(expected), TEXT)]
    return [*blocks, *boxes(view, step)]


def narrowed(text: str) -> str:
    """Output with its table's rows as short as a phone's line: cells apart by a dot. Narrow ones stay as they are."""
    lines = text.splitlines()
    rows = [line for line in lines if line.strip().startswith("|")]
    if not any(len(line.strip()) > PHONE_LINE for line in rows):
        return text
    return "\n".join(_cells(line) if line in rows else line for line in lines if not _is_rule(line))


def _is_rule(line: str) -> bool:
    """Whether it is the line between a table's head and its rows."""
    return "--" in line and set(line) <= set(" |:+-")


def _cells(row: str) -> str:
    return " · ".join(cell.strip() for cell in row.strip().strip("|").split("|") if cell.strip())


def _is_cut(view: RunView, step: Step, text: str) -> bool:
    long = len(text) > TEXT or any(len(view.filled(command.text)) > COMMAND for command in step.commands)
    many = len(step.commands) > COMMANDS or len(to_tick(step)) > MOST_BOXES
    return long or many or any(len(expected) > TEXT for expected in step.expected)


def _placeholders(view: RunView, step: Step) -> Iterator[Block]:
    """What is still open in the commands, and what was filled in."""
    if not step.placeholders:
        return
    known = view.values
    forms = each_once(step.placeholders)
    still = still_open(view, step)
    value = view.about().value
    if still:
        named = ", ".join(f"`{short(form, 40)}`" for form in still[:FORMS])
        yield section(f":pencil2: Fill in: {named}", button("Fill in", names.RUN_FILL, value, "primary"))
        return
    named = ", ".join(f"`{short(form, 40)}` is `{short(known[form], 60)}`" for form in forms[:FORMS])
    yield section(f":pencil2: {named}", button("Change", names.RUN_FILL, value))


def still_open(view: RunView, step: Step) -> list[str]:
    """The step's placeholders that nobody has given a value yet, each once."""
    return [form for form in each_once(step.placeholders) if form not in view.values]


def boxes(view: RunView, step: Step) -> Iterator[Block]:
    """The step's checklist, with who ticked what and when. A block's id says what was ticked when it was drawn, and from
    which version of the file.
    """
    ticks = {tick.box: tick for tick in view.run.step.ticks}
    offered = to_tick(step)
    listed = offered[:MOST_BOXES]
    for first in range(0, len(listed), BOXES_IN_A_BLOCK):
        chunk = listed[first : first + BOXES_IN_A_BLOCK]
        drawn = ",".join(str(box) for box in chunk if box in ticks)
        options = [
            ticked_option(str(box), _words(step.checklist[box]), _who(ticks.get(box))) for box in chunk
        ]
        on = [option for option in options if int(option["value"]) in ticks]
        about = view.about(extra=f"{','.join(map(str, chunk))}:{drawn}:{view.run.sha256}")
        yield actions([checkboxes(names.RUN_BOXES, options, on)], names.row_id("boxes", about))
    if len(offered) > MOST_BOXES:
        yield context(f"and {len(offered) - MOST_BOXES} more: press More")


def to_tick(step: Step) -> list[int]:
    """The items of a checklist that can be ticked: conditions are chosen, not ticked."""
    conditions = tuple(folded(branch.label).rstrip("…") for branch in step.branches)
    return [
        box for box, words in enumerate(step.checklist) if not folded(words).startswith(conditions or ("\0",))
    ]


def _words(text: str) -> str:
    return cut_mrkdwn(to_mrkdwn(" ".join(text.split()), limit=400), BOX)


def _who(tick: Tick | None) -> str:
    return f"{person(tick.by)}, {clock_time(tick.at)}" if tick else ""


def whole_step(step: Step, values: Mapping[str, str] | None = None) -> list[Block]:
    """Everything of a step, for the window that More opens. values: what is filled in for placeholders."""
    blocks = [section(f":warning: {to_mrkdwn(warning, limit=COMMAND)}") for warning in step.warnings]
    text = to_mrkdwn(prose(step), limit=WHOLE)
    blocks += [section(part) for part in split_sections(text, COMMAND) if part.strip()]
    for command in step.commands:
        blocks += [code(part) for part in _pieces(fill(command.text, values or {}), COMMAND)]
    for expected in step.expected:
        blocks += [context("You should see"), *(code(part) for part in _pieces(expected, COMMAND))]
    nothing = section("There is nothing more to this step than its title.")
    return fit(blocks, most=WINDOW_BLOCKS, total=WHOLE) or [nothing]


def _pieces(text: str, size: int) -> list[str]:
    """The text in pieces that break at line ends where there are some."""
    pieces: list[str] = []
    while len(text) > size:
        at = text.rfind("\n", size // 2, size)
        at = size if at < 0 else at
        pieces.append(text[:at])
        text = text[at:].lstrip("\n")
    return [*pieces, text] if text else pieces


def owned(state: StepState) -> Sequence[Block]:
    """Whose step it is, where it was given to somebody."""
    return [context(f":bust_in_silhouette: {person(state.owner)} has this step")] if state.owner else []
