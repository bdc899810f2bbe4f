"""Who is on call: from the team file, from PagerDuty, and what remains when PagerDuty cannot be heard."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from incidentbot.clock import StillClock
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.pagerduty.oncall import Roster
from incidentbot.pagerduty.pager import PagerDuty
from incidentbot.pagerduty.paging.aims import LastHeard
from incidentbot.pagerduty.shifts import Query
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import BO, ELI
from incidentbot.policies.team import PagerTarget, RoleBinding, Team
from tests.pagerduty.bench import CHECKOUT_TEAM, T0, a_pager, rest_settings

SLACK = {f"{name}@example.com": f"U0{name.upper()}" for name in ("ana", "bo", "chi", "dee")}
CHAIN = ("on_call_primary", "on_call_secondary", "team_lead")
TEAM = Team(
    service="PSVC001",
    roles={
        "on_call_primary": RoleBinding(slack=("U0FILE",), pager=PagerTarget(schedule="PSCHED1")),
        "team_lead": RoleBinding(slack=("U0LEAD",), pager=PagerTarget(user="PUDEE")),
        "security_lead": RoleBinding(pager=PagerTarget(escalation_policy="PEPOL13")),
    },
)


async def slack_id_of(email: str) -> str | None:
    return SLACK.get(email)


@pytest.fixture
async def pager(duty: PagerDutyStandIn) -> AsyncIterator[PagerDuty]:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager:
        yield pager


@pytest.fixture
async def roster(pager: PagerDuty) -> Roster:
    return Roster(TEAM, read=pager.read, slack_id_of=slack_id_of, chain=CHAIN)


async def test_before_pagerduty_was_heard_the_team_file_answers(roster: Roster) -> None:
    assert roster.people("on_call_primary") == ("U0FILE",)
    assert roster.paged_as("on_call_primary") == "on-call primary"
    assert roster.people("on_call_secondary") == ()


async def test_without_a_token_the_team_file_is_all_there_is() -> None:
    roster = Roster(TEAM, read=None, slack_id_of=slack_id_of, chain=CHAIN)

    await roster.refresh()

    assert (roster.people("team_lead"), roster.problem) == (("U0LEAD",), "")


async def test_pagerduty_tells_who_is_on_call_by_schedule_user_policy_and_level(roster: Roster) -> None:
    await roster.refresh()

    assert roster.problem == ""
    assert roster.people("on_call_primary") == ("U0ANA",)
    assert roster.people("team_lead") == ("U0DEE",)
    assert roster.people("security_lead") == ("U0CHI",)
    assert roster.people("on_call_secondary") == ("U0BO",)
    assert roster.paged_as("on_call_primary") == "Ana"
    assert roster.pagerduty_users("on_call_primary") == ("PUANA",)


async def test_a_handover_is_heard_at_the_next_refresh(duty: PagerDutyStandIn, roster: Roster) -> None:
    await roster.refresh()
    duty.account.put_on_call("PSCHED1", [BO])
    await roster.refresh()

    assert roster.people("on_call_primary") == ("U0BO",)


async def test_a_failure_keeps_the_last_answer_and_is_told(duty: PagerDutyStandIn, roster: Roster) -> None:
    await roster.refresh()
    duty.account.put_on_call("PSCHED1", [BO])
    duty.faults.plan("*", Fault(Failure.STATUS, status=503), times=10)
    await roster.refresh()

    assert roster.people("on_call_primary") == ("U0ANA",)
    assert "Who is the on-call primary is not known anew: PagerDuty is in trouble" in roster.problem

    duty.faults.clear()
    await roster.refresh()
    assert (roster.people("on_call_primary"), roster.problem) == (("U0BO",), "")


async def test_slack_in_trouble_keeps_the_last_answer_too(pager: PagerDuty) -> None:
    async def away(_: str) -> str | None:
        raise TryLater("Slack did not answer in time.")

    roster = Roster(TEAM, read=pager.read, slack_id_of=away, chain=CHAIN)
    await roster.refresh()

    assert roster.people("on_call_primary") == ("U0FILE",)
    assert "Slack did not answer in time." in roster.problem


async def test_somebody_on_call_without_an_account_in_slack_is_told_and_the_team_file_answers(
    duty: PagerDutyStandIn, roster: Roster
) -> None:
    duty.account.put_on_call("PSCHED1", [ELI])
    await roster.refresh()

    assert roster.people("on_call_primary") == ("U0FILE",)
    assert roster.paged_as("on_call_primary") == "Eli"
    assert roster.problem == "Eli is on call in PagerDuty, but has no account in Slack by that address."


async def test_a_gap_in_the_schedule_falls_back_to_the_team_file(
    duty: PagerDutyStandIn, roster: Roster
) -> None:
    await roster.refresh()
    duty.account.put_on_call("PSCHED1", [])
    await roster.refresh()

    assert roster.people("on_call_primary") == ("U0FILE",)


class Groups:
    """User groups of Slack: who is in them, and whether Slack answers."""

    def __init__(self) -> None:
        self.members = {"S0SRE": ("U0CHI", "U0FILE")}
        self.away = False

    async def members_of(self, group: str) -> tuple[str, ...]:
        if self.away:
            raise TryLater("Slack cannot be reached.")
        if group not in self.members:
            raise GiveUp("Slack knows no user group of that id.")
        return self.members[group]


def bound_to(*groups: str) -> Team:
    return Team(roles={"team_lead": RoleBinding(slack=("U0FILE",), groups=groups)})


async def test_the_members_of_a_group_have_the_role_beside_the_people_of_the_team_file() -> None:
    groups = Groups()
    roster = Roster(bound_to("S0SRE"), read=None, slack_id_of=slack_id_of, members_of=groups.members_of)
    await roster.refresh()

    duty = roster.duty("team_lead")
    assert roster.people("team_lead") == ("U0FILE", "U0CHI")
    assert [one.slack for one in duty.holders] == ["U0FILE", "U0CHI"]
    assert duty.groups == ("S0SRE",)

    groups.members["S0SRE"] = ("U0DEE",)
    await roster.refresh()
    assert roster.people("team_lead") == ("U0FILE", "U0DEE")


async def test_with_slack_away_the_members_last_heard_stay_and_it_is_told() -> None:
    groups = Groups()
    roster = Roster(bound_to("S0SRE"), read=None, slack_id_of=slack_id_of, members_of=groups.members_of)
    await roster.refresh()
    groups.away = True
    await roster.refresh()

    assert roster.people("team_lead") == ("U0FILE", "U0CHI")
    assert roster.problem == "Who is in the user group S0SRE is not known anew: Slack cannot be reached."


async def test_a_group_that_slack_does_not_know_is_told_and_the_others_are_heard() -> None:
    team = bound_to("S0GONE", "S0SRE")
    roster = Roster(team, read=None, slack_id_of=slack_id_of, members_of=Groups().members_of)
    await roster.refresh()

    assert roster.people("team_lead") == ("U0FILE", "U0CHI")
    assert "S0GONE is not known anew: Slack knows no user group of that id." in roster.problem


async def test_whoever_has_the_shift_in_pagerduty_goes_before_the_group(pager: PagerDuty) -> None:
    team = Team(roles={"team_lead": RoleBinding(pager=PagerTarget(user="PUDEE"), groups=("S0SRE",))})
    roster = Roster(team, read=pager.read, slack_id_of=slack_id_of, members_of=Groups().members_of)
    await roster.refresh()

    assert roster.people("team_lead") == ("U0DEE",)


async def test_roles_of_other_chains_are_heard_and_hand_nobody_a_role_by_their_level_alone(
    pager: PagerDuty,
) -> None:
    others = (CHAIN, ("on_call_primary", "privacy_lead"))
    roster = Roster(TEAM, read=pager.read, slack_id_of=slack_id_of, chain=CHAIN, others=others)
    await roster.refresh()

    assert roster.problem == ""
    assert roster.people("privacy_lead") == ("U0BO",)
    assert roster.roles_of("PUBO") == ("on_call_secondary",)


async def test_it_refreshes_by_itself_until_it_is_stopped(duty: PagerDutyStandIn, roster: Roster) -> None:
    asked = asyncio.Event()

    async def note(name: str, _: object) -> None:
        if len([call for call in duty.calls if call.operation == "GET /users/{id}"]) > 1:
            asked.set()

    duty.faults.before_apply.append(note)
    running = asyncio.ensure_future(roster.run(every_s=0.01))
    async with asyncio.timeout(5):
        await asked.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert roster.people("team_lead") == ("U0DEE",)


async def test_what_was_heard_is_sure_for_two_minutes(duty: PagerDutyStandIn, pager: PagerDuty) -> None:
    clock = StillClock(T0)
    roster = Roster(TEAM, read=pager.read, slack_id_of=slack_id_of, chain=CHAIN, clock=clock)
    assert roster.last_heard("on_call_primary") == LastHeard()

    await roster.refresh()
    assert roster.last_heard("on_call_primary") == LastHeard(("PUANA",), is_sure=True)
    clock.skip(timedelta(minutes=1, seconds=30))
    duty.faults.plan("GET /oncalls", Fault(Failure.STATUS, 503), times=9)
    await roster.refresh()
    assert roster.last_heard("on_call_primary").is_sure
    clock.skip(timedelta(minutes=1))
    assert roster.last_heard("on_call_primary") == LastHeard(("PUANA",))


async def test_whose_shift_has_ended_has_it_for_sure_no_more(pager: PagerDuty) -> None:
    clock = StillClock(T0)
    ends_at = T0 + timedelta(seconds=30)

    async def read(path: str, query: Query) -> Mapping[str, Any]:
        body = await pager.read(path, query)
        entries = [entry | {"end": ends_at.isoformat()} for entry in body.get("oncalls", ())]
        return {**body, "oncalls": entries}

    roster = Roster(TEAM, read=read, slack_id_of=slack_id_of, chain=CHAIN, clock=clock)
    await roster.refresh()
    assert roster.last_heard("on_call_primary").is_sure
    clock.skip(timedelta(seconds=30))
    assert not roster.last_heard("on_call_primary").is_sure
