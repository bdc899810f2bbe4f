"""A step with more on it than Slack takes: what can be chosen, filled in and ticked can still be, whatever gives way."""

import pytest

from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Step, StepBranch, StepCommand
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.runbook import run_card
from tests.slack.block_checks import assert_slack_takes, elements, pressable, words
from tests.slack.examples import ANA, a_runbook, a_step, walking


def shown(*steps: Step, done: tuple[run_commands.TakeBranch, ...] = ()) -> Shown:
    """The first card of a runbook of these steps, which Slack must take."""
    book = a_runbook(*steps)
    incident = walking(book, *done)
    card = run_card(incident, incident.runs["r"], book)
    assert_slack_takes(card)
    return card


def conditions(count: int) -> tuple[StepBranch, ...]:
    return tuple(StepBranch(f"If it is case {number}") for number in range(count))


def to_choose(card: Shown) -> list[str]:
    """What can be chosen of a step's conditions, as buttons and in menus."""
    found = []
    for one in elements(card.blocks):
        if one["action_id"].startswith(names.RUN_BRANCH):
            groups = one.get("option_groups", [{"options": one.get("options", [])}])
            options = [option for group in groups for option in group["options"]]
            found += [option["text"]["text"] for option in (options or [one])]
    return found


@pytest.mark.parametrize("count", [1, 8, 9, 12, 30, 100, 250])
def test_every_condition_can_be_chosen_however_many_there_are(count: int) -> None:
    step = a_step(branches=conditions(count))
    labels = [branch.label for branch in step.branches]
    none = "It is not so" if count == 1 else "None of these"
    assert to_choose(shown(step)) == [*labels, none]

    last = run_commands.TakeBranch(ANA, "r", "s1", count - 1, labels[-1])
    after = shown(step, done=(last,))
    assert f":white_check_mark: *{labels[-1]}*" in words(after)
    assert to_choose(after) == [*labels[:-1], none]


@pytest.mark.parametrize("count", [9, 12, 30])
def test_every_one_of_many_ways_can_be_taken(count: int) -> None:
    body = "- **A way.** It is done like this, and that takes a while. " + "Words. " * 60
    ways = [
        Step(f"w{number}", f"Way number {number}", kind="choice", body_md=body, changes_production=True)
        for number in range(count)
    ]
    card = shown(*ways)

    assert pressable(card).count("Take this way") == count
    assert f"*{count} ways: take one*" in words(card)


def test_where_more_ways_than_a_card_takes_are_there_it_says_where_the_others_are() -> None:
    card = shown(*(Step(f"w{number}", f"Way number {number}", kind="choice") for number in range(80)))

    assert pressable(card).count("Take this way") > 40
    assert "All steps, behind the three dots, leads to each." in words(card)


def test_what_can_be_pressed_stays_where_commands_fill_the_card() -> None:
    step = a_step(
        commands=tuple(StepCommand(f"run {number} <pod> " + "x" * 2800) for number in range(8)),
        placeholders=("<pod>",),
        expected=("y" * 1400, "z" * 1400),
        checklist=("the queue shrinks", "no error in the log"),
        branches=conditions(12),
    )
    card = shown(step)

    assert len(to_choose(card)) == 13
    assert {"More", "Fill in", "Done", "Skip"} <= set(pressable(card))
    assert [one for one in elements(card.blocks) if one["action_id"] == names.RUN_BOXES]
    assert "*Step 1 of 1: Look at the lag*" in words(card)
    assert "This step is longer than fits here: press More." in words(card)


def test_where_more_boxes_than_a_card_takes_are_there_more_shows_the_others() -> None:
    card = shown(a_step(checklist=tuple(f"look at {number}" for number in range(40))))

    assert "and 10 more: press More" in words(card)
    assert "More" in pressable(card)
