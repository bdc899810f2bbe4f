"""People who are named in a command: they must be there, and nothing that rings waits for the look-up."""

import pytest

from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.slack.people import Person
from tests.slack.bench import Bench

GONE, ROBOT = Person("U0ZED", "zed", "Zed", deleted=True), Person("U0ROBO", "robo", "Robo", is_bot=True)


@pytest.fixture
def crowded(bench: Bench) -> Bench:
    """With a deactivated account and a bot in the workspace."""
    bench.slack.workspace.people.update({one.id: one for one in (GONE, ROBOT)})
    return bench


@pytest.mark.parametrize("line", ["lead {}", "role comms {}", "handover {}"])
@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (
            "<@U0NOPE|zz>",
            "Nobody in this workspace has the id `U0NOPE`. Type `@` and pick one person from Slack's list.",
        ),
        ("<@U0ZED>", "The account of <@U0ZED> is deactivated. Name somebody who is here."),
        ("<@U0ROBO>", "<@U0ROBO> is a bot. Name a person."),
        ("<@USLACKBOT>", "<@USLACKBOT> is a bot. Name a person."),
    ],
)
async def test_whoever_is_not_there_gets_no_role(crowded: Bench, line: str, who: str, sentence: str) -> None:
    room = await crowded.declare()
    answer = await crowded.type(line.format(who), channel=room.id)

    assert answer.text == f"{sentence} Nothing was changed."
    assert (await crowded.incident()).roles == {}


async def test_with_slack_away_whoever_was_named_is_taken_as_named(bench: Bench) -> None:
    room = await bench.declare()
    for fault in (Fault(Failure.STATUS, 503), Fault(Failure.HANG, hang_s=2.0)):
        bench.slack.faults.plan("users.info", fault)
        who = "U0NOPE" if not (await bench.incident()).roles else "U0BO"
        answer = await bench.type(f"lead <@{who}>", channel=room.id)

        assert answer.acked
        assert (await bench.incident()).roles == {"lead": who}


async def test_what_is_no_id_at_all_is_no_person(bench: Bench) -> None:
    room = await bench.declare()

    assert "pick one person" in ((await bench.type("lead <@U>", channel=room.id)).text or "")
    assert (await bench.incident()).roles == {}


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (
            "<@U0NOPE|zz>",
            "Nobody in this workspace has the id `U0NOPE`. Type `@` and pick one person from Slack's list.",
        ),
        ("<@U0ZED>", "The account of <@U0ZED> is deactivated. Name somebody who is here."),
        ("<@U0ROBO>", "<@U0ROBO> is a bot. Name a person."),
    ],
)
async def test_escalating_to_whoever_is_not_there_pages_nobody_and_says_why(
    crowded: Bench, who: str, sentence: str
) -> None:
    room = await crowded.declare()
    answer = await crowded.type(f"escalate {who} help", channel=room.id)

    assert answer.text == f"{sentence} Nobody was paged."


async def test_no_look_up_stands_before_the_page_of_somebody_on_call(bench: Bench) -> None:
    room = await bench.declare()
    before = len(bench.calls("users.info"))
    answer = await bench.type("escalate @chi we need a decision", channel=room.id)

    assert (answer.text or "").startswith("Calling in")
    assert len(bench.calls("users.info")) == before
