"""The live card of a run: one step, its commands to copy, and what to press. Sends nothing, runs nothing."""

from collections.abc import Iterator
from datetime import date

from incidentbot.core.incident import Incident, Status
from incidentbot.core.runbooks.run import Run, RunStatus, StepState, StepStatus
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.core.text.words import person, safe
from incidentbot.documents.runbooks.authors.runbook_lint import SEVERE, overdue_review
from incidentbot.documents.runbooks.runbook_index import words_in
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import (
    Block,
    Shown,
    actions,
    button,
    confirmed,
    context,
    fit_to_press,
    overflow,
    section,
)
from incidentbot.slack.cards.run_end import ended, left, picker
from incidentbot.slack.cards.run_step import body, owned, still_open, whole_step
from incidentbot.slack.cards.run_view import Around, RunView
from incidentbot.slack.cards.run_ways import branch_rows, ways
from incidentbot.slack.cards.wording import STEP_SIGNS, short, when

__all__ = ["Around", "left_card", "run_card", "whole_step"]

STEP_TITLE = 200
LOG = 3
"""How many settled steps stand above the one that is shown."""
LOG_TITLE = 60
MOST_SEVERE = 3
"""Of what is severely wrong with a file, the remarks on its first card; `incidentbot runbook check` has them all."""

left_card = left


def run_card(incident: Incident, run: Run, book: Runbook | None, around: Around | None = None) -> Shown:
    """The card as it is now; a run that ended is one line. book: the kept snapshot, None if it is gone."""
    view = RunView(incident, run, book, around or Around())
    if run.status is RunStatus.PICKING:
        return picker(view)
    return _live(view) if run.status is RunStatus.WALKING else ended(view)


def _live(view: RunView) -> Shown:
    run, step = view.run, view.step
    place = view.place(run.step)
    choosing = run.choosing(run.step)
    heading = section(f"*{place}: {short(run.step.title, STEP_TITLE)}*{_optional(step)}")
    inside = (
        ways(view) if choosing else [heading, *owned(run.step), *body(view, step), *_branches(view, step)]
    )
    end = [actions(_buttons(view, step, choosing=choosing), names.row_id("run", view.about()))]
    text = f"{safe(run.title)}: {place.lower()}, {short(run.step.title, STEP_TITLE)}"
    blocks = fit_to_press([*_top(view), *inside], end, _cut_short(view, choosing=choosing))
    return Shown(text, blocks)


def _cut_short(view: RunView, *, choosing: bool) -> Block:
    """What stands where a card takes no more, with the way to the rest."""
    if choosing:
        return context("There are more ways than fit here: All steps, behind the three dots, leads to each.")
    more = button("More", names.RUN_TEXT, view.about().value)
    return section("This step is longer than fits here: press More.", more)


def _branches(view: RunView, step: Step | None) -> list[Block]:
    return branch_rows(view, step) if step is not None else []


def _top(view: RunView) -> Iterator[Block]:
    run = view.run
    begun = f" · begun by {person(run.started_by)}" if view.is_fresh else ""
    yield context(f":notebook: {short(run.title, 150)} · {view.incident.name}{begun}")
    if view.is_fresh and view.book is not None:
        words = list(_about_the_file(view.book, view.around.today))
        if words:
            yield context(" · ".join(words))
        severe = [one for one in view.book.lint if one.rule in SEVERE][:MOST_SEVERE]
        for one in severe:
            yield context(f":warning: The file, line {one.line}: {safe(one.message)}")
    if view.around.newer:
        yield section(
            ":new: The file has changed since this run began.",
            button("Use the newer version", names.RUN_NEWER, view.about().value),
        )
    log = _log(run)
    if log:
        yield context("\n".join(log))


def _about_the_file(book: Runbook, today: date | None) -> Iterator[str]:
    """How old it is, before anybody trusts it, and whose it is."""
    overdue = overdue_review(book.meta, today=today) if today else None
    reviewed = _day(book.meta.get("last_reviewed_on"))
    if overdue is not None:
        yield f":warning: {overdue.message.rstrip('.')}"
    elif reviewed is not None and today is not None:
        days = (today - reviewed).days
        yield f"last reviewed {'today' if days < 1 else '1 day ago' if days == 1 else f'{days} days ago'}"
    owners = [*words_in(book.meta.get("owner")), *words_in(book.meta.get("owner_slack"))]
    if owners:
        yield f"owner: {short(', '.join(owners), 120)}"


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _log(run: Run) -> list[str]:
    """The last settled steps, a line each, the latest last."""
    settled = [one for one in run.steps if one.at is not None and one.status in _LOGGED]
    settled.sort(key=lambda one: (one.at or run.started_at, run.steps.index(one)))
    return [_settled(run, one) for one in settled[-LOG:]]


_LOGGED = frozenset({StepStatus.DONE, StepStatus.SKIPPED, StepStatus.FAILED})


def _settled(run: Run, state: StepState) -> str:
    number = run.steps.index(state) + 1
    at = f", {when(state.at)}" if state.at else ""
    return f"{STEP_SIGNS[state.status]} {number}. {short(state.title, LOG_TITLE)} · {person(state.by)}{at}"


def _optional(step: Step | None) -> str:
    if step is None:
        return ""
    estimate = f"about {step.estimate_minutes} min" if step.estimate_minutes else ""
    words = [word for word in ("optional" if step.optional else "", estimate) if word]
    return f" ({', '.join(words)})" if words else ""


def _buttons(view: RunView, step: Step | None, *, choosing: bool) -> list[Block]:
    value = view.about().value
    to_fill_in = step is not None and bool(still_open(view, step))  # that button is the one to press first
    done = button("Done", names.RUN_DONE, value, "" if to_fill_in else "primary")
    if step is not None and step.changes_production:
        done = confirmed(
            done, "Is it done?", "This step changes production. Press Done once it has worked.", "Done"
        )
    row = [
        *([] if choosing else [done]),
        button("Skip", names.RUN_SKIP, value),
        button("Didn't work", names.RUN_FAILED, value),
    ]
    if view.incident.status is Status.OPEN:
        row.append(button("Get help", names.ESCALATE, value))
    return [*row, overflow(names.RUN_MORE, MENU)]


MENU = (
    ("back", "Back"),
    ("steps", "All steps"),
    ("assign", "Give to somebody"),
    ("note", "Note, or what is wrong"),
    ("stop", "Stop"),
)
"""The menu behind the three dots: at most five (Slack's limit)."""
