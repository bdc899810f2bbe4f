"""Incidents that were just read or written are not read again, and no more of them are kept than there is room for."""

import pytest

from incidentbot.store import codec
from incidentbot.store.recent import Recent
from tests.store.samples import an_incident

INCIDENTS = [an_incident(title=f"checkout {number:03}") for number in range(4)]
TEXTS = [codec.incident_to_text(one) for one in INCIDENTS]


def is_kept(recent: Recent, number: int) -> bool:
    """The very object comes back, and not another one of the same words."""
    return recent.read(TEXTS[number]) is INCIDENTS[number]


def filled(recent: Recent, *numbers: int) -> Recent:
    for number in numbers:
        recent.keep(TEXTS[number], INCIDENTS[number])
    return recent


def test_what_was_kept_comes_back_and_what_was_not_is_read():
    recent = filled(Recent(), 0)

    assert is_kept(recent, 0)
    assert recent.read(TEXTS[1]) == INCIDENTS[1]


@pytest.mark.parametrize(
    "recent", [Recent(most=2), Recent(most_text=len(TEXTS[0]) * 2)], ids=["by number", "by length"]
)
def test_the_one_that_was_not_asked_for_longest_makes_room(recent: Recent):
    filled(recent, 0, 1)
    recent.read(TEXTS[0])
    filled(recent, 2)

    assert is_kept(recent, 0)
    assert is_kept(recent, 2)
    assert not is_kept(recent, 1)


def test_one_that_is_kept_again_takes_no_more_room():
    recent = filled(Recent(most_text=len(TEXTS[0]) * 2), 0, 0, 0, 1)

    assert is_kept(recent, 0)
    assert is_kept(recent, 1)


def test_one_that_is_longer_than_all_the_room_is_not_kept():
    assert not is_kept(filled(Recent(most_text=10), 0), 0)
