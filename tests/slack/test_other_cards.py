"""Lines in the room, the announcement, the runbook's card and the lists."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core import commands
from incidentbot.core.effects import Notice, Say
from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.policy import Severity
from incidentbot.core.runbooks import run_commands
from incidentbot.flows.ports import RunbookMatch
from incidentbot.policies.loader import load
from incidentbot.slack import names
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.announcement import announcement
from incidentbot.slack.cards.blocks import context, cut_mrkdwn, fit, section, size
from incidentbot.slack.cards.help import command_help
from incidentbot.slack.cards.notices import mirrored, notice
from incidentbot.slack.names import Target, target
from incidentbot.slack.slash_usage import MOMENTS, USAGE
from tests.slack.block_checks import assert_slack_takes, elements, pressable, words
from tests.slack.examples import ANA, BO, IM_CHAT, T0, TYPED, a_runbook, after, an_incident, walking

SHIPPED = sorted(Path("runbooks").glob("[a-z]*.md"))


@pytest.mark.parametrize(
    ("button", "label", "action", "extra"),
    [
        ("escalate", "Escalate", names.ESCALATE_NOW, ""),
        ("escalate:team_lead", "Escalate", names.ESCALATE_NOW, "team_lead"),
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


def test_what_is_over_names_no_stage_that_was_left_behind() -> None:
    acked = an_incident("checkout is down", Severity.P0, commands.Acknowledge(BO))
    resolved = after(acked, commands.Resolve(BO, "rolled back"))
    reviewed = after(resolved, commands.EnterStage(BO, "post-mortem"))

    assert "Open, acknowledged, Acknowledgment" in words(announcement(acked))
    assert "Acknowledgment" not in words(announcement(resolved))
    assert "Resolved, Post-Mortem" in words(announcement(reviewed))


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
    told = command_help(load(profile))

    assert_slack_takes(told)
    assert all(f"`{verb}`" in words(told) for verb in USAGE)
    assert "/incident declare [severity] [title]" in words(told)
    assert "`sev1`" in words(told)


def test_every_command_has_its_moment_and_each_topic_is_shown_alone() -> None:
    assert sorted(verb for verbs in MOMENTS.values() for verb in verbs) == sorted(USAGE)
    for topic in (*USAGE, *MOMENTS):
        told = command_help(load("im-chat"), topic)
        assert_slack_takes(told)
        assert "*Most used*" not in words(told)

    shown = words(command_help(load("im-chat"), "maintenance"))
    assert "`/incident maintenance plan sun 02:00 2h title`" in shown
    assert "`/incident maintenance end [M-1]`" in shown
    assert "declare" not in shown
    assert "`/incident review [start | publish" in words(command_help(load("im-chat"), "review"))


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
    run = walking(a_runbook(), run_commands.FinishStep(ANA, "r", "s1", "failed", "no such pod")).runs["r"]
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
