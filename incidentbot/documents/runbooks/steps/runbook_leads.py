"""What the sentence before a list says of it: causes, options, steps, things to gather. Only patterns, never the list itself."""

import re

_ENUMERATES = re.compile(
    r"\b(?:causes?|reasons?|scenarios?|examples?|types?|kinds?|categories|symptoms|possibilities|because|components"
    r"|responsible for|conditions|factors|consists? of|could mean|can mean|such as"
    r"|works? (?:as follows|like this)|what happens|flow for|life ?cycle|sequence of events"
    r"|(?:performs?|does|carr(?:y|ies) out|executes?|will (?:do|perform|run)) (?:all (?:of )?)?(?:the )?following)\b",
    re.IGNORECASE,
)
_BY_ITSELF = re.compile(
    r"\bautomatically (?:\w+s|be \w+ed)\b[^.,]*:$|\bwill automatically \w+\b[^.,]*:$"
    r"|\b(?:done|performed|run|carried out|taken|tried) automatically:$",
    re.IGNORECASE,
)
"""What follows is done by a machine, although each of it may be named by a verb."""
_OFFERS = re.compile(
    r"\b(?:options?|depends? on|depending on|alternatives?|one of the following)\b|\beither\b[^.]*:$"
    r"|\b(?:methods|ways|approaches|choices) (?:are|to|of)\b[^.]*:$",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"\b(?:steps?|the following|as follows)\b[^.]*:$", re.IGNORECASE)
_GATHERS = re.compile(
    r"(?:^|[.!?,] |\bto )(?:please |also )*(?:collect|gather|record|note(?: down)?|document|write down|include|provide|attach|capture|prepare)\b[^.]*:$",
    re.IGNORECASE,
)
"""What such a sentence leads to is named, not done, however it is numbered."""
_NOTES = re.compile(
    r"^(?:(?:some|important|a few|please) )*(?:notes?|remarks?|tips?|caveats?|hints?|remember|keep in mind|be aware|examples?)\b[^.]{0,40}:$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:this (?:page|guide|document|doc|runbook|playbook|section)|below|you will|how to|covers?|describes?|explains?|contains?)\b",
    re.IGNORECASE,
)


def enumerates(lead: str) -> bool:
    """Whether causes, examples or what a script does follow, unless most of them ask for something."""
    return bool(_ENUMERATES.search(lead))


def by_itself(lead: str) -> bool:
    """Whether what a machine does unasked follows: `The script automatically attempts the following:`."""
    return bool(_BY_ITSELF.search(lead)) and "you" not in lead.lower().split()


def offers(lead: str) -> bool:
    """Whether ways to choose from follow."""
    return bool(_OFFERS.search(lead)) and lead.rstrip().endswith((":", "."))


def announces_steps(lead: str) -> bool:
    """Whether steps are announced."""
    return bool(_ANNOUNCES.search(lead))


def tells_of_page(lead: str) -> bool:
    """Whether the list says what the page holds."""
    return bool(_ABOUT.search(lead))


def wants_gathered(lead: str) -> bool:
    """Whether the list names what is to be written down, sent or had at hand."""
    return bool(_GATHERS.search(lead))


def notes(lead: str) -> bool:
    """Whether remarks follow."""
    return bool(_NOTES.match(lead))
