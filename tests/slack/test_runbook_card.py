"""The runbook's live card: one step, its commands to copy, and what to press."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.incident import Incident
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Runbook, StepBranch, StepCommand
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.playground.slack.strictness.blocks import complaints
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.run_step import narrowed
from incidentbot.slack.cards.runbook import Around, run_card, whole_step
from tests.slack.block_checks import assert_slack_takes, elements, pressable, words
from tests.slack.examples import ANA, TYPED, a_runbook, a_step, walking

PRESSED = ["Done", "Skip", "Didn't work", "Get help"]
SHIPPED = sorted(Path("runbooks").glob("[a-z]*.md"))


def shown(incident: Incident, book: Runbook | None) -> Shown:
    """The run's card, which Slack must take."""
    message = run_card(incident, incident.runs["r"], book)
    assert_slack_takes(message)
    return message


def test_a_step_shows_its_place_its_command_and_what_to_press() -> None:
    book = a_runbook(a_step(expected=("lag 0",), warnings=("It pages.",), placeholders=("<ns>",)))
    card = shown(walking(book), book)

    assert "*Step 1 of 1: Look at the lag*" in words(card)
    assert "It must fall." in words(card)
    assert "kafka-lag" in _preformatted(card)
    assert "lag 0" in _preformatted(card)
    assert "Fill in: `&lt;ns&gt;`" in words(card)
    assert words(card).index("It pages.") < words(card).index("It must fall.")
    assert pressable(card) == ["Fill in", *PRESSED]


def _preformatted(card: Shown) -> list[str]:
    rich = [block for block in card.blocks if block["type"] == "rich_text"]
    return [block["elements"][0]["elements"][0]["text"] for block in rich]


def test_the_command_stands_once_on_the_card() -> None:
    book = a_runbook(a_step())

    assert words(shown(walking(book), book)).count("kafka-lag") == 1


def test_a_step_that_changes_production_asks_before_it_is_done() -> None:
    book = a_runbook(a_step(changes_production=True))
    done = next(
        one for one in elements(shown(walking(book), book).blocks) if one["action_id"] == names.RUN_DONE
    )

    assert "confirm" in done


def test_a_long_step_is_cut_and_has_a_more_button_that_shows_all_of_it() -> None:
    text = " ".join(f"word{number}" for number in range(2000))
    step = a_step(body_md=f"1. **Look at the lag.** {text}")
    card = shown(walking(a_runbook(step)), a_runbook(step))

    assert "More" in pressable(card)
    assert "word1999" not in words(card)
    assert "word1999" in words(Shown("x", whole_step(step)))


def test_a_storm_of_commands_leaves_the_buttons_on_the_card() -> None:
    step = a_step(commands=tuple(StepCommand(f"echo {number} " + "x" * 2800) for number in range(60)))
    card = shown(walking(a_runbook(step)), a_runbook(step))

    assert pressable(card)[-4:] == PRESSED
    assert "press More" in words(card)


def test_who_settled_the_last_step_stands_on_the_next_ones_card() -> None:
    book = a_runbook()
    card = shown(walking(book, run_commands.FinishStep(ANA, "r", "s1", "skipped", "not needed")), book)

    assert ":fast_forward: 1. Do thing 1 · <@U0ANA>, <!date^" in words(card)
    assert "Step 2 of 3" in words(card)


def test_a_run_that_ended_is_one_line() -> None:
    book = a_runbook()
    steps = [run_commands.FinishStep(ANA, "r", f"s{number}", "done") for number in (1, 2, 3)]
    finished = shown(walking(book, *steps), book)
    stopped = shown(walking(book, run_commands.StopRun(ANA, "r")), book)

    assert "Kafka outage is finished: 3 done" in finished.text
    assert "was stopped at step 1: 3 open" in stopped.text
    assert pressable(stopped) == ["Resume"]


def test_a_run_whose_text_is_gone_can_still_be_walked() -> None:
    book = a_runbook()

    assert pressable(shown(walking(book), None)) == PRESSED


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_step_of_each_shipped_runbook_makes_a_card_slack_takes(path: Path) -> None:
    book = read_runbook(path.read_text(), path=path.name)
    incident = walking(book)
    for position, step in enumerate(book.steps):
        run = replace(incident.runs["r"], current=position)
        card = run_card(incident, run, book)
        assert_slack_takes(card)
        for command in step.commands:
            assert command.text in _preformatted(card)
        prose = "\n".join(block["text"]["text"] for block in card.blocks if block["type"] == "section")
        assert "```" not in prose


@given(TYPED, TYPED, st.booleans())
def test_no_markdown_makes_a_card_slack_refuses(body: str, command: str, changes: bool) -> None:  # noqa: FBT001 - drawn
    step = a_step(
        title=body[:140],
        body_md=body * 9,
        commands=(StepCommand(command),),
        expected=(body,),
        warnings=(body,),
        checklist=(body,),
        placeholders=(command,),
        changes_production=changes,
    )
    shown(walking(a_runbook(step, title=body)), a_runbook(step, title=body))
    assert complaints(whole_step(step), surface="modal") == []


def test_what_is_ticked_stands_once_and_conditions_are_chosen_not_ticked() -> None:
    body = "1. **Check these.**\n   - the queue\n     shrinks\n   - no error in the log\n   - If it grows, call us.\n"
    step = a_step(
        title="Check these",
        commands=(),
        body_md=body,
        checklist=("the queue shrinks", "no error in the log", "If it grows, call us."),
        branches=(StepBranch("If it grows"),),
    )
    book = a_runbook(step)
    card = shown(walking(book), book)

    ticked = [one for one in elements(card.blocks) if one["action_id"] == names.RUN_BOXES]
    assert [option["value"] for one in ticked for option in one["options"]] == ["0", "1"]
    assert words(card).count("no error in the log") == 1
    assert "call us" in words(card)
    assert pressable(card)[:2] == ["If it grows", "It is not so"]


def test_the_first_card_says_how_old_the_file_is_and_whose() -> None:
    meta = {
        "last_reviewed_on": "2026-11-01",
        "review_in": "3 months",
        "owner": "SRE team",
        "owner_slack": "#ops",
    }
    book = replace(a_runbook(), meta=meta)
    incident = walking(book)

    def first(today: date) -> str:
        return words(run_card(incident, incident.runs["r"], book, Around(today=today)))

    assert "last reviewed 19 days ago · owner: SRE team, #ops" in first(date(2026, 11, 20))
    assert ":warning: The review is 28 days overdue: last reviewed on 2026-11-01 · owner" in first(
        date(2027, 3, 1)
    )
    later = walking(book, run_commands.FinishStep(ANA, "r", "s1", "done"))
    assert "reviewed" not in words(run_card(later, later.runs["r"], book, Around(today=date(2027, 3, 1))))


def test_a_long_command_without_words_has_all_of_it_behind_more_with_values_filled_in() -> None:
    text = "\n".join(f"restart <pod> --part {number}" for number in range(200))
    step = a_step(body_md="", commands=(StepCommand(text),), placeholders=("<pod>",))
    book = a_runbook(step)
    card = shown(walking(book), book)

    assert "More" in pressable(card)
    assert "restart db-0 --part 199" in words(Shown("x", whole_step(step, {"<pod>": "db-0"})))


def test_a_wide_table_of_what_should_be_seen_has_rows_that_fit_a_phone() -> None:
    wide = (
        "| Member | Host       | Role    | State     | TL | Lag in MB |\n"
        "|--------|------------|---------|-----------|---:|----------:|\n"
        "| pg-0   | 10.0.1.10  | Leader  | running   |  8 |           |"
    )
    assert narrowed(wide) == (
        "Member · Host · Role · State · TL · Lag in MB\npg-0 · 10.0.1.10 · Leader · running · 8"
    )
    assert narrowed("| a | b |\n|---|---|") == "| a | b |\n|---|---|"
    assert narrowed("lag 0, a long line of plain output -- that is no table and stays") == (
        "lag 0, a long line of plain output -- that is no table and stays"
    )
    book = a_runbook(a_step(expected=(wide,)))
    card = shown(walking(book), book)
    assert any("pg-0 · 10.0.1.10 · Leader" in text for text in _preformatted(card))
