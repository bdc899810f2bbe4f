"""A value with changed fields is what `dataclasses.replace` makes of it, whichever way its class keeps its fields."""

import dataclasses
from datetime import UTC, datetime

import pytest

from incidentbot.core.anew import replace
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.policy import State
from tests.store.samples import an_incident

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
PAGE = Page("1:opening", "on_call_primary", 1, NOW)


def test_an_incident_is_made_anew_field_by_field_and_the_old_one_stays():
    old = an_incident()

    new = replace(old, title="checkout is slow", joined=("U0BO",))

    assert new == dataclasses.replace(old, title="checkout is slow", joined=("U0BO",))
    assert (old.title, new.title) == (an_incident().title, "checkout is slow")
    assert new != old


def test_what_is_made_anew_is_as_frozen_as_before():
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(an_incident(), title="checkout is slow").title = "or not"  # type: ignore[misc] # that is the point


def test_a_value_with_slots_is_made_anew_too():
    assert replace(PAGE, state=PageState.DELIVERED) == dataclasses.replace(PAGE, state=PageState.DELIVERED)


@pytest.mark.parametrize("old", [an_incident(), PAGE], ids=["incident", "page"])
def test_a_field_that_there_is_not_is_refused(old: Incident | Page):
    with pytest.raises(TypeError):
        replace(old, colour="red")


def test_milestones_rank_in_the_order_they_are_named_in():
    assert [state.rank for state in State] == list(range(len(State)))
