"""`incidentbot incidents`: what is stored, as text, as JSON, as an export. Changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer

from incidentbot.cli.refusal import answer, refusing
from incidentbot.clock import SystemClock
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.messages import Message
from incidentbot.core.postmortems.postmortem_types import DraftSource
from incidentbot.core.refusals import Refused
from incidentbot.core.text.incident_name import number_of
from incidentbot.documents.postmortems.postmortem_export import export_of
from incidentbot.flows.drafting import source_of
from incidentbot.flows.ports import Store
from incidentbot.flows.values import ListFilter, Ref, RefKind, StoreAway
from incidentbot.settings import Settings
from incidentbot.store.engines.engine import open_store

incidents_app = typer.Typer(name="incidents", help="What is stored.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
MOST = 1000
NONE = {"all": "No incident was ever declared here.", "open": "No incident is open."}
T = TypeVar("T")


@incidents_app.command("list")
def list_incidents(
    every: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    json: Json = False,
) -> None:
    """The open incidents, newest first."""
    with refusing(json=json):
        which = "all" if every else "open"
        found = asyncio.run(with_store(lambda store: store.incidents(only=ListFilter(which, limit=MOST))))
    text = "\n".join(_line(one) for one in found) or NONE[which]
    answer({"incidents": [_summary(one) for one in found]}, text, json=json)


@incidents_app.command("show")
def show(name: Annotated[str, typer.Argument(help="Like INC-7.")], json: Json = False) -> None:
    """One incident with its timeline."""
    with refusing(json=json):
        incident, facts, _ = asyncio.run(with_store(lambda store: _whole(store, name)))
    lines = [f"{one.fact.at:%Y-%m-%d %H:%M:%S}  {one.fact.text}" for one in facts]
    timeline = [_fact(one) for one in facts]
    answer(_summary(incident) | {"timeline": timeline}, "\n".join([_line(incident), *lines]), json=json)


@incidents_app.command("export")
def export(name: Annotated[str, typer.Argument(help="Like INC-7.")], json: Json = True) -> None:
    """Everything that a draft is made from, as JSON for `postmortem draft --from`."""
    with refusing(json=json):
        number = number_of(name)
        if number is None:
            raise Refused(f'"{name}" names no incident: write it like INC-7.')
        payload = export_of(asyncio.run(load_source(number)))
    answer(payload, "", json=True)


async def load_source(number: int) -> DraftSource:
    """What the draft of a stored incident is made from. Raises Refused where there is none."""

    async def read(store: Store) -> DraftSource:
        incident, _, _ = await _whole(store, f"INC-{number}")
        return await source_of(store, incident)

    return await with_store(read)


async def with_store(read: Callable[[Store], Awaitable[T]]) -> T:
    """What is read from the database that the settings name."""
    settings = Settings.from_environment()
    try:
        async with open_store(settings.database_url, SystemClock()) as store:
            return await read(store)
    except (StoreAway, ValueError) as error:
        raise Refused(str(error)) from error


async def _whole(store: Store, name: str) -> tuple[Incident, Sequence[Recorded], Sequence[Message]]:
    number = number_of(name)
    incident = None if number is None else await store.incident(Ref(RefKind.NUMBER, str(number)))
    if incident is None:
        raise Refused(f"There is no incident {name}. `incidentbot incidents list --all` names them.")
    return incident, await store.facts(incident.id), await store.messages(incident.id)


def _line(incident: Incident) -> str:
    return (
        f"{incident.name:<8} {incident.severity}  {incident.status:<9} "
        f"{incident.declared_at:%Y-%m-%d %H:%M}  {'PRIVATE ' * incident.private}{'DRILL ' * incident.drill}{incident.title}"
    )


def _summary(incident: Incident) -> dict[str, Any]:
    milestones = {state.value: moment.at.isoformat() for state, moment in incident.milestones.items()}
    return {
        "id": incident.name,
        "uuid": incident.id,
        "title": incident.title,
        "severity": incident.severity.value,
        "kind": incident.kind,
        "drill": incident.drill,
        "private": incident.private,
        "status": incident.status.value,
        "state": incident.state.value,
        "stage": incident.stage,
        "profile": incident.plan.profile,
        "declared_at": incident.declared_at.isoformat(),
        "declared_by": incident.declared_by or None,
        "declared_via": incident.declared_via or None,
        "milestones": milestones,
        "roles": dict(incident.roles),
        "channel": incident.room.channel,
    }


def _fact(recorded: Recorded) -> dict[str, Any]:
    fact = recorded.fact
    return {
        "seq": recorded.seq,
        "at": fact.at.isoformat(),
        "kind": fact.kind.value,
        "text": fact.text,
        "by": fact.by,
        "data": dict(fact.data),
    }
