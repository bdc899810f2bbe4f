"""Each thing is told once, whatever Slack does meanwhile; what fails for good is a sentence."""

from collections import Counter

import pytest

from incidentbot.core.incident import Incident
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.slack.bench import Bench, card_of, with_button, written

METHODS = (
    "conversations.create",
    "conversations.invite",
    "conversations.join",
    "conversations.setTopic",
    "chat.postMessage",
    "chat.update",
    "pins.add",
)
TROUBLE = {
    "answers 503": Fault(Failure.STATUS, 503),
    "answers 500": Fault(Failure.STATUS, 500),
    "asks for a pause": Fault(Failure.STATUS, 429, retry_after_s=7),
    "is cut before": Fault(Failure.CUT_BEFORE),
    "is cut after": Fault(Failure.CUT_AFTER),
}


async def all_is_told(bench: Bench) -> Incident:
    """Everything an incident needs stands in Slack exactly once."""
    incident = await bench.incident()
    rooms = [room for room in bench.slack.workspace.channels.values() if room.name.startswith("inc-")]
    assert len(rooms) == 1
    (room,) = rooms
    cards = [
        message
        for message in written(room)
        if names.row_id("card", names.Target(incident.id)) in str(message.blocks)
    ]
    assert [card.ts for card in cards] == [incident.room.card_ts]
    assert [pin.ts for pin in room.pins] == [incident.room.card_ts]
    assert len(written(bench.slack.workspace.channel("incidents"))) == 1
    assert len(written(bench.slack.workspace.channel("on-call"))) == 1
    assert "U0ANA" in room.members
    assert room.topic.value.startswith("P0 INC-1")
    lines = [message.text for message in written(room)]
    assert len(lines) == len(set(lines))
    assert incident.failures == {}
    return incident


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("method", METHODS)
async def test_every_call_that_fails_once_is_made_good_and_nothing_is_doubled(
    bench: Bench, method: str, trouble: str
) -> None:
    bench.slack.faults.plan(method, TROUBLE[trouble])
    await bench.type("declare sev1 checkout is down")
    await bench.pass_time(seconds=40)
    await bench.type("INC-1 ack", by="bo")
    await bench.pass_time(seconds=40)

    await all_is_told(bench)


@pytest.mark.parametrize("failure", [Failure.CUT_AFTER, Failure.CUT_BEFORE])
async def test_a_storm_of_broken_connections_doubles_nothing(bench: Bench, failure: Failure) -> None:
    for method in METHODS:
        bench.slack.faults.plan(method, Fault(failure), times=3)
    await bench.type("declare sev1 checkout is down")
    await bench.pass_time(minutes=4)

    await all_is_told(bench)


async def test_a_pause_that_slack_asks_for_is_kept(bench: Bench) -> None:
    bench.slack.faults.plan("conversations.create", Fault(Failure.STATUS, 429, retry_after_s=13))
    await bench.type("declare sev1 checkout is down")
    await bench.pass_time(seconds=12)
    assert len(bench.calls("conversations.create")) == 1
    await bench.pass_time(seconds=2)

    assert len(bench.calls("conversations.create")) == 2


async def test_no_call_of_a_method_goes_out_before_its_pause_is_over(bench: Bench) -> None:
    bench.slack.faults.plan("conversations.create", Fault(Failure.STATUS, 429, retry_after_s=13))
    for number in range(5):
        await bench.type(f"declare sev1 trouble {number}")
    assert len(bench.calls("conversations.create")) == 1
    await bench.pass_time(seconds=14)

    assert len(bench.calls("conversations.create")) == 6
    assert all(call.ok for call in bench.calls("conversations.create")[1:])


async def test_thirty_declarations_at_once_hit_each_of_slacks_limits_only_once(bench: Bench) -> None:
    bench.slack.enforce_rates = True
    for number in range(30):
        await bench.type(f"declare sev1 trouble {number}")
    limited = [call for call in bench.slack.calls if call.error == "ratelimited"]
    counted = Counter(
        (call.method, call.args["channel"] if "chat" in call.method else "") for call in limited
    )

    assert counted["conversations.create", ""] == 1
    assert set(counted.values()) == {1}


async def test_a_room_that_exists_already_is_found_by_name_and_creator(bench: Bench) -> None:
    bench.slack.faults.plan("conversations.create", Fault(Failure.CUT_AFTER))
    bench.slack.faults.plan("conversations.list", Fault(Failure.STATUS, 503))
    await bench.type("declare sev1 checkout is down")
    await bench.pass_time(minutes=1)

    await all_is_told(bench)


async def test_a_card_that_somebody_deleted_is_posted_anew(bench: Bench) -> None:
    room = await bench.declare()
    before = card_of(room).ts
    del room.messages[before]
    room.pins.clear()
    await bench.type("INC-1 ack", by="bo")

    now = (await bench.incident()).room.card_ts
    assert now not in {None, before}
    assert "acknowledged" in room.messages[now or ""].text


async def test_people_who_cannot_be_invited_are_named_and_the_others_come(bench: Bench) -> None:
    room = await bench.declare()
    bench.slack.faults.plan("users.info", Fault(Failure.STATUS, 503))  # whoever is named is taken as named
    await bench.type("lead <@U0NOBODY>", by="ana", channel=room.id)

    line = with_button(room, names.RETRY)
    assert "I could not invite <@U0NOBODY> (Slack does not know them)" in line.text


async def test_every_post_carries_the_effect_it_is(bench: Bench) -> None:
    room = await bench.declare()
    identity = (await bench.incident()).id

    carried = [
        (message.metadata or {}).get("event_payload", {}).get("effect", "") for message in written(room)
    ]
    assert f"{identity}:card" in carried
    assert all(effect.startswith(identity) for effect in carried)
    assert len(carried) == len(set(carried))
