"""What is exported gives the same draft when it is read again: facts, messages, runs, action items, review and times."""

import json
from pathlib import Path

from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.documents.postmortem_writer import to_markdown
from incidentbot.documents.postmortems.postmortem_export import export_of
from incidentbot.documents.postmortems.postmortem_import import read_export
from incidentbot.documents.postmortems.postmortem_json import draft_json
from incidentbot.flows.drafting import source_of
from tests.stories.story import a_story


async def test_an_export_that_is_read_again_gives_the_same_draft(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        await story.room("ack")
        await story.room("runbook start database outage")
        await story.room("runbook next")
        await story.room("impact cards fail --users many")
        ts = await story.say("found it: the disk is full :bulb:", by="dee", channel=room)
        await story.react("pushpin", by="dee", channel=room, ts=ts)
        await story.fast_forward(minutes=7)
        await story.say("bumping the volume to 12000 now", by="dee", channel=room)
        await story.room("note the deploy began at 13:20")
        await story.room("mitigate a bigger disk")
        await story.room("action alert on a full disk <@U0BO> due fri type detect")
        await story.room("action 1 done")
        await story.room("times impact 08:31 the graph shows it")
        await story.room("resolve a bigger disk")
        await story.room("review <@U0BO> due 2026-12-04")
        source = await source_of(story.house.store, await story.incident())

        before = build_draft(source)
        after = build_draft(read_export(json.dumps(export_of(source))))

        assert to_markdown(after) == to_markdown(before)
        assert draft_json(after, markdown="") == draft_json(before, markdown="")
        assert "alert on a full disk | detect" in to_markdown(after)
        assert "due 2026-12-04" in to_markdown(after)
        assert "people in #inc-1-checkout-is-down" in to_markdown(after).replace("\\", "")
