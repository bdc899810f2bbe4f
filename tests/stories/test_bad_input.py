"""What goes wrong at the keyboard: each slip one clear sentence, nothing half made, and nobody woken by mistake."""

import asyncio
import re
from pathlib import Path

import pytest

from incidentbot.flows.values import ListFilter
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.seen import buttons, words
from tests.stories.story import Story, a_story

ROOM_NAME = re.compile(r"[a-z0-9_-]{1,80}")
LEVELS = "There are: P0 (critical, sev1, severity 1); P1 (high, sev2, severity 2); P2 (medium, sev3, severity 3); P3 (low, sev4, severity 4)."

TOO_LONG = (
    "That title has 501 characters; 500 is the most. Nothing was declared: "
    "shorten it and put the rest into `/incident note`."
)
NO_KIND = (
    "There is no kind “storm”. The kinds are `incident`, `security`, `degradation`, `maintenance`, "
    "`emergency_maintenance`, `disaster`. Nothing was declared."
)
NO_UNACK = (
    "I do not know `un-acknowledge`. An acknowledgement is taken back in PagerDuty, and the ladder starts again; "
    "here `/incident escalate [role, @user or chain] [why]` calls somebody in. Nothing was changed."
)
NEAREST = (
    "I do not know `decalre`. Did you mean `/incident declare [severity] [title] [--private] [--kind security] "
    "[--no-page] [--drill]`? `/incident help` lists everything."
)


async def untouched(story: Story) -> bool:
    """Whether nothing was begun: no incident, no channel, no ring."""
    stored = await story.house.store.incidents(only=ListFilter("all"))
    made = [call for call in story.workspace.slack.calls if call.method == "conversations.create"]
    return not stored and not made and not story.rung


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("declare sev9 checkout is down", f'"sev9" is no severity here. {LEVELS}'),
        ("declare p7", f'"p7" is no severity here. {LEVELS}'),
        ("declare 1", '"1" could be `sev1` (P0) or `p1` (P1). Type `sev1` or `p1`.'),
        (
            f"declare sev1 {'x' * 501}",
            TOO_LONG,
        ),
        (
            "declare sev1 checkout is down --kind storm",
            NO_KIND,
        ),
        (
            "sev1 checkout is down",
            "To begin an incident, type `/incident declare sev1 checkout is down`. Nothing was declared.",
        ),
        ("ack", "Say which incident, like `/incident ack INC-7`. Open: none."),
        ("ack INC-42", "There is no such incident. `/incident list all` shows them."),
        (
            "decalre sev1 checkout",
            NEAREST,
        ),
        ("un-acknowledge INC-1", NO_UNACK),
    ],
)
async def test_a_slip_is_answered_in_one_sentence_and_begins_nothing(
    tmp_path: Path, line: str, sentence: str
):
    async with a_story(tmp_path) as story:
        answer = await story.slack(line)

        assert (answer.text, answer.body and answer.body["response_type"]) == (sentence, "ephemeral")
        assert await untouched(story)


@pytest.mark.parametrize(
    "title",
    [
        "<!channel> <!here> <!everyone> @everyone @here " + "checkout is down " * 15,
        "🔥🔥🔥 <https://evil.example|click> & `code` *bold*",
        "الدفع معطل \u202eتماما <!channel>",
        "<!subteam^S0ONCALL> and @on-call-team look",
    ],
)
async def test_a_shouting_or_foreign_title_pings_nobody_and_makes_a_plain_room(tmp_path: Path, title: str):
    async with a_story(tmp_path) as story:
        answer = await story.slack(f"declare sev1 {title}")
        assert answer.error is None
        incident, slack = await story.incident(), story.workspace.slack.workspace
        room = slack.channel(await story.room_id())

        assert ROOM_NAME.fullmatch(room.name)
        for channel in (room.id, "#incidents", "#on-call", "#general"):
            pinged = [ping for one in story.posted(channel) for ping in one.pings]
            assert not [ping for ping in pinged if ping.startswith("!")]
        assert len(room.topic.value) <= 250
        assert "U0DEE" in room.members
        assert incident.name in room.name.upper()


async def test_one_persons_same_words_twice_are_one_incident_and_one_page(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        again = await story.slack("declare sev1  Checkout is DOWN ")

        assert again.text == "That is INC-1 already: you declared it 0 s ago. Nothing new was begun."
        assert story.rung == ["ana"]


async def test_two_people_at_once_are_two_incidents_whose_cards_lead_to_each_other(tmp_path: Path):
    async with a_story(tmp_path) as story:
        slack = story.workspace.slack
        line = "declare sev1 checkout is down"
        await asyncio.gather(*(slack.slash(who, "#general", "/incident", line) for who in ("bo", "chi")))
        await story.settled()

        for mine, other in ((1, 2), (2, 1)):
            card = await story.card(mine)
            assert f"INC-{other} was declared with the same words." in words(card)
            await story.press(card, names.JOIN, by="eli")
            assert "U0ELI" in slack.workspace.channel(await story.room_id(other)).members


async def test_a_button_of_what_is_over_says_so_to_the_one_who_pressed(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        room = await story.room_id()
        await story.room("status", by="bo")
        old = story.workspace.slack.workspace.channel(room).ephemerals[-1]
        await story.room("runbook start database outage")
        step = story.newest(room, names.RUN_DONE)
        drawn_before = step.blocks
        await story.room("runbook stop")
        before = await story.told()
        await story.room("resolve a restart helped")

        await story.press(old, names.ACK, by="bo")
        assert await story.whispered("bo", room, "|2026-11-23 at 14:00 UTC>. If it is back, use")
        assert names.RUN_DONE not in buttons(step)
        step.blocks = drawn_before  # a phone that has not drawn it anew
        await story.press(step, names.RUN_DONE, by="bo")
        assert await story.whispered("bo", room, "was stopped. `/incident runbook resume` goes on with it.")
        assert [text for text in await story.told() if text not in before] == [
            "<@U0DEE> resolved it: a restart helped."
        ]


async def test_a_window_that_cannot_open_is_answered_in_words_and_the_line_still_works(tmp_path: Path):
    async with a_story(tmp_path) as story:
        slack = story.workspace.slack
        slack.faults.plan("views.open", Fault(Failure.HANG, hang_s=2.5))
        hung = await story.slack("declare")
        assert hung.acked
        assert hung.text == (
            "Slack did not answer within 2 s. Please try again, or type the command in one line: `/incident help`."
        )
        assert await untouched(story)

        await story.slack("declare sev1 checkout is down")
        slack.triggers.life_s = -1.0
        pressed = await story.press(await story.card(), names.UPDATE, by="bo")
        assert pressed.acked
        assert await story.whispered("bo", await story.room_id(), "Slack did not open the window in time.")


async def test_the_bare_command_opens_the_form_and_an_empty_form_stays_open(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare")
        unsent = await story.submit("dee")
        assert set(unsent.errors) == {"title", "severity"}
        assert await untouched(story)

        await story.submit("dee", title="checkout is down", severity="P0")
        assert story.rung == ["ana"]


UNSEEN = "\u3164\u200b\u202e\u0301"


async def test_a_title_that_nobody_can_see_pages_nobody(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack(f"declare sev1 {UNSEEN}")
        refused = await story.submit("dee", title=UNSEEN, severity="P0")

        assert refused.errors == {
            "title": "An incident needs a title. Try /incident declare sev1 checkout is down."
        }
        assert await untouched(story)


async def test_words_that_nobody_can_see_tell_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        before = await story.told()

        assert (await story.room(f"note {UNSEEN}")).text.startswith("Say what to note: ")
        for form, field in (("update", "text"), ("impact", "text")):
            assert not (await story.room(f"{form} {UNSEEN}")).text
            assert field in (await story.submit("dee", **{field: UNSEEN})).errors
        assert await story.told() == before


async def test_a_command_elsewhere_names_the_open_incidents(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        for line, example in (
            ("resolve it works", "resolve INC-7 …"),
            ("resolve", "resolve INC-7"),
            ("sev p1", "severity INC-7 …"),
            ("role comms @bo", "role INC-7 …"),
            ("handover @bo", "handover INC-7 …"),
            ("runbook next", "runbook INC-7 …"),
            ("timeline", "timeline INC-7"),
        ):
            assert (await story.slack(line, by="bo")).text == (
                f"Say which incident, like `/incident {example}`. Open: `INC-1` (checkout is down)."
            )


async def test_an_incident_that_cannot_be_is_answered_like_one_that_is_not(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")
        missing = "There is no such incident. `/incident list all` shows them."

        for line in (f"INC-{'9' * 300} ack", "ack INC-99999999999", "INC-2147483648"):
            assert (await story.slack(line)).text == missing
            assert (await story.room(line)).text == missing or line.startswith("ack")


async def test_what_is_open_has_nothing_to_reopen_and_what_is_over_nothing_to_close_twice(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        assert (await story.room("reopen it is back")).text == "INC-1 is open: there is nothing to reopen."
        assert (await story.room("close")).text == "INC-1 is still open. Use `/incident resolve` first."
