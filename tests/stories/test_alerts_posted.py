"""Alerts that open nothing, other profiles, other senders, and what is hidden in an alert's words."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.alerts.alert import cleaned
from incidentbot.core.incident import Status
from incidentbot.core.policy import Severity
from incidentbot.flows.ports import ListFilter
from incidentbot.intake.alertmanager import news_of
from incidentbot.playground.slack.membership import created
from incidentbot.playground.slack.records import Message
from incidentbot.store.engines.engine import open_store
from tests.stories.alerts import WIRING, a_group, one, send
from tests.stories.profiles import team_file
from tests.stories.seen import words
from tests.stories.story import T0, Story, a_story


async def none_is_open(story: Story) -> bool:
    return not await story.house.store.incidents(only=ListFilter("all"))


def about_alerts(story: Story, channel: str = "#incidents") -> list[Message]:
    return [one for one in story.posted(channel) if "Alertmanager" in one.text]


async def test_an_alert_that_opens_nothing_is_one_line_and_pages_nobody(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one("DiskFilling", severity="warning")))
        await send(story, a_group(one("DiskFilling", severity="warning")))

        assert await none_is_open(story)
        assert story.rung == []
        [line] = about_alerts(story)
        assert words(line).startswith(
            "*Alertmanager* DiskFilling (web-1) fires since 2026-11-23 at 13:57 UTC: 5xx"
        )


async def test_what_flaps_without_opening_anything_is_told_once_a_minute(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        for second in range(0, 60, 10):
            over = T0 + timedelta(seconds=second) if second % 20 else None
            await send(story, a_group(one("DiskFilling", severity="warning", ended_at=over)))
            await story.fast_forward(seconds=10)
        await story.fast_forward(minutes=2)

        lines = about_alerts(story)
        assert len(lines) == 2
        assert "changed 5 times since 2026-11-23 at 14:00 UTC (fired 2 times), and is over." in words(
            lines[1]
        )


async def test_a_level_the_profile_does_not_name_opens_nothing_and_says_what_to_do(tmp_path: Path):
    async with a_story(tmp_path, policy="default", wiring=WIRING) as story:
        await send(story, a_group(one(severity="page")))
        await send(story, a_group(one(severity="page", instance="web-2")))

        assert await none_is_open(story)
        line = about_alerts(story)[0]
        assert "Nothing was opened: the profile default has no alert “page”." in words(line)
        assert "`/incident declare` makes it an incident." in words(line)
        assert (await story.house.alerts.notice()).count("“page”") == 1


@pytest.mark.parametrize("word", ["P0", "sev1", "SEV-1", "critical"])
async def test_a_level_that_is_the_teams_word_for_a_severity_opens_and_rings_as_that(
    tmp_path: Path, word: str
):
    async with a_story(tmp_path, policy="default", wiring=WIRING) as story:
        await send(story, a_group(one(severity=word)))

        assert (await story.incident()).severity is Severity.P0
        assert story.rung == ["ana"]
        assert await story.house.alerts.notice() == ""


@pytest.mark.parametrize(
    ("severity", "demand"),
    [("info", "It is one for the daily review."), ("warning", None), ("critical", None)],
)
async def test_missing_table_posts_info_in_its_own_channel_and_opens_the_rest(
    tmp_path: Path, severity: str, demand: str | None
):
    team = {"INCIDENTBOT_TEAM": str(team_file(tmp_path, "missing-table"))}
    async with a_story(tmp_path, policy="missing-table", wiring={**WIRING, **team}) as story:
        created(story.workspace.slack.workspace, "alerts", by="U0ANA")
        await send(story, a_group(one(severity=severity)))

        if demand is None:
            level = {"warning": Severity.P2, "critical": Severity.P0}[severity]
            assert (await story.incident()).severity is level
            assert story.rung == (["ana"] if severity == "critical" else [])
        else:
            [line] = about_alerts(story, "#alerts")
            assert demand in words(line)


async def test_an_alert_that_opens_nothing_says_until_when_somebody_should_look(tmp_path: Path):
    team = {"INCIDENTBOT_TEAM": str(team_file(tmp_path, "mapme"))}
    async with a_story(tmp_path, policy="mapme", wiring={**WIRING, **team}) as story:
        await send(story, a_group(one(severity="info")))

        [line] = about_alerts(story)
        assert "Somebody should look by 2026-11-23 at 15:57 UTC." in words(line)


async def test_a_profile_may_have_its_incidents_resolved_with_their_last_alert(tmp_path: Path):
    file = tmp_path / "ours.yaml"
    file.write_text(
        "schema: 1\nid: ours\ntitle: Ours\nextends: im-chat\n"
        "alerts: {p2: {opens: P2, resolves: true, reopens_within: 0s}}\n",
        encoding="utf-8",
    )
    async with a_story(tmp_path, policy=str(file), wiring=WIRING) as story:
        await send(story, a_group(one(severity="p2")))
        await story.fast_forward(minutes=2)
        await send(story, a_group(one(severity="p2", ended_at=T0 + timedelta(minutes=2))))

        assert (await story.incident()).status is Status.RESOLVED
        assert await story.told("resolved") == ["incidentbot resolved it: all its alerts are over."]

        await story.fast_forward(minutes=2)
        await send(story, a_group(one(severity="p2", began_at=T0 + timedelta(minutes=4))))
        assert (await story.incident(2)).status is Status.OPEN


async def test_a_shell_script_opens_a_security_incident_and_ends_its_alert(tmp_path: Path):
    alert = {
        "title": "Logins from a new country",
        "level": "p1",
        "dedup_key": "logins",
        "source": "Audit watch",
        "kind": "security",
        "url": "https://audit.example.com/?a=1&b=2",
    }
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, alert, path="generic")
        await send(story, {**alert, "title": "Other words"}, path="generic")
        incident = await story.incident()
        assert (incident.severity, incident.kind, incident.declared_via) == (
            Severity.P1,
            "security",
            "Audit watch",
        )
        await story.fast_forward(minutes=2)
        await send(story, {**alert, "status": "resolved"}, path="generic")

        assert len(await story.told("alert_fired")) == 1
        assert len(await story.told("alert_resolved")) == 1


async def test_a_drill_is_a_drill(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, {"title": "Practice", "level": "critical", "drill": True}, path="generic")

        assert (await story.incident()).drill
        assert "DRILL P0 INC-1" in words(await story.card())
        assert story.rung == [], "a drill of the monitoring rings nobody either"


async def test_nothing_in_an_alert_pings_links_or_gives_a_secret_away(tmp_path: Path):
    nasty = one(
        instance="<!channel> <@U0ANA>",
        summary="<!here> *x* password=hunter2hunter2 mail ana@example.com \u202e\0 & more",
    )
    nasty["generatorURL"] = "javascript:alert(1)"
    async with a_story(tmp_path, wiring=WIRING) as story:
        body = a_group(nasty, externalURL="https://u:p@evil.example.com/|<!channel>")
        body["commonAnnotations"] = {}
        await send(story, body)

        shown = "\n".join([words(await story.card()), *await story.said(), *await story.told()])
        shown += "\n".join(words(one) for one in story.posted("#incidents"))
        for hidden in (
            "<!channel>",
            "<!here>",
            "<@U0ANA> fires",
            "hunter2",
            "ana@example.com",
            "javascript:",
        ):
            assert hidden not in shown
        assert "evil.example.com" not in shown
        assert "&lt;!channel&gt; @U0ANA)" in shown


async def test_a_restart_between_storing_and_working_loses_nothing_and_doubles_nothing(tmp_path: Path):
    async with a_story(tmp_path, wiring=WIRING) as story:
        await send(story, a_group(one("DiskFilling", severity="warning")))
        await story.close()
        database = f"sqlite:///{tmp_path}/incidentbot.db"
        await stored_while_away(database, story)
        await story.open()
        await story.settled()
        await story.restart()

        assert len(await story.house.store.incidents(only=ListFilter("all"))) == 1
        assert story.rung == ["ana"]
        assert len(about_alerts(story)) == 1, "the warning was posted before, and is not again"


async def stored_while_away(database: str, story: Story) -> None:
    """What a bot had stored and acknowledged when it was killed."""
    news = cleaned(news_of(json.dumps(a_group(one(), key="other")).encode()))
    async with open_store(database, story.clock) as store:
        for _ in range(4):
            await store.keep_news(news, story.clock.now())
