"""What a group of alerts remembers when there are more than it can, and when one asks for more than it did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incidentbot.core.alerts.alert import Alert, AlertGroup, AlertStatus, Change, News, Seen
from incidentbot.core.alerts.group import MOST_UNTOLD, heard
from incidentbot.core.alerts.memory import MOST_SEEN, MOST_TOLD, fewer
from incidentbot.core.alerts.verdict import Act, Verdict, judged
from incidentbot.core.alerts.wording import firing_words
from incidentbot.policies.loader import load

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
IM_CHAT = load("im-chat")
NOBODY = AlertGroup("k", "Alertmanager")


def alert(name: str, level: str = "warning", status: AlertStatus = AlertStatus.FIRING) -> Alert:
    return Alert(name, name, status, level)


def hears(group: AlertGroup, *alerts: Alert, at: datetime = T0) -> AlertGroup:
    return heard(group, News("k", "Alertmanager", "Title", alerts), at, policy=IM_CHAT)


def told(group: AlertGroup) -> AlertGroup:
    return replace(group, untold=(), untold_more=0)


def verdict(group: AlertGroup) -> Verdict:
    return judged(group, None, policy=IM_CHAT, now=T0)


def many(count: int, level: str = "warning", status: AlertStatus = AlertStatus.FIRING) -> list[Alert]:
    return [alert(f"pod-{number}", level, status) for number in range(count)]


def test_alerts_that_are_over_make_room_for_one_that_fires() -> None:
    over = told(hears(hears(NOBODY, *many(MOST_SEEN)), *many(MOST_SEEN, status=AlertStatus.RESOLVED)))
    group = hears(over, alert("database", "critical"), at=T0 + timedelta(days=6))

    assert verdict(group) == Verdict(Act.OPEN, "critical")
    assert (len(group.seen), group.left_out, group.firing) == (MOST_SEEN, 0, ("database",))


def test_what_ended_first_is_forgotten_first() -> None:
    group = NOBODY
    for number, one in enumerate(many(MOST_SEEN)):
        at = T0 + timedelta(seconds=MOST_SEEN - number)
        over = replace(one, status=AlertStatus.RESOLVED, ended_at=at)
        group = replace(
            group, seen={**group.seen, one.fingerprint: Seen(one.name, over.status, at, "warning")}
        )
    group = hears(group, alert("database"), at=T0 + timedelta(hours=1))

    assert f"pod-{MOST_SEEN - 1}" not in group.seen
    assert "pod-0" in group.seen


def test_an_alert_that_asks_for_more_takes_the_place_of_one_that_asks_for_less() -> None:
    full = told(hears(NOBODY, *many(MOST_SEEN)))
    group = hears(full, alert("database", "critical"))

    assert verdict(group) == Verdict(Act.OPEN, "critical")
    assert group.seen["database"].level == "critical"
    again = hears(told(group), *many(MOST_SEEN), alert("database", "critical"))
    assert again.untold == (), "all of it is a repetition"
    assert again.left_out == 1


def test_an_alert_that_opens_is_not_cut_off_behind_a_thousand_that_do_not() -> None:
    group = hears(NOBODY, *many(MOST_UNTOLD + 500), alert("database", "critical"))

    assert verdict(group) == Verdict(Act.OPEN, "critical")
    assert (len(group.untold), group.untold_more) == (MOST_UNTOLD, 501)


def test_what_opens_is_not_cut_off_behind_what_waits_to_be_told() -> None:
    waiting = hears(NOBODY, *many(MOST_UNTOLD))
    group = hears(waiting, alert("database", "critical"))

    assert verdict(group) == Verdict(Act.OPEN, "critical")
    assert group.untold[-1].alert.name == "database"


def test_the_most_severe_of_a_delivery_too_large_to_remember_are_remembered() -> None:
    group = hears(NOBODY, *many(MOST_SEEN + 300), *(alert(f"db-{n}", "critical") for n in range(50)))

    assert sum(one.level == "critical" for one in group.seen.values()) == 50
    assert (len(group.seen), group.left_out) == (MOST_SEEN, 350)


def test_of_a_delivery_too_large_to_keep_what_asks_for_most_is_kept_and_the_rest_is_counted() -> None:
    alerts = (
        *many(MOST_TOLD),
        alert("over", "critical", AlertStatus.RESOLVED),
        alert("database", "critical"),
    )
    kept = fewer(News("k", "Alertmanager", "Title", alerts, left_out=3), IM_CHAT)

    assert [one.name for one in kept.alerts[:3]] == ["database", "over", "pod-0"]
    assert (len(kept.alerts), kept.left_out) == (MOST_TOLD, 5)


def test_the_same_alert_told_more_severely_is_no_repetition() -> None:
    mild = told(hears(NOBODY, alert("disk", "warning")))
    group = hears(mild, alert("disk", "critical"), at=T0 + timedelta(minutes=5))

    assert verdict(group) == Verdict(Act.OPEN, "critical")
    assert firing_words([list(group.untold)]) == "disk fires, and is critical since 14:05 UTC."
    assert hears(told(group), alert("disk", "critical")).untold == ()


def test_a_milder_word_and_one_that_asks_for_the_same_are_repetitions() -> None:
    severe = told(hears(NOBODY, alert("disk", "critical")))

    assert hears(severe, alert("disk", "warning")).untold == ()
    assert hears(told(hears(NOBODY, alert("disk", "no word of the profile"))), alert("disk")).untold == ()


def test_an_alert_that_an_earlier_version_remembered_without_its_level_asks_for_no_more() -> None:
    seen = {"disk": Seen("disk", AlertStatus.FIRING, T0)}
    group = hears(replace(NOBODY, seen=seen), alert("disk", "critical"))

    assert group.untold == ()
    assert group.seen["disk"].level == "critical"


def test_a_line_says_since_when_it_fires_and_since_when_it_is_worse() -> None:
    began, worse = Change(alert("disk"), T0), Change(alert("disk", "critical"), T0, worse=True)

    assert firing_words([[began, worse]]) == ("disk fires since 14:00 UTC, and is critical since 14:00 UTC.")
