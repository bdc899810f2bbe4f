"""The team file: who has which role, in Slack and in PagerDuty. Knows neither who is on call now nor any policy.

schema: 1
pagerduty: {service: PSVC001}
roles:
  on_call_primary: {slack: [U0ANA], email: [ana@example.com], pagerduty: {routing_key: c0ffee…}}
  team_lead: {slack: [U0CHI, S0LEADS], pagerduty: {user: PUCHI}}
channels: {incidents: "#incidents"}
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from incidentbot.core.refusals import Refused
from incidentbot.policies import yaml_strict
from incidentbot.policies.blocks import Block

SLACK_ID = re.compile(r"[USW][A-Z0-9]{2,}")
GROUP = "S"
"""How the id of a Slack user group begins; a member's begins with U or W."""

SLACK_CHANNEL = re.compile(r"C[A-Z0-9]{2,}|#[^\s#]{1,80}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
ROUTING_KEY = re.compile(r"[A-Za-z0-9]{32}")
PAGERDUTY_ID = re.compile(r"[A-Z0-9]{4,}")

PLAIN: Mapping[str, str] = {
    "missing": "This key is missing",
    "literal_error": "Here must be 1",
    "string_type": "Here must be text",
    "tuple_type": "Here must be a list, such as [U0123ABC]",
    "dict_type": "Here must be keys with their values",
    "model_type": "Here must be keys with their values",
}
"""pydantic's kinds of error, in words for whoever writes the file."""


class TeamError(Refused):
    """A team file that cannot be used: which file, which line, which key, and what may stand there."""


@dataclass(frozen=True, slots=True)
class PagerTarget:
    """Where a role is reached in PagerDuty; empty where it is not bound.

    routing_key is for Events; of the other three, ids for REST, at most one is set.
    """

    routing_key: str = field(default="", repr=False)
    escalation_policy: str = ""
    schedule: str = ""
    user: str = ""

    @property
    def by_id(self) -> bool:
        """Whether it names somebody whom REST can find."""
        return bool(self.user or self.schedule or self.escalation_policy)


@dataclass(frozen=True, slots=True)
class RoleBinding:
    """The people of a role: Slack user ids and, beside them in the same order, their e-mail addresses.

    groups: ids of Slack user groups, whose members have the role too.
    """

    slack: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    pager: PagerTarget = PagerTarget()
    groups: tuple[str, ...] = ()

    @property
    def in_slack(self) -> bool:
        """Whether it names somebody whom Slack can find."""
        return bool(self.slack or self.groups)


UNBOUND = RoleBinding()


@dataclass(frozen=True, slots=True)
class Team:
    """A team file. `service` is the PagerDuty service whose incidents are ours; channels replace a profile's."""

    service: str = ""
    roles: Mapping[str, RoleBinding] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def bound(self, role: str) -> RoleBinding:
        """What is known of the role; nothing is not an error."""
        return self.roles.get(role, UNBOUND)

    @property
    def people(self) -> tuple[str, ...]:
        """Every Slack user id of the file, once."""
        return tuple(dict.fromkeys(user for binding in self.roles.values() for user in binding.slack))

    @property
    def groups(self) -> tuple[str, ...]:
        """Every id of a Slack user group in the file, once."""
        return tuple(dict.fromkeys(group for binding in self.roles.values() for group in binding.groups))

    def email_of(self, slack_user: str) -> str | None:
        """The address written beside this Slack user, in any role."""
        for binding in self.roles.values():
            for user, email in zip(binding.slack, binding.email, strict=False):
                if user == slack_user:
                    return email
        return None

    def slack_of(self, pager_user: str, email: str = "") -> str:
        """Who somebody of PagerDuty's is in Slack, as this file binds them: by their id, or by the address beside them."""
        for binding in self.roles.values():
            if binding.pager.user == pager_user and len(binding.slack) == 1 and not binding.groups:
                return binding.slack[0]
            for user, address in zip(binding.slack, binding.email, strict=False):
                if email and address.casefold() == email.casefold():
                    return user
        return ""

    def without_own_key(self, chain: Iterable[str]) -> tuple[str, ...]:
        """The roles after the first whose page, in Events mode, would ring the first one's phone once more."""
        return tuple(role for role in list(chain)[1:] if not self.bound(role).pager.routing_key)

    def unknown_roles(self, known: Iterable[str]) -> tuple[str, ...]:
        """The roles of this file that no chain of the policy names: most likely a slip of the pen."""
        return tuple(sorted(set(self.roles) - set(known)))


def load_team(path: Path | None) -> Team:
    """The team file at `path`; without a path a team that binds nobody. Raises TeamError."""
    if path is None:
        return Team()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TeamError(f"The team file {path} cannot be read. Check INCIDENTBOT_TEAM.") from error
    return read_team(text, name=path.name)


def read_team(text: str, *, name: str = "team file") -> Team:
    """The team that the YAML in `text` describes. Raises TeamError."""
    try:
        document = yaml_strict.read(text)
    except yaml_strict.BadYaml as error:
        where = name if error.line is None else f"{name}:{error.line}"
        raise TeamError(f"{where}: {error.sentence}") from error
    try:
        return _File.model_validate(document.value).team()
    except ValidationError as error:
        raise TeamError(" ".join(_sentences(error, document, name))) from None


def _sentences(error: ValidationError, document: yaml_strict.Document, name: str) -> Iterable[str]:
    """One for each thing that is wrong; a value is never repeated, since it may be a key."""
    for each in error.errors(include_input=False, include_url=False):
        path = tuple(each["loc"])
        line = next(
            (document.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in document.lines),
            1,
        )
        message = PLAIN.get(each["type"]) or str(each["msg"]).removeprefix("Value error, ")
        key = ".".join(str(part) for part in path) or "the file"
        yield f"{name}:{line}: {key}: {message.rstrip('.')}."


def _like(pattern: re.Pattern[str], words: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"Here must be {words}")
        return value

    return AfterValidator(check)


PagerId = Annotated[str, _like(PAGERDUTY_ID, "a PagerDuty id, such as PABC123 (it ends its web address)")]


class _Part(Block):
    model_config = ConfigDict(hide_input_in_errors=True)


class _Target(_Part):
    routing_key: Annotated[str, _like(ROUTING_KEY, "an integration key of 32 letters and digits")] = ""
    escalation_policy: PagerId = ""
    schedule: PagerId = ""
    user: PagerId = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.escalation_policy, self.schedule, self.user))) > 1:
            raise ValueError("Name one of escalation_policy, schedule and user")
        return self


class _Role(_Part):
    slack: tuple[
        Annotated[
            str,
            _like(SLACK_ID, "a Slack member id, such as U0123ABC, or a user group's S0123ABC (not a name)"),
        ],
        ...,
    ] = ()
    email: tuple[Annotated[str, _like(EMAIL, "an e-mail address")], ...] = ()
    pagerduty: _Target = _Target()

    @model_validator(mode="after")
    def _side_by_side(self) -> Self:
        people = self._people
        if people and self.email and len(people) != len(self.email):
            raise ValueError("Give as many e-mail addresses as Slack member ids, in the same order")
        return self

    def binding(self) -> RoleBinding:
        target = PagerTarget(**self.pagerduty.model_dump())
        groups = tuple(each for each in self.slack if each.startswith(GROUP))
        return RoleBinding(self._people, self.email, target, groups)

    @property
    def _people(self) -> tuple[str, ...]:
        return tuple(each for each in self.slack if not each.startswith(GROUP))


class _Service(_Part):
    service: PagerId = ""


class _File(_Part):
    # `schema` is taken by pydantic itself
    version: Literal[1] = Field(alias="schema")
    pagerduty: _Service = _Service()
    roles: dict[str, _Role] = Field(default_factory=dict)
    channels: dict[str, Annotated[str, _like(SLACK_CHANNEL, 'a channel id or its "#name" in quotes')]] = (
        Field(default_factory=dict)
    )

    def team(self) -> Team:
        roles = {name: role.binding() for name, role in self.roles.items()}
        return Team(self.pagerduty.service, roles, dict(self.channels))
