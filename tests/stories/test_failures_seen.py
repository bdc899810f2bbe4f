"""Vendors in trouble: a person sees each failure with a way on, nothing is lost, and nothing is told twice."""

from pathlib import Path

import pytest

from incidentbot.core.policy import RoomKind, State
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.profiles import PEOPLE
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story

AWAY = Fault(Failure.STATUS, status=503)
IN_TROUBLE = "PagerDuty is in trouble (it answered 503)."
LINE = "declare sev1 checkout is down"


async def own_lines(story: Story) -> list[str]:
    """What the bot said in the room, without the card."""
    return (await story.said())[1:]


async def test_a_pagerduty_that_is_away_is_told_once_tried_on_and_told_again_when_it_took_the_page(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        story.workspace.pagerduty.faults.plan("POST /incidents", AWAY, times=7)
        await story.slack(LINE)
        await story.fast_forward(minutes=4)

        assert await own_lines(story) == [
            f":warning: The on-call primary is not paged yet: {IN_TROUBLE} I keep trying. Call <@U0ANA> by voice.",
            "The on-call primary was paged, 1 min 11 s late.",
        ]
        assert story.rung == ["ana"]
        assert "did not work" not in words(await story.card())


async def test_a_key_that_pagerduty_does_not_know_is_named_with_a_retry_that_tries_again(tmp_path: Path):
    wiring = {"PAGERDUTY_ROUTING_KEY": "0" * 32}
    async with a_story(tmp_path, paging="events", wiring=wiring) as story:
        await story.slack(LINE)
        sentence = "PagerDuty does not know this routing key. Check PAGERDUTY_ROUTING_KEY."
        on = "Now the on-call secondary is paged."
        assert await own_lines(story) == [
            f":warning: Paging the on-call primary did not work: {sentence} {on} Call <@U0ANA> by voice.",
            f":warning: Paging the on-call secondary did not work: {sentence} Call <@U0BO> by voice.",
        ]
        card = await story.card()
        assert f"*Paging the on-call primary* did not work: {sentence}" in words(card)
        assert ":warning: on-call primary could not be paged, 2026-11-23 14:00 UTC" in words(card)
        asked = len(story.workspace.pagerduty.calls)

        await story.press(card, names.RETRY, by="dee")
        assert await story.whispered("dee", card.channel, "Trying again.")
        assert len(story.workspace.pagerduty.calls) == asked + 1
        assert names.RETRY in buttons(card)


async def test_a_channel_that_may_not_be_made_becomes_a_thread_in_which_everything_goes_on(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.slack.granted_scopes.discard("channels:manage")
        story.workspace.slack.granted_scopes.add("channels:write.topic")
        await story.slack(LINE)

        incident = await story.incident()
        assert incident.room.kind is RoomKind.THREAD
        assert any("This thread is the room instead." in one.text for one in story.posted("#incidents"))
        assert story.rung == ["ana"]
        await story.press(await story.card(), names.ACK, by="bo")
        assert (await story.slack("resolve INC-1 a restart")).text == (
            "INC-1 is resolved. A post-mortem is due: `/incident postmortem` drafts it."
        )


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("chat.postMessage", Fault(Failure.STATUS, status=429, retry_after_s=7)),
        ("chat.postMessage", Fault(Failure.STATUS, status=500)),
        ("chat.postMessage", Fault(Failure.CUT_BEFORE)),
        ("chat.postMessage", Fault(Failure.CUT_AFTER)),
        ("chat.update", Fault(Failure.CUT_AFTER)),
        ("conversations.create", Fault(Failure.CUT_AFTER)),
        ("conversations.create", Fault(Failure.STATUS, status=500)),
        ("conversations.invite", Fault(Failure.CUT_AFTER)),
        ("pins.add", Fault(Failure.CUT_AFTER)),
        ("*", Fault(Failure.STATUS, status=500)),
    ],
)
async def test_a_slack_in_short_trouble_gets_each_thing_once_and_the_phone_rings_all_the_same(
    tmp_path: Path, method: str, fault: Fault
):
    async with a_story(tmp_path) as story:
        story.workspace.slack.faults.plan(method, fault, times=3)
        await story.slack(LINE)
        assert story.rung == ["ana"]
        await story.fast_forward(seconds=15)
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(seconds=15)

        slack = story.workspace.slack.workspace
        room = slack.channel(await story.room_id())
        assert len([one for one in slack.channels.values() if one.name.startswith("inc-1-")]) == 1
        assert await own_lines(story) == ["<@U0BO> acknowledged after 15 s. Escalation stops."]
        assert [len(story.posted(name)) for name in ("#incidents", "#on-call")] == [1, 1]
        assert [pin.ts for pin in room.pins] == [(await story.card()).ts]
        assert {"U0ANA", "U0DEE"} <= set(room.members)
        assert "<@U0BO>, 2026-11-23 14:00 UTC" in words(await story.card())
        assert (await story.incident()).failures == {}


async def test_a_room_that_is_late_is_said_in_the_incidents_channel_and_corrected_there_once_it_stands(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        story.workspace.slack.faults.plan("conversations.create", AWAY, times=7)
        answer = await story.slack(LINE)
        assert "is being made; you are invited as soon as it stands." in answer.text
        await story.fast_forward(seconds=40)
        (line,) = story.posted("#incidents")
        late = (
            ":warning: Opening the room did not work: Slack has trouble of its own (HTTP 503). Still trying."
        )
        assert late in words(line)
        await story.slack("ack INC-1", by="bo")
        assert "Open, acknowledged" in words(line)
        await story.fast_forward(minutes=2)

        assert story.posted("#incidents") == [line]
        assert "did not work" not in words(line)
        assert f"<#{await story.room_id()}>" in words(line)
        room = story.workspace.slack.workspace.channel(await story.room_id())
        assert {"U0ANA", "U0BO", "U0DEE"} <= set(room.members)


async def test_a_missing_incidents_channel_is_named_with_a_retry_that_works_once_it_is_there(tmp_path: Path):
    async with a_story(tmp_path, wiring={}) as story:
        incidents = story.workspace.slack.workspace.channel("#incidents")
        incidents.name = "elsewhere"
        story.house.slack._channels._ids.clear()
        await story.slack(LINE)
        line = story.newest(await story.room_id(), names.RETRY)
        assert line.text == (
            ":warning: Announcing the incident did not work: There is no channel #incidents. "
            "Create it or change `channels.incidents`, then press Retry."
        )
        incidents.name = "incidents"
        await story.press(line, names.RETRY, by="dee")

        assert [one.text for one in story.posted("#incidents")] == ["P0 INC-1: checkout is down"]
        assert (await story.incident()).failures == {}


async def test_a_shift_that_nobody_has_is_said_and_the_next_is_rung_at_once_and_once(tmp_path: Path):
    team = tmp_path / "gap.yaml"
    rows = [f"  {role}: {{slack: [U0{name.upper()}]}}" for role, name in zip(ROLES, PEOPLE, strict=True)]
    rows[0] = "  on_call_primary: {slack: [U0ANA], pagerduty: {schedule: PSCHED1}}"
    team.write_text(
        "\n".join(["schema: 1", "pagerduty: {service: PSVC001}", "roles:", *rows]) + "\n", encoding="utf-8"
    )
    async with a_story(tmp_path, wiring={"INCIDENTBOT_TEAM": str(team)}) as story:
        story.workspace.pagerduty.account.put_on_call("PSCHED1", [])
        await story.restart()
        await story.slack(LINE)
        assert story.rung == ["bo"]
        (line,) = await own_lines(story)
        assert "Nobody is on call in PagerDuty's schedule of the on-call primary." in line
        assert "Now the on-call secondary is paged. Call <@U0ANA> by voice." in line
        assert "on-call primary could not be paged" in words(await story.card())
        await story.fast_forward(minutes=15)
        assert story.rung == ["bo"]
        assert "*Next:* team lead (Chi) is paged 2026-11-23 14:30 UTC" in words(await story.card())
        await story.fast_forward(minutes=15)

        assert story.rung == ["bo", "chi"]


ROLES = ("on_call_primary", "on_call_secondary", "team_lead", "engineering_manager", "vp_engineering")


async def test_with_a_routing_key_alone_the_card_says_what_it_cannot_hear_and_whom_it_cannot_reach(
    tmp_path: Path,
):
    async with a_story(tmp_path, paging="events") as story:
        await story.slack(LINE)

        shown = words(await story.card())
        assert ":ear: Acknowledge here: an ack made on the phone is not heard (routing key only)." in shown
        assert (
            ":no_bell: Without a routing key of their own, paging on-call secondary, team lead, engineering manager, "
            "VP engineering rings the on-call primary again." in shown
        )
        assert story.rung == ["ana"]


async def test_with_no_pager_at_all_the_card_says_so_and_nothing_claims_to_page(tmp_path: Path):
    async with a_story(tmp_path, paging="") as story:
        await story.slack(LINE)
        await story.fast_forward(minutes=15)

        shown = words(await story.card())
        assert ":no_bell: Paging is off: no PagerDuty keys. Call people yourself." in shown
        assert "*Next:* team lead is called into the room 2026-11-23 14:30 UTC" in shown
        assert [one.text for one in story.posted("#on-call")] == [
            "Calling in the on-call primary for INC-1 (P0): checkout is down",
            "Calling in the on-call secondary for INC-1 (P0): checkout is down",
        ]
        assert "U0BO" in story.workspace.slack.workspace.channel(await story.room_id()).members
        assert not (await story.incident()).reached(State.ACKNOWLEDGED)


async def test_a_room_that_somebody_archived_is_said_in_the_incidents_channel_and_nothing_storms(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        story.workspace.slack.workspace.channel(await story.room_id()).is_archived = True
        calls = len(story.workspace.slack.calls)
        assert (await story.slack("ack INC-1", by="bo")).text == "You have INC-1. Escalation stops."
        await story.slack("mitigate INC-1 restarted", by="bo")

        (announced,) = story.posted("#incidents")
        assert (
            ":warning: The room does not show what happens: "
            "The channel is archived. Unarchive it to go on there." in words(announced)
        )
        assert len(story.workspace.slack.calls) - calls < 30
        assert (await story.incident()).reached(State.MITIGATED)
