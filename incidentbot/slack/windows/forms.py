"""The windows people fill in: declare, update, impact, resolve, escalate and their kin. Pure; opens nothing."""

from collections.abc import Mapping, Sequence

from incidentbot.core.incident import Incident
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.response.declare import LONGEST_TITLE
from incidentbot.core.text.words import begun, person, role_words, safe
from incidentbot.slack import asks, names
from incidentbot.slack.cards.blocks import Block, context, cut, option, section
from incidentbot.slack.cards.wording import when
from incidentbot.slack.names import Target
from incidentbot.slack.slash_verbs import kinds
from incidentbot.slack.windows.parts import View, boxes, modal, person_select, select, text_input, window

NEXT_ROLE = "-"
"""The choice "whoever is next in the chain" in the escalate window."""

OPTIONS = (
    ("no-page", "Page nobody"),
    ("drill", "This is a drill: say whom it would page, and page nobody"),
    ("page", "Page people in the drill, too"),
    ("private", "Private: nobody knows of it but those who are called or invited"),
)


def declare_form(policy: Policy, typed: asks.Form) -> View:
    """The declare window, filled with what was typed so far; each level says what it is for."""
    ticked = (["drill", "page"] if typed.paging else ["drill"]) if typed.drill else []
    ticked += [] if typed.paging or typed.drill else ["no-page"]
    ticked += ["private"] if typed.private else []
    blocks = [
        text_input("title", "What is wrong?", initial=typed.title, longest=LONGEST_TITLE, lines="one"),
        select("severity", "How bad is it?", _levels(policy), initial=typed.severity),
        select(
            "kind",
            "What kind is it?",
            [option(kind, kind.replace("_", " ")) for kind in kinds(policy)],
            initial=typed.kind,
        ),
        boxes("options", "Options", OPTIONS, ticked),
    ]
    return modal(names.DECLARE_FORM, "Declare an incident", "Declare", blocks)


def _levels(policy: Policy) -> list[Block]:
    return [
        option(severity, f"{severity} {rule.label}", ", ".join(rule.examples or rule.meaning))
        for severity, rule in policy.severities.items()
    ]


def declared(reply: str) -> View:
    """What the declare window turns into once it is sent."""
    return window("Declared", [section(reply)], "Done")


def told(replies: Sequence[str]) -> View:
    """What a window turns into where something else was done than what it asked for."""
    return window("Please read", [section(reply) for reply in replies], "Done")


def update_form(incident: Incident) -> View:
    """Where does it stand?"""
    blocks = [text_input("text", "What should stakeholders know?")]
    if incident.last_update:
        blocks.append(context(f"The last one: {safe(cut(incident.last_update, 500))}"))
    return modal(names.UPDATE_FORM, f"Update {incident.name}", "Post", blocks, Target(incident.id))


def impact_form(incident: Incident) -> View:
    """Who feels it?"""
    users = [option("many", "Several customers or users"), option("one", "A single one")]
    blocks = [
        text_input("text", "Who feels it, and how?", initial=incident.impact, optional=True),
        select("users", "How many?", users, optional=True),
        boxes("risk", "Data", (("data-at-risk", "Data may be lost or exposed"),)),
    ]
    return modal(names.IMPACT_FORM, f"Impact of {incident.name}", "Save", blocks, Target(incident.id))


def resolve_form(incident: Incident) -> View:
    """What ended it, and who checked?"""
    blocks = [
        text_input("what", "What fixed it?", optional=True),
        person_select("verified_by", "Who has checked that it is over?"),
    ]
    return modal(names.RESOLVE_FORM, f"Resolve {incident.name}", "Resolve", blocks, Target(incident.id))


def reopen_form(incident: Incident) -> View:
    """Why is it back?"""
    blocks = [text_input("why", "What is back?")]
    return modal(names.REOPEN_FORM, f"Reopen {incident.name}", "Reopen", blocks, Target(incident.id))


def escalate_form(incident: Incident, chains: Mapping[str, Sequence[str]]) -> View:
    """Whom, and why? It remembers whom it showed as the next, since others may climb the ladder while it is open.

    chains: those of the profile; every one but the incident's own can be called in whole.
    """
    shown = next_role(incident)
    following = [option(NEXT_ROLE, cut(f"Whoever is next: the {role_words(shown)}", 75))] if shown else []
    chain = [option(role, cut(begun(role_words(role)), 75)) for role in incident.plan.chain]
    others = [
        option(name, cut(f"The {role_words(name)} chain", 75))
        for name, roles in chains.items()
        if tuple(roles) != incident.plan.chain
    ]
    blocks = [
        select("to", "Whom?", [*following, *chain, *others], initial=NEXT_ROLE),
        text_input("why", "Why?", optional=True),
        *_last_escalation(incident),
    ]
    about = Target(incident.id, extra=shown or "")
    return modal(names.ESCALATE_FORM, f"Escalate {incident.name}", "Page", blocks, about)


def _last_escalation(incident: Incident) -> list[Block]:
    last = incident.escalated
    if last is None:
        return []
    return [context(f"{person(last.by)} called in the {role_words(last.role)}, {when(last.at)}")]


def severity_form(incident: Incident, policy: Policy) -> View:
    """Which level, and why?"""
    blocks = [
        select("severity", "How bad is it?", _levels(policy), initial=Severity(incident.severity)),
        text_input("why", "Why?", optional=True),
    ]
    return modal(names.SEVERITY_FORM, f"Severity of {incident.name}", "Change", blocks, Target(incident.id))


def stage_form(incident: Incident) -> View:
    """Which stage? Raises nothing: a plan without stages offers none and says so."""
    stages = [option(stage.id, stage.label) for stage in incident.plan.stages]
    if not stages:
        return window("Stages", [section("This profile has no stages for this kind of incident.")])
    blocks = [select("stage", "Where does it stand?", stages, initial=incident.stage)]
    return modal(names.STAGE_FORM, f"Stage of {incident.name}", "Go there", blocks, Target(incident.id))


def draft_words(incident: Incident, link: str) -> str:
    """Where the post-mortem draft is, or how to get it where no page is served."""
    if link:
        return f"<{link}|The draft of {incident.name}> is ready."
    return (
        f"No page is served here. `incidentbot postmortem draft {incident.name}` at a shell writes the draft."
    )
