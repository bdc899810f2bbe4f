"""Which numbered sub-headings are steps themselves, and which are chapters that hold the steps. Cuts no text."""

from incidentbot.documents.runbooks.steps.runbook_lists import explicit_items
from incidentbot.documents.runbooks.steps.runbook_roles import Role
from incidentbot.documents.runbooks.steps.runbook_sections import Section, every

_FEWEST = 2


def numbered(section: Section) -> frozenset[int]:
    """The lines of the sub-sections that S1 makes steps; chapters that are merely numbered are none."""
    steps = [child for child in section.children if child.heading.numbering]
    plain = [child for child in steps if child.heading.numbering == "number"]
    parts = [child for child in steps if child.heading.numbering == "part"]
    chapters = plain if any(child.role is not Role.ACTION for child in plain) else []
    if sum(map(_holds_list, parts)) * 2 > len(parts):
        chapters = [*chapters, *parts]
    passed = {child.line for child in chapters}
    chosen = [child for child in steps if child.role is Role.ACTION and child.line not in passed]
    return frozenset(child.line for child in chosen) if len(chosen) >= _FEWEST else frozenset()


def holds_step_headings(section: Section) -> bool:
    """Whether an option is a procedure with numbered headings of its own, which then are the steps."""
    return section.heading.numbering == "option" and any(numbered(part) for part in every(section))


def _holds_list(section: Section) -> bool:
    """Whether numbered items stand below a heading: `Part 1` with its list is a chapter, `Step 1` with its list is none."""
    return any(explicit_items(part.blocks) for part in every(section))
