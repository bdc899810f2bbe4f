"""Whether a file is a menu of procedures rather than one from top to bottom. Reads headings, judges no step."""

import re
from collections import Counter

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbooks.steps.runbook_roles import is_generic
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb

FEWEST = 3
"""Sections of which one is walked; of two, people see the second soon enough."""

_PHASE = re.compile(
    r"\b(?:diagnos\w*|mitigat\w*|resolution|resolv\w*|verif\w*|validat\w*|procedure|steps?|phase|rollback|roll back|recover\w*"
    r"|investigat\w*|triage|remediat\w*|contain\w*|eradicat\w*|communicat\w*|notif\w*|prepar\w*|prerequisites?|before|after"
    r"|start\w*|finish|finally|then|first|next|lastly|identif\w*|possible checks|post[- ]checks?|pre[- ]checks?|data gathering"
    r"|escalat\w*|detect\w*|cleanup|clean up|troubleshooting|fix\w*|general|overview|follow[- ]up)\b",
    re.IGNORECASE,
)
_OTHER_PHASE = re.compile(
    r"^(?:vorbereitung|(?:ü|ue)berpr(?:ü|ue)fung|pr(?:ü|ue)fung|verifikation|nachbereitung|eskalation|eind(?:ä|ae)mmung|vorher|nachher|abschluss"
    r"|phase|schritt|(?:é|e)tape|v[ée]rification|pr[ée]paration|escalade|confinement|avant|apr[èe]s|retour arri[èe]re"
    r"|verificaci[óo]n|preparaci[óo]n|escalamiento|contenci[óo]n|recuperaci[óo]n|antes|despu[ée]s|paso"
    r"|verifica[çc][ãa]o|prepara[çc][ãa]o|escalonamento|conten[çc][ãa]o|recupera[çc][ãa]o|depois|passo"
    r"|verifica|preparazione|contenimento|ripristino|prima|dopo|fase|stap|controle|voorbereiding|escalatie|verificatie|daarna"
    r"|проверка|подготовка|эскалация|восстановление|шаг|до|после|準備|検証|事前|事後|エスカレーション|准备|验证|升级)\b",
    re.IGNORECASE,
)
"""What a phase of one procedure is called in other languages, where it is no name of a section to do."""
NAMED_SHARE = 0.6

_AUDIENCE = re.compile(
    r"^(?:(?:steps|instructions|tasks|duties|actions|checklist|guide|notes|information)\s+)?for\s+(?:the\s+)?(?!all\b|every)"
    r"[\w' -]{2,40}$"
    r"|^(?:f(?:ü|ue)r|pour|para|per|voor) (?:\w+ )?(?:kund(?:en|innen)|(?:be)?nutzer|anwender|clients?|utilisateurs|clientes|usu[áa]rios"
    r"|utenti|clienti|gebruikers|klanten)\b"
    r"|\b(?:vendor|customers?|internal|support|staff|operators?|admins?)[- ]only\b",
    re.IGNORECASE,
)
"""A heading that says for whom its section is: `Steps for Scribe`, `For customers`, `Vendor only`."""


def menu_of(book: Runbook) -> tuple[str, ...]:
    """The sections to pick one from, () for a file that is walked from top to bottom.

    A menu has several sections with names of their own, no phases of one procedure; and either most of them are more
    than one step, or they are named after things (alerts, errors), not after what is done.
    """
    counts = Counter(" > ".join(step.section) for step in book.steps)
    titles = {name: name.rsplit(" > ", maxsplit=1)[-1] for name in counts}
    named = [
        name
        for name, title in titles.items()
        if title
        and (
            _AUDIENCE.search(title)
            or not (_PHASE.search(title) or _OTHER_PHASE.match(title) or is_generic(title))
        )
    ]
    if len(named) < FEWEST or len(named) < NAMED_SHARE * len(counts):
        return ()
    long = sum(1 for name in named if counts[name] > 1)
    things = sum(1 for name in named if not starts_with_verb(titles[name]))
    is_menu = long >= max(2, len(named) / 2) or things >= len(named) * NAMED_SHARE
    return tuple(counts) if is_menu else ()


def for_others(book: Runbook) -> tuple[str, ...]:
    """The sections that say for whom they are: left out of a walk until somebody goes there. () where all of them do."""
    every = dict.fromkeys(" > ".join(step.section) for step in book.steps)
    named = [name for name in every if _AUDIENCE.search(name.rsplit(" > ", maxsplit=1)[-1])]
    return tuple(named) if len(named) < len(every) else ()
