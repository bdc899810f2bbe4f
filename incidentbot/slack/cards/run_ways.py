"""Branches and ways on a run's card: what can be chosen, what was, and where it leads. Hides nothing, sends nothing."""

import re
from collections.abc import Iterator

from incidentbot.core.runbooks.run import NONE_OF_THEM, StepState, Taken
from incidentbot.core.runbooks.runbook import Step, StepBranch
from incidentbot.core.text.words import person
from incidentbot.documents.mrkdwn import to_mrkdwn
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, button, context, link_button, section
from incidentbot.slack.cards.run_view import RunView
from incidentbot.slack.cards.step_text import prose
from incidentbot.slack.cards.wording import short, when

MOST = 8
"""Branches of one step on its card; the others stand in its text."""
WAY_TEXT = 300
_NOT_IN_A_SLUG = re.compile(r"[^\w\- ]")
_WEB = ("https://", "http://")


def branch_rows(view: RunView, step: Step) -> list[Block]:
    """A row for each condition, with a button to say that it holds; what was chosen is marked, the others stay."""
    if not step.branches:
        return []
    taken = view.run.step.taken
    rows = [_branch(view, branch, index, taken) for index, branch in enumerate(step.branches[:MOST])]
    none = _none_of_them(view, step, taken)
    return [context("Which is it?" if taken is None else "What was found"), *rows, none]


def _branch(view: RunView, branch: StepBranch, index: int, taken: Taken | None) -> Block:
    words = short(branch.label, 200)
    if taken is None:
        return section(words, _choose(view, index, taken))
    if taken.branch != index:
        return section(f"{words}  _not taken_", _choose(view, index, taken, "Instead"))
    text = f":white_check_mark: *{words}*\n{person(taken.by)}, {when(taken.at)}"
    return section(text, _leading_to(view, branch))


def _none_of_them(view: RunView, step: Step, taken: Taken | None) -> Block:
    words = "None of these" if len(step.branches) > 1 else "It is not so"
    if taken is not None and taken.branch == NONE_OF_THEM:
        return section(f":white_check_mark: *{words}*\n{person(taken.by)}, {when(taken.at)}")
    label = "Choose" if taken is None else "Instead"
    return section(
        words if taken is None else f"{words}  _not taken_", _choose(view, NONE_OF_THEM, taken, label)
    )


def _choose(view: RunView, index: int, taken: Taken | None, label: str = "Choose") -> Block:
    seen = "" if taken is None else str(taken.branch)
    return button(label, names.RUN_BRANCH, view.about(extra=f"{index}:{seen}").value)


def _leading_to(view: RunView, branch: StepBranch) -> Block | None:
    """Where the file says to go on: a step of it, another runbook, a page."""
    target = branch.target or ""
    if target.startswith("#"):
        found = anchored(view, target)
        return button("Go there", names.RUN_GO, view.about(found).value) if found else None
    if target in view.around.opens:
        path = view.around.opens[target]
        return button("Open the runbook", names.RUN_START, view.about(extra=path).value)
    return link_button("Open the page", names.OPEN_LINK, target) if target.startswith(_WEB) else None


def anchored(view: RunView, target: str) -> StepState | None:
    """The first step under the heading that an in-page link names."""
    wanted = target.lstrip("#").casefold()
    for state in view.run.steps:
        text = view.text_of(state)
        if text and wanted in {slug(part) for part in (*text.section, text.title)}:
            return state
    return None


def slug(heading: str) -> str:
    """A heading as the pages of code hosts name it in links: `Roll back!` is `roll-back`."""
    return _NOT_IN_A_SLUG.sub("", heading.casefold()).strip().replace(" ", "-")


def ways(view: RunView) -> list[Block]:
    """Several ways to the same end, each with its first words and a button to take it."""
    state = view.run.step
    open_ways = [one for one in (state, *view.run.siblings(state)) if view.run.choosing(one)]
    listed = sorted(open_ways, key=view.run.steps.index)
    return [section(f"*{len(listed)} ways: take one*"), *(row for one in listed for row in _way(view, one))]


def _way(view: RunView, state: StepState) -> Iterator[Block]:
    step = view.text_of(state)
    words = to_mrkdwn(prose(step), limit=WAY_TEXT) if step else ""
    number = view.run.steps.index(state) + 1
    text = f"*{number}. {short(state.title, 150)}*" + (f"\n{words}" if words.strip() else "")
    yield section(text, button("Take this way", names.RUN_WAY, view.about(state).value))
    if step and step.changes_production:
        yield context(":construction: This changes production.")
