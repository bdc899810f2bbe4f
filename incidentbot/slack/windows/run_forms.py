"""The windows of a run: skip, didn't work, values, all steps, a step given to somebody, a note. Pure; opens nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from incidentbot.core.incident import Incident, Status
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.policy import Policy
from incidentbot.core.runbooks.filling import LONGEST, each_once, values_of
from incidentbot.core.runbooks.moving import number_of
from incidentbot.core.runbooks.run import Run, RunStatus, StepState
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.core.text.words import begun, person, role_words
from incidentbot.documents.runbooks.runbook_owners import owners_of
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, cut, option, paragraphs, section
from incidentbot.slack.cards.wording import STEP_SIGNS, STEP_WORDS, short, when
from incidentbot.slack.names import Target
from incidentbot.slack.windows.forms import NEXT_ROLE
from incidentbot.slack.windows.parts import (
    View,
    boxes,
    grouped_select,
    modal,
    person_select,
    select,
    text_input,
    window,
)

FILL = "fill:"
"""What the name of a field begins with that holds the value of a placeholder; the placeholder follows."""

NOBODY = "nobody"
MOST_FIELDS = 20
MOST_ROLES = 60
ALL_STEPS_TEXT = 60
"""Blocks of states in the window of all steps: Slack takes 100 in a window."""
WRONG = (("wrong", "The runbook itself is wrong here: keep this for its owner"),)


def skip_form(about: Target) -> View:
    """Why is this step left out?"""
    blocks = [text_input("reason", "Why is it not needed?", optional=True)]
    return modal(names.SKIP_FORM, "Skip this step", "Skip", blocks, about)


def failed_form(about: Target, incident: Incident, book: Runbook | None, policy: Policy) -> View:
    """What happened, and should somebody be called: the runbook's owner, whoever is next, another team?

    It remembers whom it showed as the next, as the escalate window does.
    """
    blocks = [text_input("reason", "What happened instead?")]
    if incident.status is Status.OPEN:
        choices = list(_callable(incident, book, policy))
        blocks.append(select("who", "Page somebody?", choices, initial=NOBODY))
    blocks.append(boxes("wrong", "For the runbook's owner", WRONG))
    seen = replace(about, extra=next_role(incident) or "")
    return modal(names.FAILED_FORM, "It didn't work", "Note it", blocks, seen)


def _callable(incident: Incident, book: Runbook | None, policy: Policy) -> Iterator[Block]:
    yield option(NOBODY, "Nobody yet: only note it")
    owners = owners_of(book, policy) if book is not None else ()
    for name in owners:
        yield option(name, cut(f"Of the runbook: the {role_words(name)}", 75))
    following = next_role(incident)
    if following:
        yield option(NEXT_ROLE, cut(f"Whoever is next: the {role_words(following)}", 75))
    roles = dict.fromkeys((*incident.plan.chain, *(one for chain in policy.chains.values() for one in chain)))
    for role in [role for role in roles if role not in owners][:MOST_ROLES]:
        yield option(role, cut(begun(role_words(role)), 75))
    for name in policy.chains:
        if name not in owners and name not in roles:
            yield option(name, cut(f"The whole {role_words(name)} chain", 75))


def values_form(incident: Incident, run: Run, book: Runbook, step: str = "") -> View:
    """A field for each placeholder of a step, those without a value first, and for each of the file that is unknown.

    step: its id, "" for the one that is shown.
    """
    known = values_of(incident, run)
    here = next((one.placeholders for one in book.steps if one.id == (step or run.step.id)), ())
    unknown = [form for one in book.steps for form in one.placeholders if form not in known]
    forms = each_once((*sorted(here, key=lambda form: form in known), *unknown))[:MOST_FIELDS]
    if not forms:
        return window("Fill in", [section("This runbook has nothing to fill in.")])
    fields = [
        text_input(
            FILL + form,
            form,
            initial=known[form].text if form in known else "",
            longest=LONGEST,
            lines="one",
            optional=True,
        )
        for form in forms
    ]
    said = section(
        "Filled into every command of a runbook in this incident. Everybody here can read it: no secrets."
    )
    seen = max((value.at.isoformat() for value in known.values()), default="")
    about = Target(incident.id, run.id, run.step.id, seen)
    return modal(names.VALUES_FORM, "Fill in", "Fill in", [*fields, said], about)


def steps_form(incident: Incident, run: Run) -> View:
    """All steps with what became of them, and a menu to go to one of them."""
    shown = paragraphs(_step_line(run, step) for step in run.steps)[:ALL_STEPS_TEXT]
    title = section(f"*{short(run.title, 150)}*")
    if run.status is RunStatus.STOPPED:
        return window("All steps", [title, *shown])
    menu = grouped_select("step", "Go to", _by_section(run))
    about = Target(incident.id, run.id)
    return modal(names.STEPS_FORM, "All steps", "Go there", [title, *shown, menu], about)


def _by_section(run: Run) -> Mapping[str, Sequence[Block]]:
    groups: dict[str, list[Block]] = {}
    for number, step in enumerate(run.steps, start=1):
        name = step.section.rsplit(" > ", maxsplit=1)[-1] or run.title
        groups.setdefault(name, []).append(option(step.id, f"{number}. {step.title}"))
    return groups


def _step_line(run: Run, step: StepState) -> str:
    number = number_of(run, step)
    here = "  :point_left:" if step.id == run.step.id and run.status is RunStatus.WALKING else ""
    said = STEP_WORDS[step.status].lower()
    at = f", {when(step.at)}" if step.at else ""
    who = f" · {said} by {person(step.by)}{at}" if step.by else ""
    why = f": {short(step.reason, 150)}" if step.reason else ""
    chosen = f" · _{short(step.taken.label, 120)}_" if step.taken else ""
    return f"{STEP_SIGNS[step.status]} {number}. {short(step.title, 120)}{here}{who}{why}{chosen}"


def assign_form(about: Target, state: StepState) -> View:
    """Who should do this step?"""
    blocks = [
        section(f"*{short(state.title, 200)}*"),
        person_select("who", "Who does it? Nobody chosen: you"),
    ]
    return modal(names.ASSIGN_FORM, "Give to somebody", "Give it", blocks, about)


def note_form(about: Target, state: StepState) -> View:
    """What is there to say about this step?"""
    blocks = [
        section(f"*{short(state.title, 200)}*"),
        text_input("text", "What should be remembered?"),
        boxes("wrong", "For the runbook's owner", WRONG),
    ]
    return modal(names.NOTE_FORM, "Note", "Keep it", blocks, about)
