"""REST bodies of people and duties: users, schedules, policies, services, priorities, on-calls. Shows no incident."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from incidentbot.playground.pagerduty.account import (
    Account,
    PagerUser,
    Policy,
    Priority,
    Schedule,
    Service,
    Shift,
)
from incidentbot.playground.pagerduty.incidents import Incidents, Status
from incidentbot.playground.pagerduty.references import JsonObject, References, instant

CREATED_AT = "2020-01-01T00:00:00Z"
TURN = timedelta(days=7)


class DirectoryShapes:
    """Builds the bodies. `included` is what the caller asked to see in full by `include[]`."""

    def __init__(self, account: Account, refs: References, included: Collection[str] = ()) -> None:
        self._account = account
        self._refs = refs
        self._included = included

    def user(self, user: PagerUser) -> JsonObject:
        """A whole user."""
        return {
            **self._refs.head(user),
            "name": user.name,
            "email": user.email,
            "time_zone": "Etc/UTC",
            "color": "purple",
            "role": "user",
            "avatar_url": f"{self._refs.web}/avatars/{user.id}.png",
            "description": None,
            "invitation_sent": False,
            "job_title": "Engineer",
            "teams": [],
            "contact_methods": [],
            "notification_rules": [],
        }

    def policy(self, policy: Policy) -> JsonObject:
        """A whole escalation policy, its rules in order of level."""
        services = [each for each in self._account.services.values() if each.policy.id == policy.id]
        return {
            **self._refs.head(policy),
            "name": policy.name,
            "escalation_rules": [
                {
                    "id": rule.id,
                    "escalation_delay_in_minutes": rule.delay_minutes,
                    "targets": [self._refs.to(target) for target in rule.targets],
                }
                for rule in policy.rules
            ],
            "services": [self._refs.to(service) for service in services],
            "num_loops": 0,
            "teams": [],
            "description": None,
            "on_call_handoff_notifications": "if_has_services",
        }

    def service(self, service: Service, incidents: Incidents) -> JsonObject:
        """A whole service; its `status` follows its open incidents."""
        statuses = {each.status for each in incidents if each.service.id == service.id and each.is_open}
        loudest = "warning" if statuses else "active"
        return {
            **self._refs.head(service),
            "name": service.name,
            "description": None,
            "created_at": CREATED_AT,
            "status": "critical" if Status.TRIGGERED in statuses else loudest,
            "escalation_policy": self._refs.to(service.policy),
            "teams": [],
            "integrations": [],
            "incident_urgency_rule": {"type": "constant", "urgency": service.urgency.value},
            "alert_creation": "create_alerts_and_incidents",
            "auto_resolve_timeout": None,
            "acknowledgement_timeout": None,
        }

    def priority(self, priority: Priority) -> JsonObject:
        """A whole priority."""
        return {**self._refs.head(priority), "name": priority.name, "description": priority.description}

    def schedule(self, schedule: Schedule, now: datetime) -> JsonObject:
        """A whole schedule of one layer, in which whoever is on duty has the present turn."""
        users = self._account.on_duty(schedule)
        policies = [
            policy
            for policy in self._account.policies.values()
            if any(target.id == schedule.id for rule in policy.rules for target in rule.targets)
        ]
        entries = [self._turn(user, now) for user in users]
        layer = {
            "id": f"{schedule.id}L",
            "name": "Layer 1",
            "start": CREATED_AT,
            "rotation_virtual_start": CREATED_AT,
            "rotation_turn_length_seconds": int(TURN.total_seconds()),
            "users": [{"user": self._refs.to(user)} for user in users],
            "restrictions": [],
            "rendered_schedule_entries": entries,
            "rendered_coverage_percentage": 100.0 if users else 0.0,
        }
        return {
            **self._refs.head(schedule),
            "name": schedule.name,
            "time_zone": "Etc/UTC",
            "description": None,
            "escalation_policies": [self._refs.to(policy) for policy in policies],
            "users": [self._refs.to(user) for user in users],
            "teams": [],
            "schedule_layers": [layer],
            "overrides_subschedule": {"name": "Overrides", "rendered_schedule_entries": []},
            "final_schedule": {"name": "Final Schedule", "rendered_schedule_entries": entries},
        }

    def _turn(self, user: PagerUser, now: datetime) -> dict[str, Any]:
        start, end = instant(now - TURN / 2), instant(now + TURN / 2)
        return {"start": start, "end": end, "user": self._refs.to(user)}

    def shift(self, shift: Shift, now: datetime) -> JsonObject:
        """One entry of `GET /oncalls`; a permanent duty has neither schedule nor start nor end."""
        has_turns = shift.schedule is not None
        return {
            "user": self.user(shift.user) if "users" in self._included else self._refs.to(shift.user),
            "schedule": None if shift.schedule is None else self._refs.to(shift.schedule),
            "escalation_policy": self._refs.to(shift.policy),
            "escalation_level": shift.level,
            "start": instant(now - TURN / 2) if has_turns else None,
            "end": instant(now + TURN / 2) if has_turns else None,
        }
