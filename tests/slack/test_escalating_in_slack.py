"""Escalating in Slack: several people at one ladder, and whom they are told to have paged."""

import asyncio
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.slack import names
from tests.slack.bench import Bench, a_bench, card_of, with_button, written
from tests.slack.pressing import both_press


async def called_in(bench: Bench) -> list[str]:
    """The roles that people escalated to, in order."""
    facts = await bench.house.store.facts((await bench.incident()).id)
    return [one.fact.data["role"] for one in facts if one.fact.kind == "escalated" and one.fact.by]


async def test_five_people_who_escalate_at_the_same_moment_climb_one_rung(bench: Bench) -> None:
    room = await bench.declare()
    typed = [bench.slack.slash(who, room.id, "/incident", "escalate") for who in ("ana", "bo", "chi", "dee")]
    answers = [answer.text or "" for answer in await asyncio.gather(*typed)]
    await bench.house.settled()

    assert await called_in(bench) == ["on_call_secondary"]
    slower = [text for text in answers if "Calling in" not in text]
    assert len(slower) == 3
    for text in slower:
        assert "he on-call secondary was called in 0 s ago by <@" in text
        assert text.endswith("To page the team lead, name it: `/incident escalate team_lead`.")


async def test_of_two_who_send_the_same_window_one_pages_and_the_other_reads_why_not(bench: Bench) -> None:
    room = await bench.declare()
    for who in ("bo", "chi"):
        await bench.press(card_of(room), names.ESCALATE, by=who)
    window = bench.slack.form_of("chi")
    assert window is not None
    assert "Whoever is next: the on-call secondary" in str(window.body)
    await bench.submit("bo")
    await bench.pass_time(minutes=2)
    answer = await bench.submit("chi")

    assert answer.errors == {
        "to": "The ladder has moved on: the on-call secondary was called in 2 min ago by somebody else. "
        "Nobody else was paged. To page the team lead, name it: /incident escalate team_lead."
    }
    assert await called_in(bench) == ["on_call_secondary"]

    await bench.submit("chi", to="team_lead")
    assert await called_in(bench) == ["on_call_secondary", "team_lead"]


async def test_a_step_that_did_not_work_is_noted_where_somebody_else_has_paged_the_next_meanwhile(
    bench: Bench,
) -> None:
    room = await bench.declare()
    await bench.type("runbook start kafka", channel=room.id)
    await bench.press(with_button(room, names.RUN_FAILED), names.RUN_FAILED, by="chi")
    await bench.type("escalate", by="bo", channel=room.id)
    await bench.pass_time(minutes=2)
    answer = await bench.submit("chi", reason="the broker is silent", who="-")

    assert answer.errors == {}
    told = bench.slack.form_of("chi")
    assert told is not None
    assert "The ladder has moved on: the on-call secondary was called in 2 min ago by" in str(told.body)
    assert await called_in(bench) == ["on_call_secondary"]
    facts = [one.fact for one in await bench.house.store.facts((await bench.incident()).id)]
    assert [fact.by for fact in facts if fact.kind is FactKind.STEP_FAILED] == ["U0CHI"]


async def test_two_presses_of_the_clocks_question_call_in_the_one_it_asked_about(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        room = await bench.declare("sev3 the map is slow")
        await bench.pass_time(hours=2)
        await both_press(bench, with_button(room, names.ESCALATE_NOW), names.ESCALATE_NOW)
        await bench.pass_time(minutes=5)
        await bench.press(with_button(room, names.ESCALATE_NOW), names.ESCALATE_NOW, by="dee")

        assert await called_in(bench) == ["on_call_primary"]
        assert "The ladder has moved on: the on-call primary was called in" in await bench.whisper(
            room.id, "dee"
        )


async def test_the_window_says_who_has_escalated_last(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("escalate", by="bo", channel=room.id)
    await bench.press(card_of(room), names.ESCALATE, by="chi")

    window = bench.slack.form_of("chi")
    assert window is not None
    assert "<@U0BO> called in the on-call secondary" in str(window.body)
    assert "Whoever is next: the team lead" in str(window.body)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("escalate", "Calling in Bo, the on-call secondary."),
        ("escalate team lead now", "Calling in Chi, the team lead."),
    ],
)
async def test_the_reply_names_whoever_is_on_call(tmp_path: Path, line: str, reply: str) -> None:
    async with a_bench(tmp_path, paging="rest") as bench:
        await bench.house.desk.oncall.refresh()  # type: ignore[attr-defined] # the roster
        room = await bench.declare()

        assert (await bench.type(line, channel=room.id)).text == reply
        assert len([one for one in written(room) if "escalated to" in one.text]) == 1


async def test_a_mistyped_role_wakes_nobody(bench: Bench) -> None:
    room = await bench.declare()
    answer = await bench.type("escalate team laed it burns", channel=room.id)

    assert "Did you mean `team_lead`?" in (answer.text or "")
    assert await called_in(bench) == []
