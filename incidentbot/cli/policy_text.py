"""The answers of `incidentbot policy` as text for people. Computes nothing that the JSON does not say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from incidentbot.core.ladders.durations import spell
from incidentbot.core.policy import Policy
from incidentbot.policies.findings import Finding, Level

EVENTS = {
    "page": "page",
    "ack_deadline": "ack is late",
    "escalate": "escalate",
    "ask": "ask",
    "digest": "list",
    "restore_deadline": "restore is late",
    "update_due": "update due",
    "ack_expires": "ack expires",
    "postmortem_due": "post-mortem due",
}


def profiles(policies: Sequence[Policy]) -> str:
    """One line for each profile."""
    return table([(policy.id, policy.title, policy.sha256[:12]) for policy in policies])


def findings(checked: Sequence[tuple[str, list[Finding]]]) -> str:
    """Each profile with what was found, the worst first."""
    return "\n\n".join(_verdict(name, found) for name, found in checked)


def explanation(found: dict[str, Any], policy: Policy, declared_at: datetime) -> str:
    """The schedule as a table on the wall of the team's zone, then stages and post-mortem."""
    zone = ZoneInfo(policy.business.timezone)
    level = found["severity"] or "opens no incident"
    heading = (
        f"{policy.title} ({policy.id}), {level}, told by {', '.join(found['notify'])}, room: {found['room']}"
    )
    rows = [_row(entry, declared_at, zone) for entry in found["schedule"]]
    stages = " > ".join(_stage(stage) for stage in found["stages"]) or "none"
    return "\n".join(
        [
            heading,
            f"declared {declared_at.astimezone(zone):%a %Y-%m-%d %H:%M:%S} ({policy.business.timezone})",
            "",
            table(rows) if rows else "nothing is timed",
            "",
            f"stages: {stages}",
            f"post-mortem: {found['postmortem']}",
        ]
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, two spaces apart, no blanks at the end of a line."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _row(entry: dict[str, Any], declared_at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    at = None if entry["at"] is None else datetime.fromisoformat(entry["at"])
    unless = f"unless {entry['unless']}" if entry["unless"] else ""
    return (
        "waits" if at is None else f"{at.astimezone(zone):%a %Y-%m-%d %H:%M:%S}",
        "" if at is None else f"+{spell(at - declared_at)}",
        EVENTS[entry["event"]],
        entry["target"] or "",
        unless,
        entry["note"] or "",
    )


def _stage(stage: dict[str, Any]) -> str:
    return f"{stage['label']} [{stage['state']}]" if stage["state"] else f"({stage['label']} alongside)"


def _verdict(name: str, found: Sequence[Finding]) -> str:
    counts = {level: sum(finding.level is level for finding in found) for level in Level}
    verdict = "cannot be used" if counts[Level.ERROR] else "can be used"
    summary = ", ".join(
        f"{count} {level}{'s' if count > 1 else ''}" for level, count in counts.items() if count
    )
    lines = (
        table([(f"  {finding.level}", finding.where, finding.message) for finding in found]) if found else ""
    )
    return f"{name} {verdict}{': ' if summary else ''}{summary}\n{lines}".rstrip()
