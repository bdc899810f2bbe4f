"""What became of what people were written: the mail was taken, the direct messages stand. Keeps it; sends nothing."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core.answers import DirectShown, MailSent
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice, ShowDirect
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident
from incidentbot.core.response import showing
from incidentbot.core.text.words import person, role_words


def mail_sent(incident: Incident, answer: MailSent, *, now: datetime) -> Decision:
    """The mail server took the mail: who it was for is kept by id and hash, never by address."""
    summons = incident.summons[answer.summons]
    users = tuple(user for user, _ in answer.to if user)
    if incident.private:
        incident = replace(incident, invited=tuple(dict.fromkeys((*incident.invited, *users))))
    people = ", ".join(person(user) for user, _ in answer.to if user)
    text = f"A mail went to the {role_words(summons.role)}{f' ({people})' if people else ''}."
    data = {
        "summons": summons.key,
        "role": summons.role,
        "to": " ".join(f"{user or '-'}:{digest}" for user, digest in answer.to),
    }
    return Decision(incident, (Fact(FactKind.MAILED, now, text, data=data),))


def direct_shown(incident: Incident, answer: DirectShown, *, now: datetime) -> Decision:
    """The messages stand. What was answered while they were on their way, they say next; who is left comes next."""
    before = incident.summons[answer.summons]
    summons = replace(
        before,
        messages=tuple(dict.fromkeys((*before.messages, *answer.messages))),
        tried=tuple(dict.fromkeys((*before.tried, *answer.tried))),
        more=answer.more,
    )
    changed = replace(incident, summons={**incident.summons, summons.key: summons})
    goes_on = answer.more or summons.answer is not None
    again = (ShowDirect(summons.key, summons.role),) if goes_on else ()
    if not answer.missing:
        return Decision(changed, effects=again)
    fact = Fact(FactKind.EFFECT_FAILED, now, answer.missing, data={"summons": summons.key})
    line = showing.line(changed, f"unwritten:{summons.key}", answer.missing, Notice.FAILURE)
    return Decision(changed, (fact,), (*again, *line))
