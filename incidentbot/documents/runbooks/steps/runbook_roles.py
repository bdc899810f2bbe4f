"""What a section is for, by the words of its heading, in the languages teams write in. Only tables and lookups."""

import re
from enum import StrEnum
from functools import lru_cache

from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb


class Role(StrEnum):
    """What a section is for: to know, to look up, or to do."""

    CONTEXT = "context"
    REFERENCE = "reference"
    ACTION = "action"


_CONTEXT = re.compile(
    r"^(?:the |alert |service |general |incident |system |possible |common |likely |potential |known |root |brief |short"
    r" |normal |expected |business |user |customer |scenario |emergency |finding |event |default )*(?:"
    r"(?:meaning|impacts?|symptoms?|overview|summary|background|descriptions?|introduction|intro|scope|reasons?"
    r"|severity|architecture|cautions?|pre-?requisites?|pre-?conditions?|requirements?|points? of contact|context"
    r"|causes?|purpose|goals?|objectives?|audience|about|glossary|definitions?|terminology|assumptions?|situation"
    r"|owners?|ownership|contacts?|behaviou?r|problem(?: statement| description)?(?=$|:)|issue(?=$|:)|examples?$|details"
    r"|information|notes?|rationale|explanation|conventions|warnings?|thresholds?)\b(?! (?:checks?|steps?|actions?|is|are|was|were|cannot|can|has)\b)"
    r"|(?:who (?:to|do|should)|what (?:is|are|does)|what (?:\w+ ){1,5}(?:does|means|is for)$|why|when (?:to|does|do|should|is|(?:you|we) (?:need|use) (?:this|it))"
    r"|how (?:\S+ ){1,5}works?|how (?:\S+ ){1,4}(?:is|are) \w+ed|what (?:it|this) is$|who you are|before you (?:begin|start))\b)",
    re.IGNORECASE,
)
_CONTEXT_FIRST = re.compile(
    r"^(?:(?:check )?(?:for )?(?:this )?run ?book match(?:es)?|(?:does|when does) this (?:run ?book|page|guide) apply"
    r"|is this the right (?:run ?book|page|guide)|(?:incident )?classification(?: (?:&|and) handling)?"
    r"|alert (?:details?|descriptions?|meaning|conditions?|rules?|summary|overview|background|info(?:rmation)?|impact|severity|triggers?)"
    r"|understand(?:ing)? (?:the|this|your) (?:\w+ )?(?:alerts?|alarms?|problem|issue|errors?|failure|symptoms?|system|architecture|metrics?|dashboards?|output)|(?:alarm|alert|monitoring|notification)s? (?:set-?up|configuration)"
    r"|(?:\w+ )?triggers?|schedule|note|access (?:required|needed)|process overview)$"
    r"|.*\b(?:has|have|consists? of|includes?) the following(?: \S+)?$"
    r"|(?:what|(?:\w+ )?(?:things?|points?|questions?))(?: (?:do|should|must))?(?: (?:i|we|you))?(?: need| have)?(?: to)?"
    r" (?:think about|consider|know|note|be aware of|remember|keep in mind)\b.*"
    r"|(?:an? |one |full |worked |real )+examples?(?: .*)?$|(?:how|where|when) (?:will|would|do|can|could) (?:i|we|you) (?:know|tell|notice)\b.*",
    re.IGNORECASE,
)
"""What is there to be read although it may open with a verb."""
_WORKING = re.compile(
    r"^\w{2,20}ing (?:and \w+ing\b|(?!and\b)\S)|^(?:i|we) (?:need|want|have) to\b", re.IGNORECASE
)
_AND_WORK = re.compile(
    r"\w (?:and|&|/) (?:\w+ )?(?:what to do|how to \w+|fix(?:es)?|solutions?|remed(?:y|ies|iations?)|resolutions?|actions?|mitigations?"
    r"|work ?arounds?)\b",
    re.IGNORECASE,
)
"""`Causes and solutions` is work, whatever it opens with."""
_GOALS = re.compile(r"^(?:\w+ )?(?:objectives?|goals?|outcomes?)$", re.IGNORECASE)
_CONTEXT_LAST = re.compile(
    r"\b(?:overview|background|summary|introduction|prerequisites|preconditions|symptoms|causes|architecture|contacts?)$",
    re.IGNORECASE,
)
_CONTEXT_ALONE = re.compile(
    r"^(?:(?:system |main |key |involved )*(?:components?|roles?|responsibilities|participants|stakeholders|dependencies)"
    r"(?: and \w+| involved)?|timeline|(?:incident|alert|attack) types?|success criteria|acceptance criteria|exit criteria|evidence requirements|thresholds?"
    r"|on-?call(?: rotation| rota)?|terms|vocabulary|abbreviations|acronyms|concepts|(?:alert |metric )?definition|trigger(?:ing)? conditions?|triggers?|facts|faq"
    r"|what happened|what you(?:.ll| will)? see|blast radius|who is this for|out of scope|data flow|diagrams?"
    r"|(?:required|needed) access|(?:(?:required|necessary|needed) )?(?:permissions|tools|tooling)(?: (?:required|needed))?"
    r"|(?:the )?(?:\w+ )?schemas?(?: of .*)?|(?:guiding |core |our )?(?:philosophy|principles)|(?:important )?considerations|limitations|caveats|gotchas|risks?|disclaimer|important(?: notes?)?"
    r"|(?:example|sample) (?:alerts?|outputs?|errors?|messages?|logs?)|error messages?|(?:potential )?indicators of compromise|threats?"
    r"|(?:expected|desired) (?:outcomes?|results?|state)|downtime|time estimate|estimated (?:time|duration)|duration|frequency|rota"
    r"|(?:support|opening) hours|slis?|quotas|costs?|priority|abstract|last updated|key concepts|upstream dependencies"
    r"|(?:some |general |basic |more )*(?:info|information) (?:about|on) .*|how it works|who|policy|slas?|slos?)$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"^(?:(?:useful|helpful|more|additional|related|further|external|other|quick|important) (?:\w+ )?)?"
    r"(?:references?|resources|further reading|see also|related(?: \w+)*|appendix|appendices|links?|(?<=. )(?<!diagnostic )commands|reading"
    r"|types of .*|(?:full |complete )?list of (?:all )?(?:the )?\w+|revision history|change ?log|change history|document history|history|(?:\w+ )?backlog(?: items)?|versions|authors?|dashboards?(?: to keep open)?"
    r"|documentation|bibliography|metadata|(?:table of )?contents|toc|index|on this page|in this (?:page|document|guide)|(?<=additional )information|(?<=more )info(?:rmation)?|faqs?|frequently asked questions|feedback|contributing|licen[cs]e|source code|repositor(?:y|ies)"
    r"|(?:past|previous) incidents|tags"
    r"|(?<=further )information)$|^(?:references?|appendix|types of)\b"
    r"|^(?:other |some |more |a few )*(?:useful|handy) \w+",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\b(?:diagnos(?:is|e|tics?)|mitigations?|resolutions?|remediations?|troubleshoot(?:ing)?|debug(?:ging)?|steps?"
    r"|procedures?|how to|fix(?:es|ing)?|recovery|roll ?back|restor(?:e|ation)|what to do|actions?|response"
    r"|investigat(?:ion|e|ing)|respond(?:ing)?|handling|resolving|recovering|mitigating|remed(?:y|ies)|containment|eradication|work ?arounds?|checks?|checklist|verification|instructions?"
    r"|solutions?)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:possible |initial |first |general |immediate |basic |suggested |recommended |quick |common |further |the "
    r"|technical |detailed |manual |next |high[- ]level )*"
    r"(?:diagnos(?:is|e|tics?)|mitigations?|resolutions?|resolve|remediations?|remed(?:y|ies)|troubleshoot(?:ing)?|debug(?:ging)?|steps?"
    r"|procedures?|fix(?:es)?|recovery|what to do|actions?|response|investigat(?:ion|e)|work ?arounds?|checks?|checklist"
    r"|verification|verify|validation|instructions?|solutions?|how to(?: fix| resolve)?|process|methods?|runbook|playbook|tasks?"
    r"|post[- ]checks?|pre[- ]checks?|preparations?|execution|before|beforehand|after|afterwards|in detail|tl;?dr|analysis|triage|escalation|guide|walkthrough"
    r"|initiate|assess|contain|eradicate|remediate|recover|respond|communicate|notify|escalate|prepare|analy[sz]e)"
    r"(?: (?:steps?|actions?|procedures?|process|commands|and (?:mitigation|resolution|remediation|diagnosis|fix|recovery)))*$",
    re.IGNORECASE,
)


_FOR_OTHERS = re.compile(
    r"^(?:(?:end[- ])?users?|customers?|employees?|staff|help ?desk|service ?desk) (?:actions?|steps?|instructions?|guidance)\b"
    r"|^(?:(?:actions?|steps?|instructions?|guidance|what to do) )?for (?:the |our |all )*"
    r"(?:(?:end[- ])?users|customers|employees|staff|(?:help|service) ?desk)$",
    re.IGNORECASE,
)
_OTHER_CONTEXT = re.compile(
    r"^(?:die |der |das |le |la |les |el |los |o |a |os |as |il )?"
    r"(?:auswirkung(?:en)?|bedeutung|symptome?|hintergrund|(?:ü|ue)berblick|(?:ü|ue)bersicht|zusammenfassung|voraussetzung(?:en)?"
    r"|ursachen?|beschreibung|einleitung|ansprechpartner|zweck|kontext|umfang"
    r"|kontakte?|zust[äa]ndig\w*|contacts|contactos|contatos|contatti|contacten|контакты|連絡先|联系人|begriffe|definitionen"
    r"|contexte|impact|sympt[oô]mes?|pr[ée]requis|pr[ée]-requis|r[ée]sum[ée]|introduction|vue d.ensemble|objectif|causes?"
    r"|impacto|s[íi]ntomas?|sintomas?|causas?|resumen|resumo|requisitos(?: previos)?|pr[ée]-requisitos|contexto|descripci[óo]n"
    r"|descri[çc][ãa]o|vis[ãa]o geral|introducci[óo]n|introdu[çc][ãa]o|objetivo|significado|antecedentes"
    r"|impatto|sintomi|cause|prerequisiti|panoramica|descrizione|gevolgen?|symptomen|oorzaken?|achtergrond|vereisten|overzicht"
    r"|значение|влияние|симптомы|описание|причины|обзор|предпосылки"
    r"|概要|背景|影響|症状|原因|前提(?:条件)?|目的|概述|简介|影响|说明|含义)\b",
    re.IGNORECASE,
)
_OTHER_REFERENCE = re.compile(
    r"^(?:verweise|siehe auch|weiterf(?:ü|ue)hrend\w*(?: \w+)?|weitere (?:informationen|links|quellen|dokumente|hinweise)"
    r"|quellen|anhang|anlagen|ressources|annexes?|pour aller plus loin|en savoir plus|recursos|anexos?|m[áa]s informaci[óo]n"
    r"|mais informa[çc][õo]es|links [úu]teis|ulteriori informazioni|risorse|collegamenti|allegati|zie ook|bronnen|bijlagen?"
    r"|meer informatie|см\. также|полезные ссылки|приложени[ея]|дополнительная информация|付録|リンク|更多信息|附录|相关(?:链接|文档)|r[ée]f[ée]rences|liens(?: utiles)?|voir aussi|referencias"
    r"|refer[êe]ncias|enlaces|v[ée]ase tambi[ée]n|veja tamb[ée]m|riferimenti|verwijzingen|ссылки|参考(?:資料|资料)?|関連(?:資料|リンク)?|链接)\b",
    re.IGNORECASE,
)
_OTHER_ACTION = re.compile(
    r"^(?:diagnose|identificar|identificaci[óo]n|contenci[óo]n|erradicaci[óo]n|recuperaci[óo]n|investigaci[óo]n|behebung|l(?:ö|oe)sung|schritte|vorgehen|ma(?:ß|ss)nahmen|fehlersuche|wiederherstellung|ablauf|anleitung"
    r"|(?:é|e)tapes|proc[ée]dure|r[ée]solution|rem[ée]diation|actions|d[ée]pannage|diagnostic|marche [àa] suivre"
    r"|pasos|procedimiento|soluci[óo]n|resoluci[óo]n|mitigaci[óo]n|diagn[óo]stico|acciones|remediaci[óo]n"
    r"|passos|procedimento|solu[çc][ãa]o|resolu[çc][ãa]o|mitiga[çc][ãa]o|a[çc][õo]es|passi|procedura|risoluzione|soluzione|diagnosi"
    r"|stappen|oplossing|herstel|действия|решение|диагностика|шаги|устранение"
    r"|手順|対応(?:手順|方法)?|対処(?:法|方法)?|復旧(?:手順)?|診断|切り分け|確認(?:手順|方法)?|步骤|处理(?:步骤|方法)?|解决(?:方案|方法)?|诊断|排查|恢复)\b",
    re.IGNORECASE,
)


_LONGEST = 80  # characters of a heading that says no more
_SHORT = 5  # longer headings only mention the word


@lru_cache(maxsize=1024)  # the same few words head the sections of all files
def is_generic(heading: str) -> bool:
    """Whether a heading says no more than that there is something to do: `Diagnosis`, `Next steps`, `Behebung`.

    heading: without numbering and markup.
    """
    return len(heading) <= _LONGEST and bool(_GENERIC.match(heading) or _OTHER_ACTION.fullmatch(heading))


def names_work(heading: str) -> bool:
    """Whether a heading names something to do: `Restart it`, `Restarting it`, `Data recovery`."""
    return bool(starts_with_verb(heading) or _ACTION.search(heading) or _WORKING.match(heading))


def states_goals(heading: str) -> bool:
    """Whether a heading says that what stands under it is aimed at, whatever verbs its sub-headings open with."""
    return bool(_GOALS.match(heading))


@lru_cache(maxsize=1024)
def role_named(heading: str, inherited: Role) -> Role:
    """The role a heading's own words give a section, else the one it inherits.

    heading: without numbering and markup. What is found nowhere in the tables is something to do.
    """
    if _REFERENCE.match(heading) or _OTHER_REFERENCE.match(heading) or _FOR_OTHERS.match(heading):
        return Role.REFERENCE
    if inherited is Role.REFERENCE:
        return Role.ACTION if is_generic(heading) else inherited
    if _CONTEXT_FIRST.match(heading):
        return Role.CONTEXT
    if starts_with_verb(heading) or _OTHER_ACTION.match(heading) or _AND_WORK.search(heading):
        return Role.ACTION
    if (
        _CONTEXT.match(heading)
        or _CONTEXT_ALONE.match(heading)
        or _OTHER_CONTEXT.match(heading)
        or (len(heading.split()) <= _SHORT and _CONTEXT_LAST.search(heading))
    ):
        return Role.CONTEXT
    return Role.ACTION if _ACTION.search(heading) else inherited
