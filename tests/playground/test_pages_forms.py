"""The pages as plain forms, without script: what a post does and what is shown then."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from incidentbot.playground.pagerduty.incidents import Responder
from tests.playground.pages_app import CARD
from tests.playground.pages_bench import ROOM, Bench, a_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with a_bench() as found:
        yield found


def press(block_id: str, action_id: str, chosen: str = "") -> str:
    return json.dumps([block_id, action_id, chosen])


async def a_card(bench: Bench) -> str:
    said = await bench.client.chat_postMessage(channel="C0INCIDENTS", text="INC-7", blocks=CARD)
    return str(said["ts"])


def block_id(bench: Bench, ts: str, index: int) -> str:
    return str(bench.slack.workspace.message("#incidents", ts).blocks[index]["block_id"])


async def test_a_message_is_written_and_shown_with_its_mentions(bench: Bench):
    status, page = await bench.post("say", text="slow, @bo <b>please</b>")

    assert status == 200
    assert '<span class="mention">@Bo Lindqvist</span> <b>please</b>' in page
    assert "&lt;b&gt;" in bench.slack.workspace.messages("#incidents")[-1].text


async def test_a_command_reaches_the_app_and_its_answer_is_for_one_person(bench: Bench):
    _, anas = await bench.post("say", text="/incident ack on it")
    _, bos = await bench.get("/bo/C0INCIDENTS")

    assert bench.said == [("command", "ack on it")]
    assert "Only visible to you" in anas
    assert "You said ack on it" in anas
    assert "You said" not in bos


async def test_what_only_you_see_can_be_put_away(bench: Bench):
    await bench.post("say", text="/incident ack")
    ts = bench.slack.workspace.channel("#incidents").ephemerals[0].ts
    _, page = await bench.post("dismiss", message=ts)

    assert "Only visible to you" not in page


async def test_a_command_nobody_knows_is_not_sent(bench: Bench):
    _, page = await bench.post("say", text="/icnident ack")

    assert "/icnident is not a command here. There is /incident." in page
    assert bench.said == []


async def test_buttons_carry_their_value_and_selects_their_choice(bench: Bench):
    ts = await a_card(bench)
    block = block_id(bench, ts, 2)
    await bench.post("press", scope=ts, press=press(block, "take"))
    await bench.post("press", scope=ts, press=press(block, "stage"), **{json.dumps([block, "stage"]): "fix"})
    await bench.post("press", scope=ts, press=press(block, "more", "postmortem"))

    assert bench.said == [("take", "about take"), ("stage", "fix"), ("more", "postmortem")]


@pytest.mark.parametrize("sent", ["", "no json", '["a"]', '["no", "such", "block"]', "[1, 2, 3]"])
async def test_a_press_of_nothing_is_complained_about(bench: Bench, sent: str):
    status, page = await bench.post("press", scope=await a_card(bench), press=sent)

    assert status == 200
    assert 'data-testid="notice"' in page
    assert bench.said == []


async def test_an_option_that_is_not_offered_is_complained_about(bench: Bench):
    ts = await a_card(bench)
    block = block_id(bench, ts, 2)
    field = json.dumps([block, "stage"])
    _, page = await bench.post("press", scope=ts, press=press(block, "stage"), **{field: "elsewhere"})

    assert "Stage does not offer 'elsewhere'." in page


async def test_a_form_keeps_what_was_typed_beside_its_complaints(bench: Bench):
    await bench.post("say", text="/incident form")
    await bench.changes_until(lambda: bench.slack.workspace.modals.get("U0ANA"))
    view = bench.slack.workspace.modals["U0ANA"][-1]
    title, level = json.dumps(["title", "title"]), json.dumps(["level", "level"])
    _, page = await bench.post("submit", scope=view, **{title: 'say "more"'})

    assert "Please complete this required field." in page
    assert 'value="say "more""' in page
    _, page = await bench.post("submit", scope=view, **{title: "Checkout is down", level: "sev2"})
    assert 'data-testid="modal"' not in page
    assert bench.said[-1][1]["level"]["level"]["selected_option"]["value"] == "sev2"


async def test_a_thread_is_a_place_of_its_own(bench: Bench):
    ts = await bench.slack.say("bo", "#incidents", "looking")
    _, page = await bench.post("say", text="thank you", thread=ts)

    assert "1 reply" in page
    assert "thank you" not in page
    _, page = await bench.get(f"{ROOM}?thread={ts}")
    assert "thank you" in page
    _, page = await bench.post("say", text="/incident ack", thread=ts)
    assert "Commands do not work in threads." in page


async def test_reactions_pins_edits_and_deletions_are_made_and_taken_back(bench: Bench):
    ts = await bench.slack.say("ana", "#incidents", "first")
    message = bench.slack.workspace.message("#incidents", ts)
    for _ in range(3):
        await bench.post("react", message=ts, emoji="eyes")
        await bench.post("pin", message=ts)
    await bench.post("edit", message=ts, text="second")

    assert (message.reactions, message.pinned, message.text) == ({"eyes": ["U0ANA"]}, True, "second")
    await bench.post("delete", message=ts)
    assert ts not in bench.slack.workspace.channel("#incidents").messages


async def test_shortcuts_reach_the_app_with_and_without_a_message(bench: Bench):
    ts = await bench.slack.say("bo", "#incidents", "it began at 13:58")
    await bench.post("shortcut", shortcut="keep_it", message=ts)
    await bench.post("shortcut", shortcut="declare_it")

    assert bench.said == [("keep_it", "it began at 13:58"), ("declare_it", None)]


async def test_a_message_that_was_drawn_before_follows_every_change(bench: Bench):
    ts = await bench.slack.say("ana", "#incidents", "see #alerts")
    await bench.get(ROOM)
    await bench.slack.react("bo", "#incidents", ts, "eyes")
    _, reacted = await bench.get(ROOM)
    await bench.slack.edit("ana", "#incidents", ts, "see #general")
    _, edited = await bench.get(ROOM)
    await bench.slack.archive("ana", "#incidents")
    _, shut = await bench.get(ROOM)

    assert 'data-testid="reaction-eyes"' in reacted
    assert "#general</a>" in edited
    assert 'data-testid="reply"' in edited
    assert 'data-testid="reply"' not in shut


async def test_whoever_is_asked_to_help_joins_by_phone(bench: Bench):
    await bench.page_out("slow")
    incident = next(iter(bench.pagerduty.incidents))
    people = {user.name: user for user in bench.pagerduty.account.users.values()}
    asked = Responder(people["Bo"], people["Ana"], "please", bench.clock.now(), bench.clock.now())
    incident.responders.append(asked)
    await bench.post("acknowledge", owner="bo", page=incident.id)

    assert asked.state == "joined"


async def test_nobody_deletes_what_others_wrote(bench: Bench):
    ts = await bench.slack.say("bo", "#incidents", "mine")
    _, page = await bench.post("delete", message=ts)

    assert f"Ana did not write {ts}." in page
    assert ts in bench.slack.workspace.channel("#incidents").messages


async def test_unread_messages_are_counted_until_they_are_looked_at(bench: Bench):
    await bench.slack.say("bo", "#alerts", "for you, @ana")
    _, before = await bench.get(ROOM)
    await bench.get("/ana/C0ALERTS")
    _, after = await bench.get(ROOM)

    assert 'aria-label="1 for you"' in before
    assert 'aria-label="1 for you"' not in after


async def test_the_home_is_published_when_it_is_opened(bench: Bench):
    await bench.get("/chi/home")
    await bench.changes_until(lambda: "U0CHI" in bench.slack.workspace.homes)

    assert "Open for U0CHI" in (await bench.get("/chi/home"))[1]


async def test_a_phone_rings_is_answered_and_falls_silent(bench: Bench):
    await bench.page_out("Checkout is <down>")
    _, ringing = await bench.get(ROOM)
    page_id = next(iter(bench.pagerduty.incidents)).id
    _, taken = await bench.post("acknowledge", owner="ana", page=page_id)
    _, over = await bench.post("resolve", owner="ana", page=page_id)

    assert 'data-testid="ring"' in ringing
    assert "Checkout is <down>" in ringing
    assert "Acknowledged by Ana" in taken
    assert 'data-testid="ring"' not in taken
    assert "<small>resolved</small>" in over


async def test_a_page_that_is_over_is_not_resolved_twice(bench: Bench):
    await bench.page_out("slow")
    page_id = next(iter(bench.pagerduty.incidents)).id
    await bench.pagerduty.resolve(page_id, "ana")
    _, page = await bench.post("resolve", owner="ana", page=page_id)

    assert "Incident Already Resolved." in page


@pytest.mark.parametrize(
    ("minutes", "passed"), [("5", 5), ("15", 15), ("60", 60), ("7", 0), ("x", 0), ("", 0)]
)
async def test_time_is_skipped_by_what_the_buttons_say(bench: Bench, minutes: str, passed: int):
    before = bench.clock.now()
    await bench.post("skip", minutes=minutes)

    assert bench.clock.now() - before == timedelta(minutes=passed)


async def test_the_bot_is_crashed_and_started_again(bench: Bench):
    _, down = await bench.post("crash")
    _, up = await bench.post("revive")

    assert "The bot is down" in down
    assert "The bot runs" in up


async def test_an_app_that_is_not_there_is_said_in_words():
    async with a_bench(app="without") as bench:
        _, page = await bench.post("say", text="/incident ack")

    assert "/incident did not work. The app could not be reached (dispatch_failed)." in page
