"""A section of a post-mortem is changed on top of the version that its writer saw, and by nobody else meanwhile."""

from dataclasses import replace

from incidentbot.core.postmortems.human_text import HumanText
from incidentbot.store.store import SqlStore
from tests.store.samples import T0, an_incident, keep

FIRST = HumanText("impact", "Cards failed.", "nothing on record", "U1", T0)


async def test_what_a_person_wrote_is_read_as_it_was_written(store: SqlStore):
    incident = await keep(store)

    assert await store.sections.write(incident.id, FIRST)
    assert await store.sections.written(incident.id) == {"impact": FIRST}
    other = await keep(store, an_incident(8))
    assert await store.sections.written(other.id) == {}


async def test_of_two_who_write_on_top_of_one_version_the_second_is_told(store: SqlStore):
    incident = await keep(store)
    await store.sections.write(incident.id, FIRST)
    second = replace(FIRST, text="Cards failed for an hour.", by="U2", version=2)

    assert not await store.sections.write(incident.id, replace(FIRST, text="mine"))
    assert await store.sections.write(incident.id, second)
    assert not await store.sections.write(incident.id, replace(second, text="too late"))
    assert await store.sections.written(incident.id) == {"impact": second}


async def test_a_section_goes_back_to_what_is_generated_unless_somebody_changed_it(store: SqlStore):
    incident = await keep(store)
    await store.sections.write(incident.id, FIRST)

    assert not await store.sections.forget(incident.id, "impact", version=2)
    assert await store.sections.forget(incident.id, "impact", version=1)
    assert await store.sections.written(incident.id) == {}
