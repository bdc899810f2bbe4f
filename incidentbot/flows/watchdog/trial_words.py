"""What is said of test pages: what cannot be tried, what broke, whom it did not reach. Rings nothing."""

from datetime import timedelta

from incidentbot.core.text.words import begun, role_words, span

PACE = timedelta(minutes=10)
"""A role is rung no sooner again, and an answer is waited for no longer."""

WHERE = "what I write to you directly"
"""Where whoever asked for a test page sees whether there is one."""

NO_PAGER = (
    "No pager is connected, so that no phone can ring: set PAGERDUTY_ROUTING_KEY, or PAGERDUTY_API_TOKEN with "
    "`pagerduty.service` in the team file. Nobody was paged."
)
DEAF = (
    "PagerDuty took the page for the {role}. With a routing key alone I cannot hear whether a phone rang or was "
    "answered: ask them. I end it in 10 min."
)
BROKE = (
    "The test page for the {role} broke on my side (reference {reference}). I cannot tell whether a phone rang: ask "
    "them. A real page may break as well, so have somebody look at my log."
)


def too_soon(role: str, ago: timedelta) -> str:
    """Why a role is not rung again yet."""
    when = f"{span(ago)} ago" if ago else "just now"
    return (
        f"{begun(f'the {role_words(role)}')} was rung by a test page {when}; once in {span(PACE)} is the most. "
        "Nobody was paged."
    )


def unreached(role: str, reason: str) -> str:
    """That the page did not get through, and why."""
    return f"The test page for the {role} did not get through: {reason} A real page would not have either."
