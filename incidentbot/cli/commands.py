"""All shell commands under one name. A refusal leaves with 2 and one sentence, a bug with 1 and a reference."""

import json
import sys

import typer

from incidentbot.cli.database import database_app
from incidentbot.cli.demo import demo
from incidentbot.cli.incidents import incidents_app, load_source
from incidentbot.cli.logs import configure_logs
from incidentbot.cli.policy import policy_app
from incidentbot.cli.postmortem import postmortem_app
from incidentbot.cli.runbook import runbook_app
from incidentbot.cli.runbook_feedback import feedback
from incidentbot.cli.runbook_preview import preview
from incidentbot.cli.serve import doctor, manifest, serve
from incidentbot.telemetry import report_bug

app = typer.Typer(
    name="incidentbot",
    help="Runs an incident from the first page to the reviewed post-mortem.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve)
app.command()(demo)
app.command()(doctor)
app.command()(manifest)
runbook_app.command()(feedback)
runbook_app.command()(preview)
for group in (policy_app, runbook_app, postmortem_app(load_source), incidents_app, database_app):
    app.add_typer(group)


def main() -> None:
    """The entry point: the boundary where a bug at the shell is logged once and the person given its reference."""
    configure_logs("WARNING")
    try:
        app()
    except Exception as error:
        reference = report_bug("shell", error)
        sentence = f"Something broke on my side (reference {reference}). The log above says where."
        if "--json" in sys.argv:
            typer.echo(json.dumps({"error": {"code": "bug", "message": sentence}}))
        else:
            typer.echo(sentence, err=True)
        raise SystemExit(1) from error
