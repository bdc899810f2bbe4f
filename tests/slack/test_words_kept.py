"""Words beside a mitigate or resolve that comes second, and notes of another day: kept, and said where."""

import pytest

from incidentbot.core.policy import State
from incidentbot.slack import names
from tests.slack.bench import AT_TWO, Bench, card_of, noted


async def test_how_a_second_person_mitigated_it_is_kept_as_a_note(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("mitigate rolled back", by="bo", channel=room.id)
    answer = await bench.type("mitigate the queue is drained too", by="chi", channel=room.id)

    assert answer.text == (
        f"INC-1 was marked mitigated by <@U0BO> {AT_TWO}. Your words are on the timeline, as a note."
    )
    assert await noted(bench) == ["the queue is drained too"]
    assert (await bench.incident()).milestones[State.MITIGATED].by == "U0BO"


@pytest.mark.parametrize("line", ["resolve a restart helped, verified by @chi", "mitigate a restart helped"])
@pytest.mark.parametrize("closed", ["resolved", "closed"])
async def test_what_ended_it_is_kept_also_when_it_is_over(bench: Bench, line: str, closed: str) -> None:
    room = await bench.declare()
    await bench.type("resolve rolled back", by="bo", channel=room.id)
    if closed == "closed":
        await bench.type("review waive a test", by="bo", channel=room.id)
        await bench.type("close", by="bo", channel=room.id)
    before = await bench.incident()
    answer = await bench.type(line, by="chi", channel=room.id)

    assert answer.text == (
        f"INC-1 was {closed} {AT_TWO}. If it is back, use `/incident reopen` and say why. "
        "Your words are on the timeline, as a note."
    )
    verified = " Verified by <@U0CHI>." if "verified" in line else ""
    assert await noted(bench) == [f"a restart helped{'.' if verified else ''}{verified}"]
    after = await bench.incident()
    assert (after.milestones, after.closed_at) == (before.milestones, before.closed_at)


@pytest.mark.parametrize("line", ["resolve", "mitigate"])
async def test_without_words_a_second_time_is_refused_and_noted_nowhere(bench: Bench, line: str) -> None:
    room = await bench.declare()
    await bench.type(line, by="bo", channel=room.id)
    answer = await bench.type(line, by="chi", channel=room.id)

    assert (answer.text or "").startswith("INC-1 was ")
    assert "timeline" not in (answer.text or "")
    assert await noted(bench) == []


async def test_a_resolve_window_that_is_sent_too_late_says_that_its_words_were_kept(bench: Bench) -> None:
    room = await bench.declare()
    await bench.press(card_of(room), names.RESOLVE, by="chi")
    await bench.type("resolve rolled back", by="bo", channel=room.id)
    await bench.submit("chi", what="a restart helped")

    window = bench.slack.form_of("chi")
    assert window is not None
    assert "Your words are on the timeline, as a note." in str(window.body)
    assert await noted(bench) == ["a restart helped"]


async def test_a_note_of_an_hour_still_to_come_today_says_that_it_is_filed_under_yesterday(
    bench: Bench,
) -> None:
    room = await bench.declare()
    answer = await bench.type("note the deploy began at 23:59", by="ana", channel=room.id)

    assert answer.text == (  # Ana writes at 11:00 in São Paulo
        "It is on the timeline under "
        "<!date^1795402740^{date_long_pretty}, {time}|Monday 23 November, 02:59 UTC>: "
        "23:59 is still to come today, so yesterday's was taken."
    )


async def test_a_note_of_an_hour_of_today_says_so(bench: Bench) -> None:
    room = await bench.declare()
    answer = await bench.type("note the deploy began at 10:30", by="ana", channel=room.id)

    assert answer.text == (
        "It is on the timeline under "
        "<!date^1795440600^{date_long_pretty}, {time}|Monday 23 November, 13:30 UTC>."
    )
