"""`/incident` typed into the strict stand-in: what people get back, and what others see."""

from pathlib import Path

from incidentbot.core.policy import Severity, State
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.records import Message
from incidentbot.slack import names
from tests.slack.bench import Bench, a_bench, card_of, written
from tests.slack.block_checks import elements


def written_in(bench: Bench, channel: str) -> list[Message]:
    """What was written in a channel."""
    return written(bench.slack.workspace.channel(channel))


async def test_one_line_makes_a_room_with_a_pinned_card_and_an_announcement(both_ways: Bench) -> None:
    room = await both_ways.declare()

    assert room.name.startswith("inc-1-checkout-is-down-")
    assert card_of(room).text == "P0 INC-1: checkout is down (Open, not acknowledged)"
    assert room.topic.value == "P0 INC-1 · Open, not acknowledged · checkout is down"
    assert "U0ANA" in room.members
    (announced,) = written(both_ways.slack.workspace.channel("incidents"))
    assert f"<#{room.id}>" in str(announced.blocks)


async def test_a_declaration_costs_at_most_eight_calls_once_the_bot_is_warm(bench: Bench) -> None:
    await bench.declare()
    before = len(bench.slack.calls)
    await bench.type("declare sev1 mails are late")

    assert len(bench.slack.calls) - before <= 8


async def test_no_call_asks_slack_who_the_bot_is_after_the_start(bench: Bench) -> None:
    await bench.declare()

    assert len(bench.calls("auth.test")) == 1


async def test_a_title_that_shouts_pings_nobody(bench: Bench) -> None:
    room = await bench.declare("sev1 <!channel> <!here> @everyone & <https://evil.example|click>")

    seen = [message for name in ("incidents", "on-call", room.id) for message in written_in(bench, name)]
    assert {ping for message in seen for ping in message.pings} <= {"@U0ANA"}


async def test_the_same_words_twice_are_one_incident(bench: Bench) -> None:
    await bench.declare()
    again = await bench.type("declare sev1 Checkout  IS down")

    assert "INC-1 already" in (again.text or "")
    assert len(bench.calls("conversations.create")) == 1


async def test_two_peoples_same_words_name_each_other_with_join(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("declare sev1 checkout is down", by="bo")
    joined = await bench.press(card_of(room), names.JOIN, by="ana")

    assert joined.error is None
    other = bench.slack.workspace.channels[(await bench.incident(2)).room.channel or ""]
    assert "U0ANA" in other.members


async def test_a_command_elsewhere_asks_which_incident_and_names_the_open_ones(bench: Bench) -> None:
    await bench.declare()
    answer = await bench.type("ack")

    assert "Open: `INC-1` (checkout is down)" in (answer.text or "")
    assert (await bench.type("ack INC-1")).text == "You have INC-1. Escalation stops."
    assert "no such incident" in ((await bench.type("ack INC-99")).text or "")


async def test_words_beside_an_ack_go_on_the_timeline(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("ack looking at the proxy", by="bo", channel=room.id)

    told = await bench.type("timeline", channel=room.id)
    assert "looking at the proxy" in str(told.blocks)
    assert "Acknowledge" not in [
        one["text"]["text"] for one in elements(card_of(room).blocks) if "text" in one
    ]


async def test_a_refused_command_says_why_to_the_asker_alone(bench: Bench) -> None:
    room = await bench.declare()
    before = len(written(room))
    answer = await bench.type("resovle", channel=room.id)

    assert "Did you mean `/incident resolve" in (answer.text or "")
    assert len(written(room)) == before


async def test_a_group_and_a_person_without_a_role_are_told_that_roles_are_paged(bench: Bench) -> None:
    room = await bench.declare()

    refused = await bench.type("escalate @on-call-team help", channel=room.id)
    assert "I page roles" in (refused.text or "")
    called = await bench.type("escalate @chi we need a decision", channel=room.id)
    assert called.text == "Calling in the team lead."


async def test_a_note_is_put_at_the_time_in_the_writers_own_zone(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("note the deploy began at 10:30", by="ana", channel=room.id)

    facts = await bench.house.store.facts((await bench.incident()).id)
    noted = next(one.fact for one in facts if "deploy began" in one.fact.text)
    assert noted.at.isoformat() == "2026-11-23T13:30:00+00:00"  # Ana writes in São Paulo, three hours behind


async def test_the_bare_command_opens_the_form_and_the_form_declares(both_ways: Bench) -> None:
    opened = await both_ways.type("")
    assert opened.error is None
    sent = await both_ways.submit("ana", title="checkout is down", severity="P1", kind="security")

    incident = await both_ways.incident()
    assert (incident.severity, incident.kind) == (Severity.P1, "security")
    view = both_ways.slack.form_of("ana")
    assert sent.error is None
    assert view is not None
    assert "INC-1 (P1) is declared" in str(view.body)


async def test_what_was_typed_so_far_stands_in_the_form(bench: Bench) -> None:
    await bench.type("declare checkout is down --no-page")
    await bench.submit("ana", severity="P0")

    incident = await bench.incident()
    assert (incident.title, incident.paging) == ("checkout is down", False)


async def test_a_form_that_slack_opens_too_late_is_answered_in_words(bench: Bench) -> None:
    bench.slack.faults.plan("views.open", Fault(Failure.HANG, hang_s=2.5))
    answer = await bench.type("")

    assert answer.acked
    assert "did not answer within 2 s" in (answer.text or "")


async def test_an_update_without_words_opens_its_form(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("update", channel=room.id)
    await bench.submit("ana", text="we roll back")

    assert "Update from <@U0ANA>: we roll back" in [message.text for message in written(room)]


async def test_a_bare_command_in_a_room_shows_the_card_to_the_asker_and_its_buttons_work(
    bench: Bench,
) -> None:
    room = await bench.declare()
    shown = await bench.type("", by="ana", channel=room.id)

    assert names.ACK in [one["action_id"] for one in elements(list(shown.blocks))]
    pressed = await bench.press(room.ephemerals[-1], names.ACK, by="ana")
    assert pressed.acked
    assert (await bench.incident()).reached(State.ACKNOWLEDGED)


async def test_every_list_and_the_help_is_taken_by_slack(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("runbook start kafka-outage", channel=room.id)

    for line in (
        "help",
        "list",
        "list all",
        "list mine",
        "status",
        "timeline",
        "stage",
        "runbook",
        "runbook steps",
    ):
        answer = await bench.type(line, channel=room.id)
        assert answer.error is None, (line, answer.detail)
        assert answer.blocks, line


async def test_a_whole_incident_by_commands_alone(bench: Bench) -> None:
    room = await bench.declare()
    for line in (
        "ack",
        "lead",
        "role comms @bo",
        "severity p1 fewer users",
        "impact card payments fail --users many",
        "stage next",
        "update we roll back",
        "mitigate rolled back",
        "resolve rolled back, verified by @bo",
        "reopen it is back",
        "ack",
        "resolve again",
        "action alert on a full disk",
        "action 1 done",
        "actions",
        "review start",
        "review publish",
        "times impact 2026-11-20 13:45 the graph",
        "close",
    ):
        answer = await bench.type(line, channel=room.id)
        assert answer.error is None, line
        assert "I do not know" not in (answer.text or ""), line

    incident = await bench.incident()
    assert incident.closed_at is not None
    assert incident.roles == {"lead": "U0ANA", "comms": "U0BO"}
    assert incident.epoch == 2


async def test_an_incident_of_a_thread_profile_is_followed_in_a_thread(tmp_path: Path) -> None:
    async with a_bench(tmp_path, policy="default") as bench:
        await bench.type("declare sev4 a typo on the front page")
        incident = await bench.incident()
        channel = bench.slack.workspace.channel("incidents")
        (parent,) = written(channel)

        assert incident.room.thread_ts == incident.room.card_ts == parent.ts
        await bench.press(parent, names.ACK, by="bo")
        replies = [
            message
            for message in written(channel)
            if message.thread_ts == parent.ts and message is not parent
        ]
        assert any("acknowledged" in reply.text for reply in replies)
        assert "acknowledged" in parent.text


async def test_an_incident_without_a_room_posts_nothing(tmp_path: Path) -> None:
    async with a_bench(tmp_path, policy="mapme") as bench:
        answer = await bench.type("declare sev4 a typo on the front page")

        assert "has no room in this profile" in (answer.text or "")
        assert bench.calls("chat.postMessage") == []
