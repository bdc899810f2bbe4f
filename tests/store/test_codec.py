"""Values survive the way to text and back, whatever they hold."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.effects import Effect
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.store import codec
from tests.store.samples import a_page, an_incident

SCALARS: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**40), 2**40),
    bool: st.booleans(),
    NoneType: st.none(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    timedelta: st.timedeltas(timedelta(days=-9000), timedelta(days=9000)),
    object: st.text(max_size=5) | st.integers(-9, 9) | st.lists(st.booleans(), max_size=2) | st.none(),
}


def anything_of(shape: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that the core writes in its dataclasses."""
    origin, parts = get_origin(shape), get_args(shape)
    if shape in SCALARS:
        return SCALARS[shape]
    if origin in {Union, UnionType}:
        return st.one_of([anything_of(part) for part in parts])
    if origin is tuple and parts[-1] is Ellipsis:
        return st.lists(anything_of(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(anything_of, parts))
    if origin is frozenset:
        return st.frozensets(anything_of(parts[0]))
    if origin is Mapping:
        return st.dictionaries(anything_of(parts[0]), anything_of(parts[1]), max_size=2)
    if issubclass(shape, Enum):
        return st.sampled_from(list(shape))
    assert isinstance(shape, type), f"no example is known for {shape}"
    assert is_dataclass(shape), f"no example is known for {shape}"
    hints = get_type_hints(shape)
    return st.builds(shape, **{one.name: anything_of(hints[one.name]) for one in fields(shape)})


@settings(max_examples=40, deadline=None)
@given(anything_of(Incident))
def test_any_incident_comes_back_exactly(incident: Incident) -> None:
    assert codec.incident_from_text(codec.incident_to_text(incident)) == incident


@settings(max_examples=40, deadline=None)
@given(anything_of(Runbook))
def test_any_runbook_comes_back_exactly(runbook: Runbook) -> None:
    assert codec.runbook_from_text(codec.runbook_to_text(runbook)) == runbook


@settings(max_examples=100, deadline=None)
@given(anything_of(Effect))
def test_any_effect_comes_back_exactly(effect: Effect) -> None:
    assert codec.effect_from_text(*codec.effect_to_text(effect)) == effect


def test_every_effect_has_a_name_of_its_own() -> None:
    assert set(codec.EFFECT_KINDS.values()) == set(get_args(Effect))


def test_keys_that_a_newer_version_wrote_are_passed_over() -> None:
    incident = an_incident()
    written = json.loads(codec.incident_to_text(incident))
    written["mood"] = "calm"
    written["room"]["colour"] = "blue"

    assert codec.incident_from_text(json.dumps(written)) == incident


def test_an_incident_of_an_older_version_gets_the_defaults_of_what_it_lacks() -> None:
    incident = an_incident()
    written = json.loads(codec.incident_to_text(incident))
    del written["joined"]

    assert codec.incident_from_text(json.dumps(written)) == incident


def test_text_that_is_no_incident_is_refused() -> None:
    with pytest.raises(codec.Unreadable, match="number"):
        codec.incident_from_text('{"id": "incident-7"}')


def test_a_kind_of_effect_that_nobody_knows_is_refused() -> None:
    with pytest.raises(codec.Unreadable, match="pigeon"):
        codec.effect_from_text("pigeon", codec.effect_to_text(a_page())[1])
