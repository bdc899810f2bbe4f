"""The main story: declare, page, breach, climb, answer the phone, say where it stands, resolve, review, come back."""

from pathlib import Path

import aiohttp

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Status
from incidentbot.core.policy import State
from incidentbot.slack import names
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story


async def declared(story: Story) -> None:
    """Dee declares in #general."""
    await story.slack("declare sev1 checkout is down", by="dee")


async def test_one_line_gives_a_receipt_a_ringing_phone_a_room_with_its_card_and_an_announcement(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        answer = await story.slack("declare sev1 checkout is down", by="dee")

        incident, slack = await story.incident(), story.workspace.slack.workspace
        room = slack.channel(await story.room_id())
        assert answer.text == (
            f"INC-1 (P0) is declared: checkout is down. `#{incident.room.name}` is being made; "
            "you are invited as soon as it stands."
        )
        assert story.rung == ["ana"]
        assert {"U0ANA", "U0DEE"} <= set(room.members)
        assert room.topic.value == "P0 INC-1 · Open, not acknowledged · checkout is down"
        assert [pin.ts for pin in room.pins] == [(await story.card()).ts]
        assert [one.text for one in story.posted("#incidents")] == ["P0 INC-1: checkout is down"]
        assert [one.text for one in story.posted("#on-call")] == [
            "Paging the on-call primary for INC-1 (P0): checkout is down"
        ]


async def test_the_card_says_who_is_paged_who_is_next_by_when_and_what_is_not_connected(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)

        shown = words(await story.card())
        assert "nobody yet, due 2026-11-23 14:05 UTC" in shown
        assert ":pager: Ana is paged since 2026-11-23 14:00 UTC" in shown
        assert (
            "*Next:* on-call secondary (Bo) is paged 2026-11-23 14:15 UTC, unless somebody acknowledges."
            in shown
        )
        assert ":no_bell: Not connected yet: email." in shown
        assert buttons(await story.card())[names.ACK] == "Acknowledge"


async def test_the_ladder_climbs_until_somebody_answers_a_phone_and_stops_then(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        card = await story.card()
        await story.fast_forward(minutes=5)
        assert ":rotating_light: Nobody has acknowledged INC-1 within 5 min." in await story.said()
        await story.fast_forward(minutes=10)
        assert story.rung == ["ana", "bo"]
        await story.fast_forward(minutes=2)

        await story.answer_phone("bo")
        await story.fast_forward(hours=2)

        acks = [one.fact for one in await story.facts() if one.fact.kind is FactKind.ACKNOWLEDGED]
        assert [(ack.by, ack.data["via"]) for ack in acks] == [("U0BO", "pagerduty")]
        assert story.rung == ["ana", "bo"]
        assert "<@U0BO>, 2026-11-23 14:17 UTC" in words(card)
        assert names.ACK not in buttons(card)
        assert (await story.card()).ts == card.ts
        assert (
            "<@U0BO> acknowledged in PagerDuty after 17 min, 12 min late. Escalation stops."
            in await story.said()
        )


async def test_card_topic_and_announcement_are_kept_up_to_date_in_place(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        card, (announced,) = await story.card(), story.posted("#incidents")
        for line in ("ack", "lead @ana", "update we roll back the proxy", "mitigate rolled back"):
            await story.room(line)

        room = story.workspace.slack.workspace.channel(await story.room_id())
        assert [one.ts for one in story.posted("#incidents")] == [announced.ts]
        assert [pin.ts for pin in room.pins] == [card.ts] == [(await story.card()).ts]
        assert room.topic.value == "P0 INC-1 · Open, mitigated · checkout is down"
        for seen in (words(card), words(announced)):
            assert "<@U0ANA>" in seen
            assert "mitigated" in seen
            assert "*Last update* (2026-11-23 14:00 UTC): we roll back the proxy" in seen


async def test_what_people_say_stands_on_card_timeline_and_in_the_room(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        said = {
            "ack": "You have INC-1. Escalation stops.",
            "impact cards are refused --users many --data-at-risk": "The impact is noted.",
            "note the deploy began at 08:40": "It is on the timeline under ",
            "severity p1 fewer than we thought": "Done. <@U0DEE> changed P0 to P1: fewer than we thought",
            "stage next": "Done. <@U0DEE> moved to Triage.",
            "lead": "<@U0DEE> is the lead now.",
            "handover @ana": "<@U0ANA> is the lead now, taking over from <@U0DEE>.",
            "role comms @bo": "<@U0BO> is the comms now.",
        }
        for line, expected in said.items():
            assert ((await story.room(line)).text or "").startswith(expected), line

        incident = await story.incident()
        assert (incident.state, incident.roles) == (State.TRIAGED, {"lead": "U0ANA", "comms": "U0BO"})
        shown = words(await story.card())
        assert "*Impact:* cards are refused :warning: data at risk" in shown
        assert "P1 INC-1" in shown
        timeline = words(await story.room("timeline"))
        assert timeline.index("13:40 UTC  the deploy began") < timeline.index("14:00 UTC  <@U0DEE> declared")


async def test_it_is_resolved_reviewed_closed_and_comes_back(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        await story.room("ack")
        resolved = await story.room("resolve rolled back the proxy, verified by @bo")
        assert resolved.text == "INC-1 is resolved. A post-mortem is due: `/incident postmortem` drafts it."
        assert "<@U0DEE> resolved it: rolled back the proxy. Verified by <@U0BO>." in await story.said()
        assert buttons(await story.card()) == {
            names.POSTMORTEM: "Post-mortem",
            names.REOPEN: "Reopen",
            names.CLOSE: "Close",
        }
        assert [one.status for one in story.workspace.pagerduty.incidents] == ["resolved"]

        assert "needs its post-mortem first" in ((await story.room("close")).text or "")
        await story.room("review publish")
        assert (await story.room("close")).text == "Done. <@U0DEE> closed INC-1."
        assert (await story.incident()).status is Status.CLOSED
        assert (await story.room("ack")).text == (
            "INC-1 was closed <!date^1795442400^{date_short_pretty} at {time}|2026-11-23 at 14:00 UTC>. If it is back, use `/incident reopen` and say why."
        )
        assert "Say why INC-1 is open again" in ((await story.room("reopen")).text or "")
        await story.room("reopen errors are back")

        assert (await story.incident()).epoch == 2
        assert story.rung == ["ana", "ana"]


async def test_the_draft_of_the_post_mortem_holds_the_right_times(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        await story.fast_forward(minutes=4)
        await story.answer_phone("ana")
        await story.fast_forward(minutes=16)
        await story.room("mitigate rolled back", by="ana")
        await story.fast_forward(minutes=10)
        await story.room("resolve rolled back, verified by @bo", by="ana")

        link = (await story.room("postmortem", by="ana")).text or ""
        assert "|The draft of INC-1> is ready." in link
        url = link[link.index("<") + 1 : link.index("|")]
        async with (
            aiohttp.ClientSession() as session,
            session.get(url) as page,
            session.get(f"{url.partition('?')[0]}.md") as md,
        ):
            assert (page.status, md.status) == (200, 200)
            html, draft = await page.text(), await md.text()
        assert "Time to acknowledge" in html
        for row in (
            "| Team knew | 2026-11-23 14:00:00 UTC | fact:",
            "| First acknowledged | 2026-11-23 14:04:00 UTC | fact:",
            "| Customers no longer felt it | 2026-11-23 14:20:00 UTC | fact:",
            "| Resolved | 2026-11-23 14:30:00 UTC | fact:",
            "| Time to acknowledge | 4 min |",
            "| Time to mitigate | 20 min |",
            "| Time to resolve | 30 min |",
        ):
            assert row in draft


async def test_lists_status_and_help_answer_anywhere(tmp_path: Path):
    async with a_story(tmp_path) as story:
        assert (await story.slack("list")).text == "Nothing is burning: no incident is open."
        await declared(story)
        await story.slack("declare sev3 the map is slow", by="bo")

        listed = await story.slack("list")
        assert listed.text == "2 incidents"
        assert (
            words(listed).splitlines()[0].startswith(":large_yellow_circle: *P2 INC-2* the map is slow: open")
        )
        assert "INC-1" in words(await story.slack("status"))
        assert (
            await story.slack("status INC-2")
        ).text == "P2 INC-2: the map is slow (Open, not acknowledged)"
        assert (await story.slack("list mine", by="bo")).text == "1 incident"
        told = words(await story.slack("help"))
        assert "`/incident ack [words]`  You have it; escalation stops." in told
        assert "*P0* Critical: `sev1`" in told


async def test_an_update_is_asked_for_at_the_levels_own_pace_until_it_is_over(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await declared(story)
        await story.room("ack")
        await story.room("lead @ana")
        await story.fast_forward(minutes=30)
        question = story.newest(await story.room_id(), names.UPDATE)
        await story.press(question, names.UPDATE, by="ana")
        await story.submit("ana", text="we found it")
        await story.fast_forward(minutes=31)
        await story.room("resolve fixed")
        await story.fast_forward(hours=3)

        assert await story.told("update_overdue") == [
            "<@U0ANA>, an update is due: there is none yet after 30 min. Use `/incident update`.",
            "<@U0ANA>, an update is due: the last one is 30 min old. Use `/incident update`.",
        ]
