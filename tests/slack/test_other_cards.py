"""Lines in the room, the announcement, the runbook's card and the lists."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core import commands
from incidentbot.core.effects import Notice, Say
from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.runbook import Runbook, StepCommand
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.flows.ports import RunbookMatch
from incidentbot.playground.slack.blocks import complaints
from incidentbot.policies.loader import load
from incidentbot.slack import names
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.announcement import announcement
from incidentbot.slack.cards.blocks import Shown, context, cut_mrkdwn, fit, section, size
from incidentbot.slack.cards.notices import mirrored, notice
from incidentbot.slack.cards.runbook import run_card, whole_step
from incidentbot.slack.names import Target, target
from tests.slack.block_checks import assert_slack_takes, elements, pressable, words
from tests.slack.examples import ANA, BO, IM_CHAT, T0, TYPED, a_runbook, a_step, after, an_incident

SHIPPED = sorted(Path("runbooks").glob("[a-z]*.md"))


def walking(book: Runbook, *done: commands.Person) -> Incident:
    """INC-7 with this runbook being walked as run `r`."""
    return an_incident("x", Severity.P0, commands.StartRun(BO, "r", book), *done)


def shown(incident: Incident, book: Runbook | None) -> Shown:
    """The run's card, which Slack must take."""
    message = run_card(incident, incident.runs["r"], book)
    assert_slack_takes(message)
    return message


@pytest.mark.parametrize(
    ("button", "label", "action", "extra"),
    [
        ("escalate", "Escalate", names.ESCALATE_NOW, ""),
        ("retry:page:1:opening", "Retry", names.RETRY, "page:1:opening"),
        ("join:8", "Join", names.JOIN, "8"),
        ("update", "Write an update", names.UPDATE, ""),
    ],
)
def test_a_line_carries_its_button(button: str, label: str, action: str, extra: str) -> None:
    line = notice(an_incident(), Say("n", "Nobody answered.", Notice.LOUD, button))

    assert_slack_takes(line)
    (pressed,) = elements(line.blocks)
    assert (pressed["text"]["text"], pressed["action_id"], target(pressed["value"]).extra) == (
        label,
        action,
        extra,
    )
    assert line.text == ":rotating_light: Nobody answered."


def test_a_line_longer_than_a_section_is_told_whole() -> None:
    text = " ".join(str(number) for number in range(1500))
    line = notice(an_incident(), Say("n", text))

    assert_slack_takes(line)
    told = " ".join(block["text"]["text"] for block in line.blocks)
    assert told.split() == text.split()


def test_a_mirrored_line_leads_into_the_room() -> None:
    line = mirrored(an_incident(), "Paging the on-call primary")

    assert_slack_takes(line)
    assert line.blocks[0]["text"]["text"] == "Paging the on-call primary <#C0ROOM>"


def test_the_announcement_names_the_room_and_lets_people_in() -> None:
    line = announcement(an_incident())

    assert_slack_takes(line)
    assert pressable(line) == ["Join"]
    assert "<#C0ROOM>" in words(line)


@given(TYPED)
def test_no_title_breaks_an_announcement_or_a_list(title: str) -> None:
    incident = an_incident(title)

    assert_slack_takes(announcement(incident))
    assert_slack_takes(lists.incidents([incident] * 50, "all"))


def test_a_step_shows_its_place_its_command_and_what_to_press() -> None:
    book = a_runbook(a_step(expected=("lag 0",), warnings=("It pages.",), placeholders=("<ns>",)))
    card = shown(walking(book), book)

    assert "*Step 1 of 1: Look at the lag*" in words(card)
    assert "It must fall." in words(card)
    assert "kafka-lag" in _preformatted(card)
    assert "lag 0" in _preformatted(card)
    assert "Fill in: `&lt;ns&gt;`" in words(card)
    assert words(card).index("It pages.") < words(card).index("It must fall.")
    assert pressable(card) == ["Done", "Skip", "Didn't work"]


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

    assert pressable(card)[-3:] == ["Done", "Skip", "Didn't work"]
    assert "press More" in words(card)


def test_who_settled_the_last_step_stands_on_the_next_ones_card() -> None:
    book = a_runbook()
    card = shown(walking(book, commands.FinishStep(ANA, "r", "s1", "skipped", "not needed")), book)

    assert "Step 1: :fast_forward: Skipped by <@U0ANA>" in words(card)
    assert "Step 2 of 3" in words(card)


def test_a_run_that_ended_is_one_line() -> None:
    book = a_runbook()
    steps = [commands.FinishStep(ANA, "r", f"s{number}", "done") for number in (1, 2, 3)]
    finished = shown(walking(book, *steps), book)
    stopped = shown(walking(book, commands.StopRun(ANA, "r")), book)

    assert "Kafka outage is finished: 3 done" in finished.text
    assert "was stopped at step 1: 3 open" in stopped.text
    assert pressable(stopped) == ["Resume"]


def test_a_run_whose_text_is_gone_can_still_be_walked() -> None:
    book = a_runbook()

    assert pressable(shown(walking(book), None)) == ["Done", "Skip", "Didn't work"]


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


def facts(count: int, text: str = "Something happened") -> list[Recorded]:
    """A timeline of so many facts."""
    return [
        Recorded(seq, T0, Fact(FactKind.NOTED, T0 + timedelta(minutes=seq), f"{text} {seq}"))
        for seq in range(1, count + 1)
    ]


def test_a_timeline_is_in_the_order_of_what_happened() -> None:
    late = Recorded(9, T0, Fact(FactKind.NOTED, T0, "The very first thing"))
    told = words(lists.timeline(an_incident(), [*facts(3), late]))

    assert told.index("The very first thing") < told.index("Something happened 1")


def test_a_long_timeline_keeps_its_newest_lines_and_says_so() -> None:
    told = lists.timeline(an_incident(), facts(900))

    assert_slack_takes(told)
    assert "Something happened 900" in words(told)
    assert "earlier lines" in words(told)


def test_a_timeline_of_very_long_lines_still_fits() -> None:
    told = lists.timeline(an_incident(), facts(30, "word " * 580))

    assert_slack_takes(told)


@pytest.mark.parametrize(
    "profile", ["default", "im-chat", "mapme", "gocarbontracker", "boat-listing", "missing-table"]
)
def test_the_help_shows_every_command_and_the_levels_of_the_profile(profile: str) -> None:
    told = lists.command_help(load(profile))

    assert_slack_takes(told)
    assert "/incident postmortem" in words(told)
    assert "`sev1`" in words(told)


def test_nothing_open_is_good_news() -> None:
    assert "Nothing is burning" in lists.incidents([], "open").text


def test_found_runbooks_can_be_started_in_an_incident_and_not_without_one() -> None:
    found = [RunbookMatch(f"{number}.md", f"Book {number}", "its title fits") for number in range(9)]
    inside = lists.matches(an_incident(), found, "kafka")
    outside = lists.matches(None, found, "kafka")

    assert_slack_takes(inside)
    assert_slack_takes(outside)
    assert pressable(inside) == ["Start"] * 6
    assert pressable(outside) == []
    assert "and 3 more" in words(inside)
    assert "No runbook fits" in lists.matches(None, [], "<!here>").text
    assert_slack_takes(lists.matches(None, [], "<!here>"))


def test_the_steps_of_a_run_show_what_became_of_each() -> None:
    run = walking(a_runbook(), commands.FinishStep(ANA, "r", "s1", "failed", "no such pod")).runs["r"]
    told = lists.steps(run)

    assert_slack_takes(told)
    assert ":x: Did not work by <@U0ANA>  1. Do thing 1: no such pod" in words(told)


def test_the_stages_show_where_it_stands() -> None:
    told = lists.stages(after(an_incident(), commands.Acknowledge(BO)))

    assert_slack_takes(told)
    assert ":point_right: Acknowledgment" in words(told)
    assert IM_CHAT.workflows["incident"][0].label in words(told)


@given(st.text(max_size=400), st.integers(min_value=1, max_value=100))
def test_cut_text_ends_in_no_half_entity_or_mention(text: str, limit: int) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + " <@U0ANA>" * 20
    cut = cut_mrkdwn(escaped, limit)

    assert len(cut) <= limit
    assert cut.count("<") == cut.count(">")


def test_what_does_not_fit_is_said_and_the_end_stays() -> None:
    end = [section("the end")]
    kept = fit([section("x" * 2900)] * 60, end)

    assert kept[-1] == end[0]
    assert size(kept) <= 13_000
    assert kept[-2] == context("There is more than fits here.")
    assert len(fit([section("x")] * 60, end)) == 50


@given(st.text(max_size=80))
def test_no_value_breaks_the_reading_of_a_button(text: str) -> None:
    assert isinstance(target(text), Target)
    assert target(Target("i", "r", "s", text).value) == Target("i", "r", "s", text)
