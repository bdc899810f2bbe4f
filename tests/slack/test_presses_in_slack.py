"""Buttons, menus, windows, shortcuts and the home, pressed in the strict stand-in."""

from incidentbot.core.policy import State
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.slack.bench import Bench, card_of, with_button, written
from tests.slack.block_checks import elements
from tests.slack.pressing import both_press, told_in_vain


async def test_an_ack_stands_on_the_card_and_takes_its_button_away(both_ways: Bench) -> None:
    room = await both_ways.declare()
    card = card_of(room)
    await both_ways.press(card, names.ACK, by="bo")

    assert (await both_ways.incident()).milestones[State.ACKNOWLEDGED].by == "U0BO"
    assert names.ACK not in [one["action_id"] for one in elements(card.blocks)]


async def test_of_two_acks_at_once_the_first_wins_and_the_second_is_told(bench: Bench) -> None:
    room = await bench.declare()
    await both_press(bench, card_of(room), names.ACK)

    assert "already acknowledged by" in await told_in_vain(bench, room)
    assert len([message for message in written(room) if "acknowledged after" in message.text]) == 1


async def test_a_press_on_an_old_card_is_refused_in_words_to_the_presser_alone(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("", by="chi", channel=room.id)  # a card of his own, which is not brought up to date
    own = room.ephemerals[-1]
    await bench.type("resolve", by="bo", channel=room.id)
    pressed = await bench.press(own, names.ACK, by="chi")

    assert pressed.acked
    assert await bench.whisper(room.id, "chi", "was resolved <!date")


async def test_resolving_by_window_names_who_checked(bench: Bench) -> None:
    room = await bench.declare()
    await bench.press(card_of(room), names.RESOLVE)
    await bench.submit("bo", what="rolled back", verified_by="U0CHI")

    assert (await bench.incident()).reached(State.RESOLVED)
    assert any("Verified by <@U0CHI>" in message.text for message in written(room))


async def test_what_a_window_asks_and_the_rules_refuse_stands_beside_its_field(bench: Bench) -> None:
    room = await bench.declare()
    await bench.press(card_of(room), names.MORE, selected="severity")
    answer = await bench.submit("bo", severity="P0", why="no change")

    assert answer.errors == {"severity": "INC-1 is P0 already."}
    assert bench.slack.form_of("bo") is not None


async def test_the_menu_opens_stage_and_impact_and_offers_runbooks(bench: Bench) -> None:
    room = await bench.declare()
    card = card_of(room)
    await bench.press(card, names.MORE, selected="stage")
    await bench.submit("bo", stage="triage")
    await bench.press(card, names.MORE, selected="impact")
    await bench.submit("bo", text="cards fail", users="many", risk=["data-at-risk"])
    await bench.press(card, names.MORE, selected="runbook")
    assert await bench.whisper(room.id, "bo") == "Runbooks"

    incident = await bench.incident()
    assert (incident.state, incident.impact, incident.data_at_risk) == (State.TRIAGED, "cards fail", True)
    await bench.press(room.ephemerals[-1], names.RUN_START)
    assert len((await bench.incident()).runs) == 1


async def test_escalating_by_window_pages_the_role_that_was_chosen(bench: Bench) -> None:
    room = await bench.declare()
    await bench.press(card_of(room), names.ESCALATE)
    await bench.submit("bo", to="team_lead", why="stuck")

    assert any("escalated to the team lead: stuck" in message.text for message in written(room))


async def test_anyone_joins_from_the_announcement_and_takes_the_lead(bench: Bench) -> None:
    room = await bench.declare()
    announced = with_button(bench.slack.workspace.channel("incidents"), names.JOIN)
    await bench.press(announced, names.JOIN, by="dee")
    await bench.press(card_of(room), names.LEAD, by="dee")

    assert "U0DEE" in room.members
    assert (await bench.incident()).roles == {"lead": "U0DEE"}
    assert await bench.whisper("incidents", "dee") == "Welcome to INC-1."


async def test_a_closed_incident_is_reopened_by_window_with_a_reason(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("resolve", channel=room.id)
    await bench.press(card_of(room), names.CLOSE)
    await bench.press(card_of(room), names.REOPEN)
    await bench.submit("bo", why="errors are back")

    assert (await bench.incident()).epoch == 2
    assert names.ACK in [one["action_id"] for one in elements(card_of(room).blocks)]


async def test_the_post_mortem_button_gives_the_way_to_the_draft(bench: Bench) -> None:
    room = await bench.declare()
    await bench.press(card_of(room), names.MORE, selected="postmortem")

    assert "The draft of INC-1" in await bench.whisper(room.id, "bo")


async def test_a_channel_that_may_not_be_made_becomes_a_thread_that_names_the_permission(
    bench: Bench,
) -> None:
    bench.slack.granted_scopes.discard("channels:manage")
    bench.slack.granted_scopes.add("channels:write.topic")
    await bench.type("declare sev1 checkout is down")

    parent = with_button(bench.slack.workspace.channel("incidents"), names.ACK)
    assert "permission `channels:manage`" in " ".join(
        message.text for message in written(bench.slack.workspace.channel("incidents"))
    )
    assert (await bench.incident()).room.thread_ts == parent.ts


async def test_a_pin_that_failed_is_retried_from_the_card(bench: Bench) -> None:
    bench.slack.granted_scopes.discard("pins:write")
    await bench.type("declare sev1 checkout is down")
    room = bench.slack.workspace.channels[(await bench.incident()).room.channel or ""]
    line = with_button(room, names.RETRY)
    assert "Pinning the card did not work: The Slack app lacks the permission `pins:write`" in line.text
    bench.slack.granted_scopes.add("pins:write")
    await bench.press(line, names.RETRY)

    assert len(room.pins) == 1
    assert (await bench.incident()).failures == {}


async def test_a_missing_channel_is_said_and_found_once_it_is_made(bench: Bench) -> None:
    incidents = bench.slack.workspace.channel("incidents")
    incidents.name = "elsewhere"
    bench.house.slack._channels._ids.clear()
    await bench.type("declare sev1 checkout is down")
    room = bench.slack.workspace.channels[(await bench.incident()).room.channel or ""]
    line = with_button(room, names.RETRY)
    assert "There is no channel #incidents. Create it or change `channels.incidents`" in line.text
    incidents.name = "incidents"
    await bench.press(line, names.RETRY)

    assert len(written(incidents)) == 1


async def test_a_button_of_another_version_is_answered_in_words(bench: Bench) -> None:
    room = await bench.declare()
    card = card_of(room)
    next(one for one in elements(card.blocks) if one["action_id"] == names.UPDATE)["action_id"] = "of_old"  # type: ignore[index] # a card of another version
    pressed = await bench.press(card, "of_old")

    assert pressed.acked
    assert "another version" in await bench.whisper(room.id, "bo")


async def test_a_window_that_slack_does_not_open_is_told_in_words(bench: Bench) -> None:
    room = await bench.declare()
    bench.slack.faults.plan("views.open", Fault(Failure.STATUS, 503))
    pressed = await bench.press(card_of(room), names.UPDATE)

    assert pressed.acked
    assert "Slack has trouble of its own" in await bench.whisper(room.id, "bo")


async def test_the_shortcuts_declare_and_put_a_message_on_the_timeline(bench: Bench) -> None:
    await bench.slack.global_shortcut("bo", names.DECLARE_SHORTCUT)
    await bench.submit("bo", title="checkout is down", severity="P0")
    room = bench.slack.workspace.channels[(await bench.incident()).room.channel or ""]
    ts = await bench.slack.say("bo", room.id, "the proxy was restarted")
    await bench.slack.message_shortcut("bo", room.id, ts, names.TIMELINE_SHORTCUT)
    assert await bench.whisper(room.id, "bo") == "It is on the timeline."
    await bench.slack.message_shortcut(
        "bo", "general", await bench.slack.say("bo", "general", "hi"), names.TIMELINE_SHORTCUT
    )

    assert "no incident's room" in await bench.whisper("general", "bo")
    facts = await bench.house.store.facts((await bench.incident()).id)
    noted = next(one.fact for one in facts if one.fact.data.get("message_ts") == ts)
    assert noted.text == "the proxy was restarted"


async def test_the_home_lists_what_is_open_and_declares(bench: Bench) -> None:
    await bench.declare()
    await bench.slack.open_home("bo")
    home = await bench.slack.until(lambda: bench.slack.home_of("bo"))
    assert home is not None
    assert "INC-1" in str(home.body)

    await bench.slack.press("bo", "", home.id, names.DECLARE)
    assert bench.slack.form_of("bo") is not None


async def test_the_home_names_what_is_over_and_owes_a_post_mortem_until_it_is_published(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("resolve restarted it", channel=room.id)
    await bench.slack.open_home("bo")
    home = await bench.slack.until(lambda: bench.slack.home_of("bo"))
    assert home is not None
    assert "Post-mortems due" in str(home.body)
    assert "Post-mortem due <!date^" in str(home.body)

    await bench.slack.press("bo", "", home.id, names.POSTMORTEM)
    await bench.type("review publish", channel=room.id)
    await bench.slack.open_home("chi")
    later = await bench.slack.until(lambda: bench.slack.home_of("chi"))
    assert later is not None
    assert "Post-mortems due" not in str(later.body)


async def test_a_press_at_home_that_fails_is_answered_in_a_direct_message(bench: Bench) -> None:
    await bench.slack.open_home("bo")
    home = await bench.slack.until(lambda: bench.slack.home_of("bo"))
    assert home is not None
    bench.slack.faults.plan("views.open", Fault(Failure.STATUS, 503))
    pressed = await bench.slack.press("bo", "", home.id, names.DECLARE)

    assert pressed.acked
    told = await bench.slack.until(lambda: bench.calls("chat.postMessage"))
    assert told[-1].args["channel"] == "U0BO"
    assert told[-1].ok
