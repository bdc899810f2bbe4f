"""What the five teams' documents promise, seen in Slack and heard on phones. The numbers are the checks of their profiles."""

from pathlib import Path

import pytest

from incidentbot.core.policy import Severity
from incidentbot.slack import names
from tests.stories.profiles import FIVE, a_story_of
from tests.stories.seen import buttons, words


@pytest.mark.parametrize(
    ("profile", "minutes"),
    [("mapme", 5), ("gocarbontracker", 15), ("im-chat", 5), ("boat-listing", 5), ("missing-table", 5)],
)
async def test_check_1_sev1_pages_at_once_and_is_late_when_the_team_says_so(
    tmp_path: Path, profile: str, minutes: int
):
    async with a_story_of(profile, tmp_path) as story:
        answer = await story.slack("declare sev1 checkout is down")
        assert (answer.text or "").startswith("INC-1 (P0) is declared")
        assert story.rung == ["ana"]
        assert f"nobody yet, due 2026-11-23 14:{minutes:02} UTC" in words(await story.card())

        await story.fast_forward(minutes=minutes, seconds=-1)
        assert await story.told("breached") == []
        await story.fast_forward(seconds=1)
        assert await story.told("breached") == [f"Nobody has acknowledged INC-1 within {minutes} min."]


@pytest.mark.parametrize("profile", FIVE)
async def test_check_2_p1_is_not_sev1_and_a_digit_alone_is_refused_with_both_readings(
    tmp_path: Path, profile: str
):
    async with a_story_of(profile, tmp_path) as story:
        refused = await story.slack("declare 1")
        assert refused.text == '"1" could be `sev1` (P0) or `p1` (P1). Type `sev1` or `p1`.'
        await story.slack("declare sev1 checkout is down")
        await story.slack("declare p1 checkout is slow")

        assert (await story.incident(1)).severity is Severity.P0
        assert (await story.incident(2)).severity is Severity.P1


async def test_check_3_the_chat_systems_p0_climbs_its_chain_of_five_and_then_says_it_has_ended(
    tmp_path: Path,
):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(hours=2)

        assert story.rung == ["ana", "bo", "chi", "dee", "eli"]
        rings = [
            (ring.at - story.workspace.pagerduty.phone.rings[0].at)
            for ring in story.workspace.pagerduty.phone.rings
        ]
        assert [round(one.total_seconds() / 60) for one in rings] == [0, 15, 30, 45, 60]
        (ended,) = await story.told("ladder_ended")
        assert "Call somebody by voice." in ended


async def test_check_3_an_ack_a_second_before_the_rung_stops_the_chat_systems_ladder(tmp_path: Path):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=14, seconds=59)
        await story.room("ack", by="ana")
        await story.fast_forward(hours=2)

        assert story.rung == ["ana"]


async def test_check_3_an_ack_on_the_very_deadline_counts_as_late(tmp_path: Path):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=5)
        await story.room("ack", by="ana")

        (acked,) = await story.told("acknowledged")
        assert acked == "<@U0ANA> acknowledged after 5 min, on the very deadline, which counts as late."


@pytest.mark.parametrize(("profile", "rung"), [("gocarbontracker", ["ana", "bo"]), ("im-chat", ["ana"])])
async def test_check_4_a_p1_that_is_answered_but_not_resolved_climbs_where_the_team_says_so(
    tmp_path: Path, profile: str, rung: list[str]
):
    async with a_story_of(profile, tmp_path) as story:
        await story.slack("declare p1 checkout is slow")
        await story.fast_forward(minutes=10)
        await story.room("ack", by="ana")
        await story.fast_forward(minutes=21)

        assert story.rung == rung


async def test_check_6_a_p2_of_gocarbontracker_waits_for_many_users_and_escalates_once(tmp_path: Path):
    async with a_story_of("gocarbontracker", tmp_path) as story:
        await story.slack("declare p2 reports are late")
        await story.room("impact one customer wrote to us --users one")
        await story.fast_forward(days=2)
        assert await story.told("escalated") == []

        await story.room("impact three customers now --users many")
        assert len(await story.told("escalated")) == 1
        await story.room("impact even more --users many")
        await story.fast_forward(days=2)

        assert len(await story.told("escalated")) == 1
        room = story.workspace.slack.workspace.channel(await story.room_id())
        assert "U0ANA" in room.members
        assert story.rung == []


async def test_check_7_a_p3_of_gocarbontracker_open_for_eight_days_is_in_the_weekly_review(tmp_path: Path):
    async with a_story_of("gocarbontracker", tmp_path) as story:
        await story.fast_forward(days=6)  # to a Sunday
        await story.slack("declare p3 a typo in the footer")
        await story.fast_forward(days=8)

        listed = [one.text for one in story.posted("#incidents") if one.text.startswith("Still open")]
        assert listed == ["Still open after 7 d 19 h: INC-1 (P3) a typo in the footer"]
        assert story.rung == []


async def test_check_7_a_p2_of_the_chat_system_asks_after_two_hours_and_pages_nobody_until_pressed(
    tmp_path: Path,
):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.slack("declare p2 search is slow")
        await story.fast_forward(hours=2)
        assert (
            ":question: INC-1 has been open for 2 h. Should the on-call primary be called in?"
            in await story.said()
        )
        assert story.rung == []

        question = story.newest(await story.room_id(), names.ESCALATE_NOW)
        assert buttons(question) == {names.ESCALATE_NOW: "Escalate"}
        await story.press(question, names.ESCALATE_NOW, by="dee")
        assert story.rung == ["ana"]


async def test_check_8_a_p3_of_the_chat_system_on_a_saturday_is_answered_at_any_hour_and_escalated_on_monday(
    tmp_path: Path,
):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.fast_forward(days=5)
        await story.slack("declare p3 an icon is blurred")
        card = await story.card()
        assert "nobody yet, due 2026-11-28 18:00 UTC" in words(card)

        await story.press(card, names.ESCALATE, by="dee")
        refused = await story.submit("dee", why="no hurry")
        assert refused.errors == {
            "to": "P3 is escalated in business hours: next Monday 30 November, 09:00 UTC. "
            "If it cannot wait, name the role: /incident page on_call_primary why."
        }
        await story.fast_forward(hours=43)
        answer = await story.slack("escalate INC-1 now it is Monday", by="bo")
        assert answer.text == "Calling in Ana, the on-call primary."


@pytest.mark.parametrize(
    ("profile", "line", "word"),
    [
        ("im-chat", "p2 search is slow", "if you want one"),
        ("im-chat", "p1 search is down", "is due"),
        ("im-chat", "p3 a new index --kind emergency_maintenance", "is due"),
        ("mapme", "p2 tiles are slow", "is due"),
        ("gocarbontracker", "p2 reports are late", "is due"),
        ("missing-table", "p2 a table is missing", "is due"),
        ("boat-listing", "sev2 slow listings --kind degradation", "No post-mortem is asked for"),
    ],
)
async def test_check_9_a_post_mortem_is_asked_for_where_the_team_says_so(
    tmp_path: Path, profile: str, line: str, word: str
):
    async with a_story_of(profile, tmp_path) as story:
        await story.slack(f"declare {line}")

        assert word in ((await story.slack("resolve INC-1 done")).text or "")


@pytest.mark.parametrize(
    ("profile", "stages"),
    [
        ("mapme", ["Detection", "Assessment", "Response", "Resolution", "Post-Mortem"]),
        ("gocarbontracker", ["Alert triggered", "Assess severity", "Initial response"]),
        ("im-chat", ["Detection", "Acknowledgment", "Triage"]),
        ("boat-listing", ["", "Immediate response", "Investigation"]),
        ("missing-table", ["Detect", "Assess", "Respond"]),
    ],
)
async def test_one_script_walks_each_teams_own_stages(tmp_path: Path, profile: str, stages: list[str]):
    async with a_story_of(profile, tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        seen = []
        for _ in stages:
            shown = words(await story.card())
            seen.append(shown.split("*Stage*\n")[1].splitlines()[0] if "*Stage*" in shown else "")
            await story.room("stage next")

        assert seen == stages
