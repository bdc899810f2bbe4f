"""`incidentbot serve | doctor | manifest`: run the bot, check its connections, print the Slack app's manifest."""

import asyncio
import json as jsonlib
from typing import Annotated
from urllib.parse import urlsplit

import typer

from incidentbot.app import run
from incidentbot.cli.garbage import set_apart_what_stands
from incidentbot.cli.logs import configure_logs
from incidentbot.cli.refusal import answer, refusing
from incidentbot.core.refusals import Refused
from incidentbot.doctor import check_connections
from incidentbot.flows.values import StoreAway
from incidentbot.settings import Settings, unknown_names
from incidentbot.slack.manifest import app_manifest

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
NOT_WELL_EXIT = 1


def serve(json: Json = False) -> None:
    """Run the bot until it is told to stop."""
    with refusing(json=json):
        settings = Settings.from_environment()
        configure_logs(settings.log_level)
        for sentence in unknown_names():
            typer.echo(sentence, err=True)
        set_apart_what_stands()
        try:
            asyncio.run(run(settings))
        except StoreAway as away:
            raise Refused(str(away)) from away


def doctor(json: Json = False) -> None:
    """Check keys, scopes, channels and who can be reached, before the first incident."""
    with refusing(json=json):
        findings = asyncio.run(check_connections(Settings.from_environment()))
    lines = [f"{'ok   ' if one.ok else 'WRONG'}  {one.what}: {one.sentence}" for one in findings]
    rows = [{"what": one.what, "ok": one.ok, "message": one.sentence} for one in findings]
    answer({"ok": all(one.ok for one in findings), "findings": rows}, "\n".join(lines), json=json)
    if not all(one.ok for one in findings):
        raise typer.Exit(NOT_WELL_EXIT)


def manifest(
    http: Annotated[
        str, typer.Option(help="The public URL of the bot, for HTTP instead of Socket Mode.")
    ] = "",
    json: Json = False,
) -> None:
    """The manifest to create the Slack app from: paste it at api.slack.com/apps, From a manifest."""
    with refusing(json=json):
        if http and not _is_public(http):
            raise Refused(
                f"Slack sends to https alone, and {http} is no https address: "
                "write it like https://incidents.example.com, or leave --http out for Socket Mode."
            )
        typer.echo(jsonlib.dumps(app_manifest(http_url=http), indent=2))


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
