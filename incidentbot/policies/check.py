"""Checking a profile: what is valid but looks odd, what is guessed, what nothing acts on yet. Changes nothing."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from incidentbot.core.ladders.durations import spell
from incidentbot.core.maintenance.window import occurrences
from incidentbot.core.policy import Deadline, Mode, Policy, Severity, SeverityRule, Span
from incidentbot.policies.connected import unkeyed, why
from incidentbot.policies.findings import Finding, Level, PolicyError
from incidentbot.policies.loader import load
from incidentbot.policies.reach import Wiring, gaps
from incidentbot.policies.team import Team

__all__ = ["Finding", "Level", "check", "check_file"]

LIVE_NEEDS = {
    "timezone": "No time zone is stated: business hours are read in the built-in {zone}.",
    "business_hours": "No business hours are stated: the built-in Monday to Friday, 09:00-17:00 count.",
    "holidays": "No holidays are stated: every working day counts.",
}
"""What a live profile must state, because nobody can guess it."""

FIXED_ZONES = frozenset(
    {"EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"}
)
"""Old names; EST, MST and HST never change their clocks (tz database, file `backward`)."""

GUESSED = {
    "immediate_means": "`immediate` is guessed to mean that an ack later than the built-in five minutes is late.",
    "persistent_means": "`persistent` is guessed to mean: open for more than seven days.",
    "multiple_users_means": "`multiple users` is guessed to mean: two or more.",
    "chains": "No chain is stated: the built-in one counts, from the primary over the secondary to the team lead.",
}

_PLACEHOLDER = re.compile(r"example\.(com|org|net|invalid)|\bXXX\b|\[link|changeme|todo", re.IGNORECASE)


def check(
    policy: Policy, *, today: date | None = None, runbooks: frozenset[str] | None = None
) -> list[Finding]:
    """All there is to say about a policy that loads: errors first, then warnings, then notes.

    today: for the age of its last review. runbooks: the file names that exist. Either None: not judged.
    """
    found = [
        *_missing_runbooks(policy, runbooks),
        *_escalates_before_the_answer(policy),
        *_two_cadences(policy),
        *_calendar(policy),
        *_placeholders(policy),
        *_stale(policy, today),
        *_unannounced_pages(policy),
        *_keyed(policy),
        *_maintenance(policy, today),
        *_notes(policy),
    ]
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The worst first."""
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def unreached(policy: Policy, team: Team, wiring: Wiring) -> Iterator[Finding]:
    """The rungs that reach nobody by this team file, and the roles of the file that no chain names."""
    for gap in gaps(policy, team, wiring):
        yield Finding(Level.WARNING, gap.where, gap.sentence)
    for role in team.unknown_roles(role for chain in policy.chains.values() for role in chain):
        message = "The team file binds this role, and no chain of this profile names it. A slip of the pen?"
        yield Finding(Level.NOTE, f"chains {role}", message)


def check_file(
    name_or_path: str | Path, *, today: date | None = None, runbooks: frozenset[str] | None = None
) -> tuple[Policy | None, list[Finding]]:
    """The policy and its findings; no policy, and why, for a profile that cannot be used."""
    try:
        policy = load(name_or_path)
    except PolicyError as error:
        return None, list(error.findings)
    return policy, check(policy, today=today, runbooks=runbooks)


def _missing_runbooks(policy: Policy, runbooks: frozenset[str] | None) -> Iterator[Finding]:
    for number, hint in enumerate(policy.runbooks):
        if runbooks is not None and hint.file not in runbooks:
            yield Finding(Level.ERROR, f"runbooks[{number}].file", f'There is no runbook "{hint.file}".')


def _escalates_before_the_answer(policy: Policy) -> Iterator[Finding]:
    """Valid on purpose (conflict C-09 of the five teams), and worth a look."""
    for severity, rule in policy.severities.items():
        ack = _span(rule.ack, policy)
        for number, rung in enumerate(rule.escalate):
            if rung.mode is not Mode.AUTO or rung.when is not None or rung.after is None or ack is None:
                continue
            if rung.after < ack:
                when = f"after {spell(rung.after)}" if rung.after else "at once"
                yield Finding(
                    Level.WARNING,
                    f"severities.{severity}.escalate[{number}]",
                    f"Escalates {when}, before the answer is late at {spell(ack)}.",
                )


def _span(deadline: Deadline | None, policy: Policy) -> timedelta | None:
    if deadline is None or deadline.within is Span.NEXT_BUSINESS_DAY:
        return None
    return policy.immediate_means if isinstance(deadline.within, Span) else deadline.within


def _two_cadences(policy: Policy) -> Iterator[Finding]:
    drills = policy.other.get("dr", {}).get("drills", ())
    if len(drills) > 1:
        yield Finding(
            Level.WARNING, "dr.drills", f"More than one cadence: {', '.join(drills)}; the shortest wins."
        )


def _calendar(policy: Policy) -> Iterator[Finding]:
    for name, sentence in LIVE_NEEDS.items():
        if name in policy.guessed:
            yield Finding(Level.WARNING, name, sentence.format(zone=policy.business.timezone))
    planned = policy.maintenance.timezone if policy.maintenance else ""
    for name, zone in (("timezone", policy.business.timezone), ("maintenance.planned.timezone", planned)):
        if zone in FIXED_ZONES and (name == "timezone" or zone != policy.business.timezone):
            message = (
                f'"{zone}" is an old name that may never change its clocks; write it like America/New_York.'
            )
            yield Finding(Level.WARNING, name, message)


def _placeholders(policy: Policy) -> Iterator[Finding]:
    texts: dict[str, Any] = {f"links.{name}": text for name, text in policy.links.items()}
    texts |= {f"contacts.{name}": text for name, text in policy.contacts.items()}
    texts["oncall.schedule_link"] = policy.other.get("oncall", {}).get("schedule_link", "")
    for where, text in texts.items():
        if _PLACEHOLDER.search(text):
            yield Finding(Level.WARNING, where, f'"{text}" is a placeholder.')


def number_to_call(policy: Policy) -> str:
    """`contacts.phone`, "" where it is missing or a placeholder: nobody can call that."""
    number = policy.contacts.get("phone", "")
    return "" if _PLACEHOLDER.search(number) else number


def _stale(policy: Policy, today: date | None) -> Iterator[Finding]:
    reviewed, period = policy.other.get("reviewed"), policy.other.get("review_every")
    if period is None or today is None:
        return
    if reviewed is None:
        yield Finding(
            Level.WARNING,
            "reviewed",
            f"To be reviewed every {spell(period)}, but no date of a review is stated.",
        )
    elif reviewed + period < today:
        yield Finding(
            Level.WARNING, "reviewed", f"Last reviewed on {reviewed}, to be reviewed every {spell(period)}."
        )


def _unannounced_pages(policy: Policy) -> Iterator[Finding]:
    """An alert that is not to page opens a level that pages: a person confirms first."""
    for name, alert in policy.alerts.items():
        rule: SeverityRule | None = (
            policy.severities.get(alert.opens) if isinstance(alert.opens, Severity) else None
        )
        if rule is not None and not alert.page and "pagerduty" in rule.notify:
            message = f"Opens {alert.opens}, which pages, but says no `page: true`: the pager stays silent until a person acts."
            yield Finding(Level.NOTE, f"alerts.{name}", message)


def _maintenance(policy: Policy, today: date | None) -> Iterator[Finding]:
    """When the planned window is next open: a slip in a recurrence shows there."""
    planned = policy.maintenance
    if planned is None or today is None:
        return
    where = "maintenance.planned"
    window = next(occurrences(planned, datetime.combine(today, time.min, UTC)), None)
    if window is None:
        yield Finding(Level.WARNING, where, "This window does not open within four years.")
        return
    wall = window.begins_at.astimezone(ZoneInfo(planned.timezone))
    length = spell(window.ends_at - window.begins_at)
    message = f"Opens next on {wall:%a %Y-%m-%d %H:%M} ({planned.timezone}) for {length}; alerts below P0 open nothing then."
    yield Finding(Level.NOTE, where, message)


def _keyed(policy: Policy) -> Iterator[Finding]:
    """A profile knows no keys: what is listed and needs some is named, whether they are set or not."""
    for name, words in unkeyed(policy, frozenset({"pagerduty"})).items():
        yield Finding(Level.NOTE, f"severities.*.notify {name}", f"Asks for keys: {words}.")
    asked = any("phone" in rule.notify for rule in policy.severities.values())
    if asked and not policy.contacts.get("phone"):
        yield Finding(
            Level.WARNING, "contacts.phone", "A level lists `phone`, and no number is given to call by voice."
        )


def _notes(policy: Policy) -> Iterator[Finding]:
    for number, text in enumerate(policy.assumptions):
        yield Finding(Level.NOTE, f"assumptions[{number}]", f"Assumed: {text}.")
    for name, sentence in GUESSED.items():
        if name in policy.guessed:
            yield Finding(Level.NOTE, name, sentence)
    for entry in policy.unread:
        yield Finding(Level.NOTE, entry, f"Not connected yet: {why(entry)}.")
