"""`incidentbot policy`: list the profiles, check one, and explain what one promises. Changes no file, starts nothing."""

from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from incidentbot.cli import policy_text
from incidentbot.cli.policy_answers import Question, explanation, moment
from incidentbot.cli.refusal import answer, refusing
from incidentbot.clock import SystemClock
from incidentbot.documents.runbooks.runbook_places import shipped_folder
from incidentbot.pagerduty.modes import meant_wiring
from incidentbot.policies.check import check_file, in_order, unreached
from incidentbot.policies.findings import Finding, Level
from incidentbot.policies.layers import locate
from incidentbot.policies.loader import load, shipped
from incidentbot.policies.team import Team, load_team
from incidentbot.settings import Settings

policy_app = typer.Typer(name="policy", help="The teams' profiles.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@policy_app.command("list")
def list_profiles(json: Json = False) -> None:
    """The profiles that come with the bot."""
    with refusing(json=json):
        profiles = [load(name) for name in shipped()]
        answer(
            {
                "profiles": [
                    _about(profile.id) | {"title": profile.title, "sha256": profile.sha256}
                    for profile in profiles
                ]
            },
            policy_text.profiles(profiles),
            json=json,
        )


@policy_app.command("check")
def check_profiles(
    file: Annotated[
        str | None, typer.Argument(help="A profile's id or file; all shipped ones if left out.")
    ] = None,
    runbooks: Annotated[
        Path | None, typer.Option(envvar="INCIDENTBOT_RUNBOOKS", help="The folder of runbooks.")
    ] = None,
    team: Annotated[
        Path | None,
        typer.Option(envvar="INCIDENTBOT_TEAM", help="The team file: who is reached by each rung."),
    ] = None,
    json: Json = False,
) -> None:
    """What a profile gets wrong, leaves out or guesses, and which rungs reach nobody. Exit 2 if it cannot be used."""
    with refusing(json=json):
        books, bound = _runbook_names(runbooks), load_team(team) if team else None
        checked = [_checked(name, books, bound) for name in ([file] if file else shipped())]
    broken = next(
        (finding for _, found in checked for finding in found if finding.level is Level.ERROR), None
    )
    payload: dict[str, Any] = {"profiles": [_verdict(name, found) for name, found in checked]}
    if broken is not None:
        payload["error"] = {"code": "policy_refused", "message": f"{broken.where}: {broken.message}"}
    answer(payload, policy_text.findings(checked), json=json)
    if broken is not None:
        raise typer.Exit(2)


@policy_app.command("explain")
def explain(  # noqa: PLR0913, PLR0917 - each option at the shell is an argument
    profile: Annotated[str, typer.Argument(help="A profile's id or file.")],
    severity: Annotated[str | None, typer.Option(help="A severity word of the profile, like sev1.")] = None,
    alert: Annotated[str | None, typer.Option(help="An alert's name, instead of a severity.")] = None,
    declared_at: Annotated[
        str | None, typer.Option(help="ISO 8601; without an offset UTC. Now if left out.")
    ] = None,
    kind: Annotated[str, typer.Option(help="incident, security, maintenance, degradation ...")] = "incident",
    fact: Annotated[
        list[str] | None, typer.Option(help="A fact that is known: multiple_users, persistent.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="ISO 8601: cut there, and repeat what repeats.")] = None,
    json: Json = False,
) -> None:
    """What the profile promises an incident of this severity: pages, deadlines, ladder, stages."""
    with refusing(json=json):
        policy = load(profile)
        question = Question(
            severity=severity,
            alert=alert,
            kind=kind,
            declared_at=moment(declared_at) or SystemClock().now().astimezone(UTC).replace(microsecond=0),
            facts=tuple(fact or ()),
            until=moment(until),
        )
        found = explanation(policy, question)
        answer(found, policy_text.explanation(found, policy, question.declared_at), json=json)


def _about(name: str) -> dict[str, Any]:
    return {"id": name, "file": str(locate(name))}


def _checked(name: str, runbooks: frozenset[str] | None, team: Team | None) -> tuple[str, list[Finding]]:
    today = SystemClock().now().date()
    policy, found = check_file(name, today=today, runbooks=runbooks)
    if policy is None or team is None:
        return name, found
    return name, in_order([*found, *unreached(policy, team, meant_wiring(Settings.from_environment(), team))])


def _runbook_names(folder: Path | None) -> frozenset[str] | None:
    """The names of the runbooks there are, None where there is no folder to look into."""
    looked_into = folder or shipped_folder()
    return frozenset(file.name for file in looked_into.glob("**/*.md")) if looked_into.is_dir() else None


def _verdict(name: str, found: list[Finding]) -> dict[str, Any]:
    return {
        "profile": name,
        "ok": all(finding.level is not Level.ERROR for finding in found),
        "findings": [
            {"level": finding.level, "where": finding.where, "message": finding.message} for finding in found
        ],
    }
