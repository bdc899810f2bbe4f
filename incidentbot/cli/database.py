"""`incidentbot db`: the schema. `serve` brings it up to date by itself; this is for those who do it beforehand."""

import asyncio
from typing import Annotated

import typer

from incidentbot.cli.refusal import answer, refusing
from incidentbot.clock import SystemClock
from incidentbot.core.refusals import Refused
from incidentbot.flows.values import StoreAway
from incidentbot.settings import Settings
from incidentbot.store.engines.engine import open_store

database_app = typer.Typer(name="db", help="The database's schema.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@database_app.callback()
def group() -> None:
    """The database's schema."""


@database_app.command("upgrade")
def upgrade(json: Json = False) -> None:
    """Bring the schema up to date."""
    with refusing(json=json):
        asyncio.run(_upgrade(Settings.from_environment()))
        answer({"upgraded": True}, "The database is up to date.", json=json)


async def _upgrade(settings: Settings) -> None:
    try:
        async with open_store(settings.database_url, SystemClock()):
            return
    except (StoreAway, ValueError) as error:
        raise Refused(str(error)) from error
