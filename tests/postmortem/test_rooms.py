"""Rooms of many trades, written for these tests: a draft finds what their people did and found, among their small talk."""

import pytest

from incidentbot.core.salience import WEIGHTS
from tests.postmortem.chats import names
from tests.postmortem.score import judged, main, own_rooms
from tests.postmortem.tuning import Room, tuned, worth

LEAST_RECALL = 0.65
"""Of one room: they are denser than real ones, more than a third of their messages is worth telling."""

LEAST_MEAN = 0.85


def test_drafts_of_rooms_of_many_trades_cover_what_happened() -> None:
    found = {each.name: each.ours.recall for each in judged(own_rooms(), also={})}

    assert set(found) == set(names())
    assert sum(found.values()) / len(found) >= LEAST_MEAN
    assert min(found.values()) >= LEAST_RECALL


def test_the_table_printed_names_every_room_and_the_mean(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    printed = capsys.readouterr().out

    assert all(name in printed for name in names())
    assert printed.count("mean") >= 1


def test_tuning_on_nothing_leaves_the_table_as_it_is() -> None:
    room = Room((), ())

    assert tuned([]) == WEIGHTS
    assert worth((), room.events) == 0
