"""Branches and ways on a run's card: what can be chosen, what was, and where it leads. Hides nothing, sends nothing."""

import re
from collections.abc import Iterator, Sequence

from incidentbot.core.runbooks.run import NONE_OF_THEM, StepState, Taken
from incidentbot.core.runbooks.runbook import Step, StepBranch
from incidentbot.core.text.words import person
from incidentbot.documents.mrkdwn import to_mrkdwn
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, actions, button, context, link_button, menu, option, section
from incidentbot.slack.cards.run_view import RunView
from incidentbot.slack.cards.step_text import folded, prose
from incidentbot.slack.cards.wording import short, when

MOST = 8
"""Conditions of a step that are buttons; the others are in a menu beside them."""
WAY_TEXT = 300
MANY = 20
"""Of so many ways each is told by its title alone: a card takes 50 blocks and 13,000 characters."""
_ITEM = re.compile(r"^\s*(?:[-*+]|[0-9]{1,9}[.)])\s+")
_NOT_IN_A_SLUG = re.compile(r"[^\w\- ]")
_WEB = ("https://", "http://")


def branch_rows(view: RunView, step: Step) -> list[Block]:
    """A button for each condition, to say that it holds; what was chosen is marked, the others stay to be chosen."""
    if not step.branches:
        return []
    listed = list(enumerate(step.branches))
    taken = view.run.step.taken
    if taken is None:
        return [context("Which is it?"), _choices(view, listed, taken, none_of_them(step))]
    others = [(index, branch) for index, branch in listed if index != taken.branch]
    none = "" if taken.branch == NONE_OF_THEM else none_of_them(step)
    return [_chosen(view, step, taken), context("Not taken:"), _choices(view, others, taken, none)]


def _chosen(view: RunView, step: Step, taken: Taken) -> Block:
    words = short(taken.label, 200)
    by = f"{person(taken.by)}, {when(taken.at)}"
    text = f":white_check_mark: *{words or 'Chosen'}*\n{by}"
    is_known = 0 <= taken.branch < len(step.branches)
    return section(text, _leading_to(view, step.branches[taken.branch]) if is_known else None)


def _choices(
    view: RunView, branches: Sequence[tuple[int, StepBranch]], taken: Taken | None, none: str
) -> Block:
    """A button for each of the first conditions, a menu of the others, and one that says that none holds."""
    seen = f"{'' if taken is None else taken.branch}:{view.run.sha256}"
    first = MOST if len(branches) > MOST + 1 else len(branches)  # a menu of one would be in the way
    pressed = [(index, branch.label) for index, branch in branches[:first]]
    rest = [option(str(index), branch.label) for index, branch in branches[first:]]
    more = [menu(f"{names.RUN_BRANCH}:more", f"{len(rest)} more: choose", rest)] if rest else []
    buttons = [
        button(label, f"{names.RUN_BRANCH}:{index}", view.about(extra=f"{index}:{seen}").value)
        for index, label in [*pressed, *([(NONE_OF_THEM, none)] if none else [])]
    ]
    row = [*buttons[: len(pressed)], *more, *buttons[len(pressed) :]]
    return actions(row, names.row_id("branches", view.about(extra=f":{seen}")))


def none_of_them(step: Step) -> str:
    """What is said where no condition of a step holds."""
    return "None of these" if len(step.branches) > 1 else "It is not so"


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
    told = _title_of_way if len(listed) > MANY else _way
    return [section(f"*{len(listed)} ways: take one*"), *(row for one in listed for row in told(view, one))]


def _title_of_way(view: RunView, state: StepState) -> Iterator[Block]:
    step, number = view.text_of(state), view.run.steps.index(state) + 1
    sign = ":construction: " if step and step.changes_production else ""
    yield section(f"{sign}*{number}. {short(state.title, 150)}*", _take(view, state))


def _take(view: RunView, state: StepState) -> Block:
    return button("Take this way", names.RUN_WAY, view.about(state).value)


def _way(view: RunView, state: StepState) -> Iterator[Block]:
    step = view.text_of(state)
    words = to_mrkdwn(_own_words(step), limit=WAY_TEXT) if step else ""
    number = view.run.steps.index(state) + 1
    text = f"*{number}. {short(state.title, 150)}*" + (f"\n{words}" if words.strip() else "")
    yield section(text, _take(view, state))
    if step and step.changes_production:
        yield context(":construction: This changes production.")


def _own_words(step: Step) -> str:
    """What the file says of a way, without what leads in to all of them and without its title."""
    lines = prose(step).splitlines()
    said = folded(step.title).rstrip(".:…")
    own = next((n for n, line in enumerate(lines) if folded(_ITEM.sub("", line)).startswith(said)), None)
    if own is None:
        return "\n".join(lines)
    first, title = _ITEM.sub("", lines[own]).replace("*", ""), step.title.rstrip(".:…")
    if first.casefold().startswith(title.casefold()):
        first = first[len(title) :].lstrip(" .:")
    return "\n".join([first, *lines[own + 1 :]]).strip()
