"""Private incidents: nobody knows of one but those who are called or invited, whatever is asked, listed, searched or shown."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from incidentbot.core.visibility import insiders
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.answers import NotThereError
from incidentbot.slack import names
from incidentbot.slack.slash_usage import USAGE
from tests.stories.seen import words
from tests.stories.story import Story, a_story

SECRET = "zebra"
LINE = f"declare sev1 {SECRET} keys are stolen --private"
STRANGER = "eli"
MORE = {
    "severity": "p2",
    "resolve": "done",
    "reopen": "why",
    "note": "a word",
    "update": "a word",
    "impact": "a word",
    "lead": "",
    "role": "comms",
    "handover": "<@U0ELI>",
    "snooze": "15m",
    "page": "team_lead",
    "action": "write a test",
}
"""What some verbs need to be understood."""


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """Dee has declared one in private: Ana is rung. Eli is a stranger."""
    async with a_story(tmp_path) as story:
        await story.slack(LINE)
        yield story


def public(story: Story) -> str:
    """All that was written where a stranger can read it."""
    slack = story.workspace.slack.workspace
    rooms = [room for room in slack.channels.values() if room.readable_by("U0ELI")]
    return json.dumps([[one.text, one.blocks] for room in rooms for one in room.messages.values()]) + repr(
        [(room.name, room.topic) for room in rooms]
    )


def everything(answer: object) -> str:
    return repr(answer)


async def test_it_has_a_private_channel_of_those_who_are_called_and_nothing_is_announced(story: Story):
    slack = story.workspace.slack.workspace
    room = slack.channel(await story.room_id())

    assert room.is_private
    assert {"U0DEE", "U0ANA"} <= set(room.members)
    assert "U0ELI" not in room.members
    assert story.rung == ["ana"]
    assert SECRET not in public(story)
    assert "INC-1" not in public(story)
    assert insiders(await story.incident()) == {"U0DEE", "U0ANA"}
    assert SECRET in words(await story.card())


async def test_phones_and_pagerduty_are_told_the_number_alone(story: Story):
    await story.room("note the zebra keys are rotated")
    await story.room("update the zebra keys are rotated")
    await story.fast_forward(minutes=16)

    assert story.rung == ["ana", "bo"]
    assert story.theirs.title == "[P0] private incident INC-1"
    assert SECRET not in json.dumps([call.body for call in story.duty.calls], default=str)
    assert SECRET in str(await story.told())


@pytest.mark.parametrize(
    "verb", [verb for verb in USAGE if verb not in {"declare", "drill", "doctor", "test-page"}]
)
async def test_a_stranger_reads_of_it_what_they_read_of_no_incident(story: Story, verb: str):
    ids = len(story.workspace.slack.calls)
    before = await story.incident()
    line = f"{verb} {{}} {MORE.get(verb, '')}".strip()
    asked = everything(await story.slack(line.format("INC-1"), by=STRANGER))
    other = everything(await story.slack(line.format("INC-77"), by=STRANGER))
    bare = everything(await story.slack(verb, by=STRANGER))

    def alike(text: str) -> str:
        return text.replace("INC-77", "INC-1")

    assert SECRET not in asked + bare
    assert (await story.room_id()) not in asked + bare
    assert _sentence(alike(other)) == _sentence(asked)
    assert await story.incident() == before
    assert len(story.workspace.slack.calls) - ids < 20


def _sentence(answer: str) -> str:
    """The answer without what differs from one request to the next."""
    return answer.partition("text=")[2].partition(", blocks")[0]


async def test_lists_the_home_and_buttons_show_it_to_those_in_it_and_to_nobody_else(story: Story):
    for which in ("list", "list all", "list mine", "status", "actions"):
        assert SECRET not in everything(await story.slack(which, by=STRANGER))
    for who in ("dee", "ana"):
        assert SECRET in everything(await story.slack("list", by=who))
        assert SECRET in everything(await story.slack("list mine", by=who))
    slack = story.workspace.slack
    homes = {}
    for who in (STRANGER, "ana"):
        await slack.open_home(who)
        homes[who] = json.dumps((await slack.until(lambda who=who: slack.home_of(who))).body)
    assert SECRET not in homes[STRANGER]
    assert SECRET in homes["ana"]
    card = await story.card()
    with pytest.raises(NotThereError):
        await slack.press(STRANGER, card.channel, card.ts, names.ACK)


async def test_a_stranger_who_declares_the_same_learns_nothing(story: Story):
    answer = everything(await story.slack(LINE.removesuffix(" --private"), by=STRANGER))
    again = everything(await story.slack(LINE, by="chi"))

    assert "INC-2" in answer
    assert "INC-3" in again
    assert [(await story.incident(number)).twins for number in (1, 2, 3)] == [(), (), ()]
    assert "INC-1" not in answer + again
    assert "INC-1" not in public(story)


async def test_the_same_person_declares_it_once(story: Story):
    assert "INC-1 already" in everything(await story.slack(LINE))


async def test_whoever_is_called_or_given_a_role_is_in_it_from_then_on(story: Story):
    assert SECRET not in everything(await story.slack("list", by="bo"))
    await story.fast_forward(minutes=16)
    assert SECRET in everything(await story.slack("list", by="bo"))

    await story.room("role comms <@U0ELI>")
    room = story.workspace.slack.workspace.channel(await story.room_id())
    assert "U0ELI" in room.members
    assert SECRET in everything(await story.slack("status INC-1", by=STRANGER))


async def test_a_level_that_is_judged_anew_and_a_digest_stay_in_the_room(story: Story):
    await story.slack("ack INC-1", by="ana")
    await story.room("severity p3 only old keys")
    await story.fast_forward(hours=24)
    await story.room("severity p0 no, live ones")
    await story.room("resolve keys rotated, verified by @ana")
    await story.room("reopen there are more")
    await story.fast_forward(minutes=5)

    incident = await story.incident()
    assert incident.private
    assert incident.room.announced_ts is None
    assert "INC-1" not in public(story)
    assert SECRET not in public(story)


async def test_a_level_without_a_room_has_one_all_the_same(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(f"declare sev4 {SECRET} --private")

        assert story.workspace.slack.workspace.channel(await story.room_id()).is_private
        assert SECRET not in public(story)


async def test_the_pages_show_it_to_those_in_it_and_to_nobody_else(story: Story):
    paths = [
        "/incidents",
        f"/incidents?q={SECRET}",
        "/incidents?q=INC-1",
        "/follow-ups",
        "/incidents/INC-1",
        "/incidents/INC-1/postmortem",
    ]
    for who, may in (("U0ELI", False), ("U0ANA", True)):
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            await (await session.get(await story.house.desk.board_link(who))).read()
            read = {}
            for path in paths:
                async with session.get(f"{story.house.local_url}{path}") as page:
                    read[path] = await page.text()
            assert (SECRET in read["/incidents"], SECRET in read["/incidents/INC-1"]) == (may, may)
            assert may or not any(f"{SECRET} keys" in page for page in read.values())


async def test_a_channel_that_cannot_be_made_is_told_to_those_in_it_and_no_thread_stands_in_for_it(
    tmp_path: Path,
):
    async with a_story(tmp_path) as story:
        story.workspace.slack.granted_scopes.discard("groups:write")
        await story.slack(LINE)

        slack = story.workspace.slack.workspace
        said = [one for one in slack.direct_message("U0DEE").messages.values() if one.by_bot]
        failed = next(one for one in said if "groups:write" in one.text)
        assert story.rung == ["ana"]
        assert SECRET not in public(story)
        assert "INC-1" not in public(story)

        story.workspace.slack.granted_scopes.add("groups:write")
        await story.press(failed, names.RETRY, by="dee")
        assert slack.channel(await story.room_id()).is_private


async def test_a_creation_that_was_not_heard_is_found_again(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.slack.faults.plan("conversations.create", Fault(Failure.CUT_AFTER))
        await story.slack(LINE)
        await story.fast_forward(minutes=1)

        rooms = [one for one in story.workspace.slack.workspace.channels.values() if one.is_private]
        assert [one.id for one in rooms] == [await story.room_id()]


async def test_what_is_said_in_its_room_is_kept(story: Story):
    await story.say("the quagga is loose", by="ana", channel=await story.room_id())
    await story.settled()

    messages = await story.house.store.messages((await story.incident()).id)
    assert "the quagga is loose" in [one.text for one in messages]


async def test_the_declare_form_has_a_box_for_it(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare")
        await story.submit("dee", title=f"{SECRET} again", severity="P0", options=["private"])

        assert (await story.incident()).private
        assert SECRET not in public(story)
