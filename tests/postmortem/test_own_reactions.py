"""A team's own reactions put messages on the timeline and take them off; the usual ones then mean nothing more than themselves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import DraftSource
from incidentbot.core.refusals import Refused
from incidentbot.documents.postmortems.postmortem_export import export_of
from incidentbot.documents.postmortems.postmortem_import import read_export
from incidentbot.flows.drafting import source_of
from incidentbot.policies.loader import load
from tests.postmortem.samples import incident, said, small_talk
from tests.stories.profile_of import profile_of
from tests.stories.story import a_story

DULL = "the cat sat on my keyboard, sorry"


def marked(name: str) -> DraftSource:
    return incident(*small_talk(), said(5, DULL, reaction=name))


def on_timeline(source: DraftSource) -> bool:
    return any(DULL in row.text and row.source == "reaction" for row in build_draft(source).timeline)


@pytest.mark.parametrize(
    ("marks", "marking"),
    [((), {"pushpin"}), (("memo",), {"memo"}), (("memo", "pushpin"), {"memo", "pushpin"})],
)
def test_a_reaction_marks_a_line_where_the_team_says_so(marks: tuple[str, ...], marking: set[str]):
    found = {each for each in ("memo", "pushpin") if on_timeline(replace(marked(each), marks=marks))}

    assert found == marking


def test_a_reaction_of_ones_own_takes_a_line_off():
    told = said(5, "rolled back the deploy", reaction="x")
    source = incident(*small_talk(), told)

    assert any("rolled back the deploy" in row.text for row in build_draft(source).timeline)
    after = build_draft(replace(source, unmarks=("x",)))
    assert not any("rolled back the deploy" in row.text for row in (*after.timeline, *after.suggestions))


async def test_the_profile_names_them_and_an_export_keeps_them(tmp_path: Path):
    profile = profile_of(tmp_path, "postmortem: {marks: [memo], unmarks: [x]}")
    async with a_story(tmp_path, wiring={"INCIDENTBOT_POLICY": profile}) as story:
        await story.slack("declare p1 checkout is down")
        room = await story.room_id()
        ts = await story.say(DULL, by="dee", channel=room)
        await story.react("memo", by="dee", channel=room, ts=ts)
        await story.settled()

        source = await source_of(story.house.store, await story.incident())

        assert on_timeline(source)
        assert on_timeline(read_export(json.dumps(export_of(source))))


def test_a_reaction_that_is_to_do_both_is_refused(tmp_path: Path):
    with pytest.raises(Refused, match="memo stands in marks and in unmarks"):
        load(profile_of(tmp_path, "postmortem: {marks: [memo], unmarks: [memo]}"))
