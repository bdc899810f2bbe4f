"""One transcript through both doors, Socket Mode and signed HTTP: the same answers, and the same facts word for word."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.seen import words
from tests.stories.story import Story, a_story

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CHANNEL = re.compile(r"\bC0[0-9A-F]{4}\d{5}\b")
SUFFIX = re.compile(r"(inc-1-[a-z-]+)-[a-z0-9]{4}\b")
EITHER = re.compile(r"U0(BO|CHI)\b")

Line = tuple[str, str, str, str, str]


def alike(text: str) -> str:
    """Without what chance or Slack made: ids, channels, the room's suffix."""
    return SUFFIX.sub(r"\1-xxxx", CHANNEL.sub("C", ID.sub("id", text)))


def line_of(recorded: Recorded) -> Line:
    """A fact as it must be in both houses; of two people who pressed at once, either may have been first."""
    fact = recorded.fact
    shown = (fact.kind.value, fact.at.isoformat(), fact.text, fact.by or "", str(sorted(fact.data.items())))
    blurred = tuple(EITHER.sub("U0EITHER", one) if fact.kind is FactKind.STEP_DONE else one for one in shown)
    return tuple(alike(one) for one in blurred)  # type: ignore[return-value] # five stay five


async def transcript(story: Story) -> Mapping[str, str]:
    """What everybody does; gives what each was answered."""
    said = {}
    story.workspace.pagerduty.faults.plan("POST /incidents", Fault(Failure.STATUS, status=403))
    await story.slack("declare checkout is down", by="dee")
    await story.submit("dee", severity="P0", kind="incident")
    room = await story.room_id()
    assert story.rung == ["bo"]
    await story.press(story.newest(room, names.RETRY), names.RETRY, by="dee")
    said["retry"] = await story.whispered("dee", room, "Trying again.")

    await story.fast_forward(minutes=3)
    await story.answer_phone("ana")
    said["runbook"] = (await story.room("runbook start database outage", by="ana")).text or ""
    await story.press(story.newest(room, names.RUN_DONE), names.RUN_DONE, by="ana")
    await story.restart(away=timedelta(minutes=2))
    await both_press_done(story)
    said["update"] = (await story.room("update we fail over to the replica", by="ana")).text or ""
    await story.fast_forward(minutes=20)
    said["resolve"] = (await story.room("resolve failed over, verified by @bo", by="ana")).text or ""
    said["forged"] = (await story.room("sev9", by="ana")).text or ""
    said["timeline"] = (await story.room("timeline", by="ana")).text or ""
    said["card"] = words(await story.card())
    return {name: alike(text) for name, text in said.items()}


async def both_press_done(story: Story) -> None:
    """Bo and Chi press Done on the same step at the same moment: one counts, the other is told."""
    slack, room = story.workspace.slack, await story.room_id()
    card = story.newest(room, names.RUN_DONE)
    pressed = [slack.press(who, room, card.ts, names.RUN_DONE) for who in ("bo", "chi")]
    assert all(answer.acked for answer in await asyncio.gather(*pressed))
    await story.settled()
    told = await slack.until(
        lambda: [
            one.text for one in slack.workspace.channel(room).ephemerals if "Step 2 was done by" in one.text
        ]
    )
    assert len(told) == 1


async def told_through(door: str, folder: Path) -> tuple[Mapping[str, str], list[Line], list[str]]:
    """The transcript through one door: answers, facts and whose phones rang."""
    async with a_story(folder / door, http=door == "http") as story:
        said = await transcript(story)
        (run,) = (await story.incident()).runs.values()
        assert run.current == 2
        return said, sorted(line_of(one) for one in await story.facts()), story.rung


async def test_both_doors_lead_to_equal_answers_facts_and_rings(tmp_path: Path):
    socket = await told_through("socket", tmp_path)
    http = await told_through("http", tmp_path)

    assert http == socket
    said, facts, rung = socket
    assert rung == ["bo", "ana"]
    assert said["resolve"] == (
        "INC-1 is resolved. Database outage is stopped at step 3 of 12, as INC-1 is over: 10 steps are open. "
        "A post-mortem is due: `/incident postmortem` drafts it."
    )
    kinds = [kind for kind, *_ in facts]
    assert kinds.count("step_done") == 2
    assert kinds.count("page_failed") == 1
    assert kinds.count("acknowledged") == 1
