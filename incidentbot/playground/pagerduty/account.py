"""Who is in the PagerDuty account: users, schedules, escalation policies, services. Knows no incident."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum


class Urgency(StrEnum):
    """How loudly an incident asks."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class PagerUser:
    """A person with a phone."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rotation. `on_call` is who has the shift at the start; `Account.put_on_call` hands it over."""

    id: str
    name: str
    on_call: tuple[PagerUser, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One level of an escalation policy."""

    id: str
    targets: tuple[PagerUser | Schedule, ...]
    delay_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Policy:
    """An escalation policy: level 1 is `rules[0]`."""

    id: str
    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What incidents are opened on. `routing_key` is its Events v2 integration key, 32 characters."""

    id: str
    name: str
    policy: Policy
    routing_key: str
    urgency: Urgency = Urgency.HIGH


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority of the account, defined by its owner."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Shift:
    """One person on call at one level of one policy; `schedule` is None for a permanent duty."""

    user: PagerUser
    policy: Policy
    level: int
    schedule: Schedule | None


PRIORITIES: tuple[Priority, ...] = (
    Priority("PPRIO01", "P1", "Critical: customers everywhere cannot use the product"),
    Priority("PPRIO02", "P2", "Major: many customers are hindered"),
    Priority("PPRIO03", "P3", "Minor: some customers notice"),
    Priority("PPRIO04", "P4", "Low: an annoyance with a way around it"),
    Priority("PPRIO05", "P5", "Cosmetic: nobody is hindered"),
)
ABILITIES: tuple[str, ...] = ("teams", "urgencies", "coordinated_responding", "priorities")


class Account:
    """The account's people and duties, found by id. The rotation and the abilities may be changed while it runs."""

    def __init__(self, services: Sequence[Service], users: Sequence[PagerUser]) -> None:
        self.services: dict[str, Service] = {service.id: service for service in services}
        self.users: dict[str, PagerUser] = {user.id: user for user in users}
        self.policies: dict[str, Policy] = {service.policy.id: service.policy for service in services}
        self.schedules: dict[str, Schedule] = {
            target.id: target for target in self._targets() if isinstance(target, Schedule)
        }
        self.priorities: tuple[Priority, ...] = PRIORITIES
        self.abilities: set[str] = set(ABILITIES)
        self._handed_over: dict[str, tuple[PagerUser, ...]] = {}
        self._by_key: Mapping[str, Service] = {service.routing_key: service for service in services}

    def _targets(self) -> Iterable[PagerUser | Schedule]:
        for policy in self.policies.values():
            for rule in policy.rules:
                yield from rule.targets

    def climb_late(self, length: timedelta) -> None:
        """Have no escalation policy climb by itself before this long: a ladder elsewhere rings the same people."""
        minutes = int(length / timedelta(minutes=1))
        for name, policy in self.policies.items():
            rules = tuple(replace(rule, delay_minutes=minutes) for rule in policy.rules)
            self.policies[name] = replace(policy, rules=rules)
        for name, service in self.services.items():
            self.services[name] = replace(service, policy=self.policies[service.policy.id])
        self._by_key = {service.routing_key: service for service in self.services.values()}

    def user(self, who: str) -> PagerUser | None:
        """The user with this id, e-mail address or name (case does not matter)."""
        word = who.casefold()
        for user in self.users.values():
            if word in {user.id.casefold(), user.email.casefold(), user.name.casefold()}:
                return user
        return None

    def service_of(self, routing_key: str) -> Service | None:
        """The service whose integration has this key."""
        return self._by_key.get(routing_key)

    def put_on_call(self, schedule_id: str, users: Sequence[PagerUser]) -> None:
        """Hand the shift of a schedule over; an empty sequence leaves a gap."""
        self._handed_over[self.schedules[schedule_id].id] = tuple(users)

    def on_duty(self, schedule: Schedule) -> tuple[PagerUser, ...]:
        """Who has the shift now."""
        return self._handed_over.get(schedule.id, schedule.on_call)

    def shifts(self, policy: Policy, level: int) -> list[Shift]:
        """Everybody on call at this level (1 is the first); empty past the last level."""
        found: list[Shift] = []
        for target in policy.rules[level - 1].targets if 1 <= level <= len(policy.rules) else ():
            if isinstance(target, PagerUser):
                found.append(Shift(target, policy, level, None))
            else:
                found.extend(Shift(user, policy, level, target) for user in self.on_duty(target))
        return found

    def first_manned_level(self, policy: Policy, level: int) -> int | None:
        """This level or the next above it where somebody is on call; None when nobody is."""
        levels = range(level, len(policy.rules) + 1)
        return next((each for each in levels if self.shifts(policy, each)), None)

    def on_call(self, policy: Policy, level: int) -> list[PagerUser]:
        """The people of a level, each once."""
        return list(dict.fromkeys(shift.user for shift in self.shifts(policy, level)))
