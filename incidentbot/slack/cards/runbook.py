"""The live card of a run: one step, its commands to copy, and what to press. Sends nothing, runs nothing."""

from collections import Counter

from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.core.text.words import person, safe
from incidentbot.documents.mrkdwn import split_sections, to_mrkdwn
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import (
    Block,
    Shown,
    actions,
    button,
    code,
    confirmed,
    context,
    fit,
    overflow,
    section,
)
from incidentbot.slack.cards.step_text import prose
from incidentbot.slack.cards.wording import STEP_WORDS, short, when
from incidentbot.slack.names import Target

TEXT = 1500
"""Characters of a step's prose on the card: about one screen of a phone. The rest is behind More."""
COMMAND = 2900
COMMANDS = 8
WARNING = 600
STEP_TITLE = 200
WINDOW_BLOCKS = 100
WHOLE = 100_000
"""Characters of a window: Slack takes 250 kB of JSON (`view_too_large`), and a letter may need two bytes or more."""


def run_card(incident: Incident, run: Run, book: Runbook | None) -> Shown:
    """The card as it is now; a run that ended is one line. book: the kept snapshot, None if it is gone."""
    if run.status is not RunStatus.WALKING:
        return _ended(incident, run)
    state = run.steps[run.current]
    step = next((one for one in book.steps if one.id == state.id), None) if book else None
    place = f"Step {run.current + 1} of {len(run.steps)}"
    top = [
        context(f":notebook: {short(run.title, 150)} · {incident.name}", *_before(run)),
        section(f"*{place}: {short(state.title, STEP_TITLE)}*{_optional(step)}"),
    ]
    about = Target(incident.id, run.id, state.id)
    end = [actions(_buttons(about, step), names.row_id("run", about))]
    text = f"{safe(run.title)}: {place.lower()}, {short(state.title, STEP_TITLE)}"
    return Shown(
        text, fit([*top, *_body(step, about)], end, "This step is longer than fits here: press More.")
    )


def left_card(run: Run) -> Shown:
    """What becomes of a card once the run goes on in a newer one: two live cards would be two truths."""
    text = f":arrow_down: {short(run.title, 150)} goes on in a newer card below."
    return Shown(text, [section(text)])


def whole_step(step: Step) -> list[Block]:
    """Everything of a step, for the window that More opens."""
    blocks = [section(f":warning: {to_mrkdwn(warning, limit=COMMAND)}") for warning in step.warnings]
    text = to_mrkdwn(prose(step), limit=WHOLE)
    blocks += [section(part) for part in split_sections(text, COMMAND) if part.strip()]
    for command in step.commands:
        blocks += [code(part) for part in _pieces(command.text, COMMAND)]
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


def _before(run: Run) -> list[str]:
    settled = [one for one in run.steps if one.at is not None and one.by is not None]
    if not settled:
        return [f"begun by {person(run.started_by)}"]
    last = max(settled, key=lambda one: (one.at or run.started_at, run.steps.index(one)))
    return [_settled(run, last)]


def _settled(run: Run, state: StepState) -> str:
    number = run.steps.index(state) + 1
    return f"Step {number}: {STEP_WORDS[state.status]} by {person(state.by)}"


def _optional(step: Step | None) -> str:
    if step is None:
        return ""
    estimate = f"about {step.estimate_minutes} min" if step.estimate_minutes else ""
    words = [word for word in ("optional" if step.optional else "", estimate) if word]
    return f" ({', '.join(words)})" if words else ""


def _body(step: Step | None, about: Target) -> list[Block]:
    if step is None:
        return [context("The text of this step is gone; its title is all that is left.")]
    blocks = [section(f":warning: {to_mrkdwn(warning, limit=WARNING)}") for warning in step.warnings[:3]]
    text = prose(step)
    if text:
        more = button("More", names.RUN_TEXT, about.value) if _is_cut(step, text) else None
        blocks.append(section(to_mrkdwn(text, limit=TEXT), more))
    if step.changes_production:
        blocks.append(context(":construction: This changes production."))
    blocks += [code(command.text, COMMAND) for command in step.commands[:COMMANDS]]
    if step.placeholders:
        blocks.append(
            context(f"Fill in: {', '.join(f'`{short(name, 40)}`' for name in step.placeholders[:8])}")
        )
    for expected in step.expected[:2]:
        blocks += [context("You should see"), code(expected, TEXT)]
    return blocks


def _is_cut(step: Step, text: str) -> bool:
    long = len(text) > TEXT or any(len(command.text) > COMMAND for command in step.commands)
    return long or len(step.commands) > COMMANDS or any(len(expected) > TEXT for expected in step.expected)


def _buttons(about: Target, step: Step | None) -> list[Block]:
    done = button("Done", names.RUN_DONE, about.value, "primary")
    if step is not None and step.changes_production:
        done = confirmed(
            done, "Is it done?", "This step changes production. Press Done once it has worked.", "Done"
        )
    return [
        done,
        button("Skip", names.RUN_SKIP, about.value),
        button("Didn't work", names.RUN_FAILED, about.value),
        overflow(names.RUN_MORE, (("back", "Back"), ("steps", "All steps"), ("stop", "Stop"))),
    ]


def _ended(incident: Incident, run: Run) -> Shown:
    counts = Counter(step.status for step in run.steps)
    tally = ", ".join(f"{counts[status]} {status}" for status in StepStatus if counts[status])
    last = max((step.at for step in run.steps if step.at), default=None)
    at = f", {when(last)}" if last else ""
    if run.status is RunStatus.FINISHED:
        text = f":white_check_mark: {short(run.title, 150)} is finished: {tally}{at}."
        return Shown(text, [section(text)])
    text = f":black_square_for_stop: {short(run.title, 150)} was stopped at step {run.current + 1}: {tally}."
    resume = button("Resume", names.RUN_RESUME, Target(incident.id, run.id).value)
    return Shown(text, [section(text, resume)])
