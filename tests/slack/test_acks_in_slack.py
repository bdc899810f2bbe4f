"""Words beside an ack: on the timeline whoever was first, and the asker is told of both."""

from incidentbot.core.policy import State
from tests.slack.bench import AT_TWO, Bench, noted


async def test_words_beside_an_ack_that_comes_second_are_kept_and_both_are_told(bench: Bench) -> None:
    room = await bench.declare()
    first = await bench.type("ack looking at the proxy", by="bo", channel=room.id)
    second = await bench.type("ack the database is fine", by="chi", channel=room.id)

    assert first.text == "Your words are on the timeline. You have INC-1. Escalation stops."
    assert second.text == (
        f"Your words are on the timeline. INC-1 was already acknowledged by <@U0BO> {AT_TWO}. "
        "Use `/incident join` to help."
    )
    assert await noted(bench) == ["looking at the proxy", "the database is fine"]
    assert (await bench.incident()).milestones[State.ACKNOWLEDGED].by == "U0BO"


async def test_words_beside_an_ack_of_what_is_over_are_kept_too(bench: Bench) -> None:
    room = await bench.declare()
    await bench.type("resolve rolled back", by="bo", channel=room.id)
    answer = await bench.type("ack it was the proxy", by="chi", channel=room.id)

    assert (answer.text or "").startswith(f"Your words are on the timeline. INC-1 was resolved {AT_TWO}.")
    assert await noted(bench) == ["it was the proxy"]


async def test_an_ack_without_words_says_nothing_of_the_timeline(bench: Bench) -> None:
    room = await bench.declare()

    assert (await bench.type("ack", by="bo", channel=room.id)).text == "You have INC-1. Escalation stops."
    assert await noted(bench) == []
