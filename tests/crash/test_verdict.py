"""The judge of the sweep sees what it is there to see: each wrong is done by hand, and found."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.core.incident import Incident
from incidentbot.playground.slack import posting
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Line
from tests.crash.acts import DECLARE, DECLARING
from tests.crash.reaper import effect_of
from tests.crash.scene import Scene, a_scene
from tests.crash.verdict import Verdict, judge

pytestmark = pytest.mark.crash

TITLE = "checkout is down"


def room_of(scene: Scene, incident: Incident) -> Channel:
    assert incident.room.channel is not None
    return scene.workspace.slack.workspace.channel(incident.room.channel)


def post_the_card_twice(scene: Scene, incident: Incident) -> None:
    workspace, room = scene.workspace.slack.workspace, room_of(scene, incident)
    card = next(one for one in room.messages.values() if effect_of(one.metadata).endswith(":card"))
    posting.post(workspace, room, replace(card, ts=workspace.next_ts()))


def lose_the_announcement(scene: Scene, incident: Incident) -> None:
    workspace = scene.workspace.slack.workspace
    channel = workspace.channel("#incidents")
    stamp = f"{incident.id}:announce"
    posted = next(one for one in channel.messages.values() if effect_of(one.metadata) == stamp)
    posting.deleted(workspace, channel, posted)


def ring_again(scene: Scene, incident: Incident) -> None:
    phone = scene.workspace.pagerduty.phone
    phone.write(next(ring for ring in phone.rings if ring.key.startswith(incident.id)))


def make_a_second_room(scene: Scene, incident: Incident) -> None:
    channels = scene.workspace.slack.workspace.channels
    channels["C0SECOND"] = Channel("C0SECOND", f"inc-{incident.number}-again", BOT_USER_ID, 0)


def let_somebody_out(scene: Scene, incident: Incident) -> None:
    room_of(scene, incident).members.remove("U0ANA")


def tell_a_lie(scene: Scene, incident: Incident) -> None:
    room_of(scene, incident).topic = Line("All is well")


def unpin(scene: Scene, incident: Incident) -> None:
    room_of(scene, incident).pins.clear()


WRONGS: tuple[tuple[Callable[[Scene, Incident], None], Verdict], ...] = (
    (post_the_card_twice, Verdict(doubled=("post card",))),
    (lose_the_announcement, Verdict(lost=("post announce",))),
    (ring_again, Verdict(doubled=("ring Ana",))),
    (make_a_second_room, Verdict(second_rooms=("rooms",))),
    (let_somebody_out, Verdict(untrue=("U0ANA is not in the room",))),
    (tell_a_lie, Verdict(untrue=("the topic is All is well",))),
    (unpin, Verdict(untrue=("0 pins",))),
)


async def test_every_wrong_is_found(tmp_path: Path):
    async with a_scene(tmp_path) as scene:
        for number, (wrong, found) in enumerate(WRONGS):
            title = f"{TITLE} {number}"
            await scene.play(DECLARE, title)
            incident = await scene.incident(title)
            assert incident is not None
            assert (await judge(scene, DECLARING, title)).is_clean
            wrong(scene, incident)

            verdict = await judge(scene, DECLARING, title)

            assert verdict.counts == found.counts, f"{wrong.__name__}: {verdict}"
            assert verdict.lost == found.lost
            assert verdict.doubled == found.doubled
            if found.untrue:
                assert verdict.untrue == found.untrue
