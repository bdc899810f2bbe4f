"""Acks that grow old, and acks that it takes several people to give: in the room, directly, and on the phones."""

from pathlib import Path

import pytest

from incidentbot.core.policy import State
from incidentbot.pagerduty.paging.bodies import key_of
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story

EXPIRES = "severities: {P0: {ack: {expires: 30m}}}"
TWO = "severities: {P0: {ack: {people: 2}}}"


async def asked_ana(story: Story) -> None:
    """Half an hour after Ana's ack."""
    await story.slack("declare sev1 checkout is down")
    await story.room("ack", by="ana")
    await story.fast_forward(minutes=30)


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_an_ack_that_nobody_stands_by_is_taken_back_and_phones_ring_again(
    tmp_path: Path, paging: str
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES), paging=paging) as story:
        await asked_ana(story)
        question = story.newest(await story.room_id(), names.STILL_ON_IT)
        assert buttons(question) == {
            names.STILL_ON_IT: "Still on it",
            names.HAND_OVER: "Hand over: page next",
        }
        direct = story.workspace.slack.workspace.direct_message("U0ANA")
        last = list(direct.messages.values())[-1]
        assert names.STILL_ON_IT in buttons(last)
        assert "Still on it?" in words(last)
        assert "asked whether still on it" in words(await story.card())
        rung = len(story.rung)

        await story.fast_forward(minutes=5)

        assert len(story.rung) == rung + 1
        assert (await story.told("ack_taken_back")) == [
            "<@U0ANA> did not answer for 5 min: the acknowledgement is taken back. The ladder starts again."
        ]
        assert "nobody yet, due" in words(await story.card())
        await story.fast_forward(minutes=15)
        assert len(story.rung) == rung + 2


async def test_the_phone_that_rings_again_can_answer_again(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await asked_ana(story)
        await story.fast_forward(minutes=5)
        assert story.rung == ["ana", "ana"]
        await story.answer_phone("ana")

        assert (await story.incident()).reached(State.ACKNOWLEDGED)
        await story.room("resolve rolled back", by="ana")
        incident, duty = await story.incident(), story.workspace.pagerduty
        rang = [one for epoch in (1, 2) for one in duty.incidents.of_key(key_of(incident, epoch))]
        assert [str(one.status) for one in rang] == ["resolved", "resolved"]


async def test_a_press_in_the_direct_message_is_an_answer(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await asked_ana(story)
        direct = story.workspace.slack.workspace.direct_message("U0ANA")
        await story.press(list(direct.messages.values())[-1], names.STILL_ON_IT, by="ana")
        await story.fast_forward(minutes=29)

        assert story.rung == ["ana"]
        assert "<@U0ANA> is still on it." in await story.said()
        assert "asked whether" not in words(await story.card())


async def test_a_message_in_the_room_is_an_answer_before_and_after_the_question(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.room("ack", by="ana")
        await story.fast_forward(minutes=20)
        room = await story.room_id()
        await story.say("the pool is exhausted, I am on it", by="ana", channel=room)
        await story.fast_forward(minutes=29)
        assert await story.told("asked") == []

        await story.fast_forward(minutes=2)
        assert len(await story.told("asked")) == 1
        await story.say("yes, nearly there", by="ana", channel=room)
        await story.fast_forward(minutes=10)

        assert await story.told("ack_taken_back") == []
        assert story.rung == ["ana"]


async def test_hand_over_pages_the_next_until_somebody_has_it(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await asked_ana(story)
        question = story.newest(await story.room_id(), names.HAND_OVER)
        await story.press(question, names.HAND_OVER, by="ana")
        assert story.rung == ["ana", "bo"]
        await story.fast_forward(minutes=15)
        assert story.rung == ["ana", "bo", "chi"]
        await story.answer_phone("chi")

        assert "<@U0CHI> acknowledged and takes over." in await story.said()
        assert "<@U0CHI>" in words(await story.card()).split("*Acknowledged*\n")[1].splitlines()[0]


async def test_a_restart_in_the_middle_of_the_question_takes_the_ack_back_once(tmp_path: Path) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await asked_ana(story)
        await story.restart()
        await story.fast_forward(minutes=6)

        assert len(await story.told("ack_taken_back")) == 1
        assert story.rung == ["ana", "ana"]


@pytest.mark.parametrize("paging", ["rest", "events"])
async def test_the_pages_go_on_until_two_people_have_acknowledged(tmp_path: Path, paging: str) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, TWO), paging=paging) as story:
        await story.slack("declare sev1 checkout is down")
        await story.press(await story.card(), names.ACK, by="ana")
        card = words(await story.card())
        assert "1 of 2: <@U0ANA>; due " in card
        assert names.ACK in buttons(await story.card())
        await story.fast_forward(minutes=15)
        assert len(story.rung) == 2

        await story.press(await story.card(), names.ACK, by="bo")
        await story.fast_forward(hours=1)

        assert len(story.rung) == 2
        shown = words(await story.card()).split("*Acknowledged*\n")[1].splitlines()[0]
        assert shown.startswith("<@U0BO>, ")
        assert shown.endswith("<@U0ANA>")


async def test_one_ack_on_a_phone_keeps_nobody_elses_from_ringing_where_two_are_needed(
    tmp_path: Path,
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, TWO)) as story:
        await story.slack("declare sev1 checkout is down")
        await story.answer_phone("ana")
        await story.fast_forward(minutes=15)
        assert story.rung == ["ana", "bo"]

        await story.answer_phone("bo")

        assert (await story.incident()).reached(State.ACKNOWLEDGED)
        assert (await story.told("acknowledged"))[-1].startswith("<@U0BO> acknowledged in PagerDuty after ")


ENDS = {
    "by a press": ("press", "Answered by <@U0ANA>."),
    "by words in the room": ("stage triage", "Answered by <@U0ANA>."),
    "by handing over": ("hand over", "Answered by <@U0ANA>."),
    "by nobody": ("", "The acknowledgement was taken back, and the ladder has begun again."),
    "by the end of it": ("resolve rolled back", "INC-1 is mitigated: there is nothing to answer any more."),
}


@pytest.mark.parametrize(("answer", "sentence"), ENDS.values(), ids=ENDS)
async def test_a_direct_question_that_is_over_says_so_and_has_no_button_any_more(
    tmp_path: Path, answer: str, sentence: str
) -> None:
    async with a_story(tmp_path, policy=profile_of(tmp_path, EXPIRES)) as story:
        await asked_ana(story)
        direct = story.workspace.slack.workspace.direct_message("U0ANA")
        asked = next(one for one in direct.messages.values() if names.STILL_ON_IT in buttons(one))
        pressed = {"press": names.STILL_ON_IT, "hand over": names.HAND_OVER}.get(answer)
        if pressed:
            await story.press(asked, pressed, by="ana")
        elif answer:
            await story.room(answer, by="ana")
        else:
            await story.fast_forward(minutes=5)

        left = direct.messages[asked.ts]
        assert buttons(left) == {}
        assert sentence in words(left)
        written = [one for one in direct.messages.values() if "Still on it?" in words(one)]
        assert written == []
