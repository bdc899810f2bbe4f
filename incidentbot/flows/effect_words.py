"""What an effect was meant to do, in words for the line that says it did not work."""

from collections.abc import Callable, Mapping
from typing import Any

from incidentbot.core import direct_effects, effects, file_effects, pager_effects
from incidentbot.core.text.words import role_words, safe
from incidentbot.flows.values import Unread

WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    effects.SendPage: lambda page: f"Paging the {role_words(page.role)}",
    effects.AckPage: lambda page: f"Acknowledging the page of the {role_words(page.role)} in PagerDuty",
    effects.ResolvePage: lambda page: f"Resolving the page of the {role_words(page.role)} in PagerDuty",
    effects.SendMail: lambda mail: f"Mailing the {role_words(mail.role)}",
    effects.ShowDirect: lambda direct: f"Writing to the {role_words(direct.role)} directly",
    pager_effects.NotePage: lambda _: "Writing the note in PagerDuty",
    pager_effects.ShowPriority: lambda _: "Setting the priority in PagerDuty",
    direct_effects.AskDirect: lambda ask: (
        f"Taking back the question to <@{ask.user}>"
        if ask.over
        else f"Asking <@{ask.user}> directly whether they are still on it"
    ),
    direct_effects.RemindDirect: lambda remind: (
        f"Reminding {f'<@{remind.user}>' if remind.user else f'the {role_words(remind.role)}'} directly"
    ),
    effects.OpenRoom: lambda _: "Opening the room",
    effects.ShowCard: lambda _: "Showing the card",
    effects.ShowRun: lambda _: "Showing the runbook's card",
    file_effects.ShareCommands: lambda _: "Sharing a step's long command as a file",
    file_effects.ShareDraft: lambda _: "Sharing the post-mortem as a file",
    file_effects.ShowCanvas: lambda _: "Showing the post-mortem as a canvas",
    effects.Say: lambda _: "Posting a line",
    effects.Invite: lambda _: "Inviting people",
    effects.SetTopic: lambda _: "Setting the topic",
    effects.PinCard: lambda _: "Pinning the card",
    effects.Announce: lambda _: "Announcing the incident",
    effects.Mirror: lambda mirror: f"Posting to {mirror.channel}",
}


CANNOT_READ = (
    "This version of me cannot read it: a newer one wrote it, or it is damaged. "
    "Start the version that ran before, then press Retry."
)
"""Why an effect is set aside that is no effect this version knows."""

CANNOT_READ_INCIDENT = (
    "This version of me cannot read its incident: a newer one wrote it, or it is damaged. "
    "Start the version that ran before."
)


def what_it_was(effect: effects.Effect | Unread) -> str:
    """The beginning of a failure's sentence: Paging the on-call primary."""
    if isinstance(effect, Unread):
        return f"Something I was to tell (`{safe(effect.key)}`)"
    return WORDS[type(effect)](effect)
