"""Incidents that have a thread instead of a channel, and incidents that have no room at all."""

from pathlib import Path

from incidentbot.core.incident import Status
from incidentbot.slack import names
from tests.stories.profiles import a_story_of
from tests.stories.seen import buttons, words


async def test_an_incident_in_a_thread_is_told_under_its_card_in_the_incidents_channel(tmp_path: Path):
    async with a_story_of("im-chat", tmp_path) as story:
        answer = await story.slack("declare p3 an icon is blurred")
        assert answer.text == (
            "INC-1 (P3) is declared: an icon is blurred. It is followed in a thread of the incidents channel."
        )
        card = await story.card()
        assert card.text == "P3 INC-1: an icon is blurred (Open, not acknowledged)"

        await story.press(card, names.ACK, by="bo")
        await story.slack("resolve INC-1 a sharper icon", by="bo")

        assert card.thread_ts is None
        under = [
            one.text for one in story.posted("#incidents") if one.thread_ts == card.ts and one is not card
        ]
        assert under == [
            ":question: Should the on-call primary be called in?",
            "<@U0BO> acknowledged after 0 s. Escalation stops.",
            "<@U0BO> resolved it: a sharper icon.",
        ]
        assert card.text == "P3 INC-1: an icon is blurred (Resolved)"
        assert names.CLOSE in buttons(card)


async def test_what_is_written_in_the_thread_is_kept_for_the_draft(tmp_path: Path):
    async with a_story_of("im-chat", tmp_path) as story:
        await story.slack("declare p3 an icon is blurred")
        card = await story.card()
        await story.say("it is the new font", by="bo", channel="#incidents", thread_ts=card.ts)
        await story.say("lunch?", by="bo", channel="#incidents")

        kept = [
            one.text
            for one in await story.house.store.messages((await story.incident()).id)
            if one.user == "U0BO"
        ]
        assert kept == ["it is the new font"]


async def test_an_incident_without_a_room_lives_by_its_number(tmp_path: Path):
    async with a_story_of("mapme", tmp_path) as story:
        answer = await story.slack("declare sev4 a typo on the map")
        assert "P3 has no room in this profile: it is recorded in `/incident list`." in (answer.text or "")
        assert "INC-1" in words(await story.slack("list"))
        assert (
            await story.slack("status INC-1")
        ).text == "P3 INC-1: a typo on the map (Open, not acknowledged)"

        assert (await story.slack("ack INC-1")).text == "You have INC-1. Escalation stops."
        assert (await story.slack("note INC-1 it is only in the legend")).text == "It is on the timeline."
        refused = await story.slack("runbook start database outage INC-1")
        assert refused.text == "INC-1 has no room to walk a runbook in. Raise its severity first."
        await story.slack("resolve INC-1 fixed the legend")
        await story.fast_forward(days=1)

        assert (await story.incident()).status is Status.RESOLVED
        assert [one for name in ("#incidents", "#on-call", "#general") for one in story.posted(name)] == []
        assert story.rung == []


async def test_an_incident_without_a_room_that_turns_bad_pages_as_its_new_level_does(tmp_path: Path):
    async with a_story_of("mapme", tmp_path) as story:
        await story.slack("declare sev4 a typo on the map")
        answer = await story.slack("severity INC-1 sev1 the whole map is upside down")

        assert answer.text == "Done. <@U0DEE> changed P3 to P0: the whole map is upside down"
        assert story.rung == ["ana"]
