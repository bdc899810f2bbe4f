"""A runbook as JSON for programs. The shape of `steps` is a contract: every key is always there, null where empty."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from incidentbot.core.runbooks.runbook import Lint, Runbook, Step
from incidentbot.core.runbooks.runbook_match import Match
from incidentbot.documents.runbooks.authors.runbook_lint import SEVERE, overdue_review
from incidentbot.documents.runbooks.runbook_index import entry_of

_STATED = ("owner", "owner_slack", "estimate", "takes", "last_reviewed_on", "review_in", "escalate_to")


def steps_json(runbook: Runbook, lint: Sequence[Lint]) -> dict[str, Any]:
    """What `incidentbot runbook steps --json` prints. lint: the remarks to show, those of today included."""
    return {
        "title": runbook.title,
        "context_md": runbook.context_md,
        "reference_md": runbook.reference_md,
        "steps": [_step(step) for step in runbook.steps],
        "links": [asdict(link) for link in runbook.links],
        "lint": [_remark(remark) for remark in lint],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "title": step.title,
        "kind": step.kind,
        "section": list(step.section),
        "body_md": step.body_md,
        "commands": [asdict(command) for command in step.commands],
        "expected": list(step.expected),
        "checklist": list(step.checklist),
        "branches": [asdict(branch) for branch in step.branches],
        "warnings": list(step.warnings),
        "optional": step.optional,
        "estimate_minutes": step.estimate_minutes,
        "source_lines": list(step.source_lines),
    }


def _remark(lint: Lint) -> dict[str, Any]:
    return {"rule": lint.rule, "line": lint.line, "message": lint.message}


def about_json(runbook: Runbook, *, today: date) -> dict[str, Any]:
    """One line of `incidentbot runbook list --json`."""
    entry = entry_of(runbook)
    stated: Mapping[str, object] = {key: runbook.meta.get(key) for key in _STATED}
    return {
        "path": runbook.path,
        "title": runbook.title,
        "steps": len(runbook.steps),
        "severity": list(entry.severities),
        "services": list(entry.services),
        "tags": list(entry.tags),
        "triggers": list(entry.triggers),
        **stated,
        "overdue": overdue_review(runbook.meta, today=today) is not None,
    }


def checked_json(runbook: Runbook, findings: Sequence[Lint]) -> dict[str, Any]:
    """One file of `incidentbot runbook check --json`; `ok` is false when a finding is severe."""
    return {
        "path": runbook.path,
        "title": runbook.title,
        "steps": len(runbook.steps),
        "ok": not any(finding.rule in SEVERE for finding in findings),
        "findings": [_remark(finding) | {"severe": finding.rule in SEVERE} for finding in findings],
    }


def match_json(match: Match) -> dict[str, Any]:
    """One line of `incidentbot runbook match --json`."""
    return {"path": match.path, "title": match.title, "score": match.score, "reason": match.reason}
