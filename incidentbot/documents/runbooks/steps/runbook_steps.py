"""Where the steps of a runbook are: section role first, kind of list second. Cuts no text and reads no commands.

The rules S1 to S6 are those of docs/runbooks.md; the first that applies to a section wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from incidentbot.documents.runbooks.source.runbook_block import Block, Kind
from incidentbot.documents.runbooks.steps.runbook_asking import asks_nothing, only_introduces, only_points
from incidentbot.documents.runbooks.steps.runbook_contents import Contents
from incidentbot.documents.runbooks.steps.runbook_items import checklist_of, is_placeholder, item_title
from incidentbot.documents.runbooks.steps.runbook_lists import (
    Chosen,
    answering_rows,
    bullet_items,
    explicit_items,
    only_tells,
    orders,
    without_promises,
)
from incidentbot.documents.runbooks.steps.runbook_notes import Steering
from incidentbot.documents.runbooks.steps.runbook_numbered import holds_step_headings, numbered
from incidentbot.documents.runbooks.steps.runbook_pairs import Pair, command_pairs, holds_command
from incidentbot.documents.runbooks.steps.runbook_paragraphs import labelled, told_in_order
from incidentbot.documents.runbooks.steps.runbook_roles import Role, names_work
from incidentbot.documents.runbooks.steps.runbook_sections import Section, every
from incidentbot.documents.runbooks.steps.runbook_titles import block_title, cut, lead_title, sentence_title
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_verb

CONTEXT = -1
REFERENCE = -2
_PLACES = {Role.CONTEXT: CONTEXT, Role.REFERENCE: REFERENCE}
_FEWEST = 2


class Draft(NamedTuple):
    """A step that has been found: what it is called and where it starts; its lines follow from the plan.

    `detail_line`: the heading of the section that tells more about it, -1 for none.
    """

    title: str
    line: int
    section: tuple[str, ...]
    kind: str = "step"
    checklist: tuple[str, ...] = ()
    done: bool = False
    detail_line: int = -1


@dataclass(slots=True)
class Plan:
    """The drafts, and marks (line, owner): from that line on, lines belong to that draft, CONTEXT or REFERENCE.

    `todo`: the lines of what was dropped because it only says that it will be written.
    """

    drafts: list[Draft] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    todo: list[int] = field(default_factory=list)
    attached: dict[int, int] = field(default_factory=dict)


class Planner:
    """Walks the sections of one runbook once, and marks every line with its owner."""

    def __init__(self, root: Section, steering: Steering) -> None:
        self._root = root
        self._steering = steering
        self._contents = Contents(root)
        self._plan = Plan()

    def plan(self) -> Plan:
        """The steps of the file. The root's own text is context unless it is all there is, or holds the list."""
        acting = any(
            section.role is Role.ACTION for section in every(self._root) if section is not self._root
        )
        blocks = self._steps_among([block for block in self._root.blocks if block.kind is not Kind.HEADING])
        found = (
            self._from_items(self._root, explicit_items(blocks) or orders(blocks))
            if acting
            else self._own(self._root, blocks)
        )
        if not found:
            self._mark(0, CONTEXT)
        self._take(0, found)
        self._children(self._root)
        self._plan.marks.sort(key=lambda mark: mark[0])
        return self._plan

    def _section(self, section: Section) -> None:
        if section.line in self._plan.attached:
            self._mark(section.line, self._plan.attached[section.line])
        elif section.role is not Role.ACTION or section.line in self._steering.not_steps:
            self._mark(section.line, _PLACES.get(section.role, CONTEXT))
            if section.line not in self._steering.not_steps:
                self._children(section)
        else:
            first = len(self._plan.drafts)
            self._take(section.line, self._own(section, self._steps_among(section.blocks)))
            empty = len(self._plan.drafts) == first
            self._children(section)
            if empty:
                self._mark(section.line, first if len(self._plan.drafts) > first else CONTEXT)

    def _children(self, section: Section) -> None:
        """S1 for the numbered sub-sections, the other rules for the rest."""
        steps = numbered(section)
        for child in section.children:
            if child.line in self._steering.aside:
                self._mark(child.line, CONTEXT)
            elif (
                child.line in steps
                and child.line not in self._steering.not_steps
                and not holds_step_headings(child)
            ):
                self._take(child.line, self._heading_step(child))
            else:
                self._section(child)

    def _heading_step(self, section: Section) -> list[Draft]:
        """S1: a numbered heading with all below it."""
        inside = [block for part in every(section) for block in part.blocks]
        words = " ".join(block.text for block in inside if block.kind is Kind.PARAGRAPH)
        if len(inside) == 1 and is_placeholder(words):
            self._plan.todo.append(section.line)
        title = cut(section.heading.bare.rstrip(".")) or block_title(inside) or section.heading.text
        kind = "choice" if section.heading.numbering == "option" else "step"
        return [Draft(title, section.line, section.path[:-1], kind, checklist_of(inside))]

    def _own(self, section: Section, blocks: Sequence[Block]) -> list[Draft]:
        """S2 to S6 for what stands in a section before its first sub-section."""
        blocks, todo = without_promises(blocks)
        self._plan.todo.extend(todo)
        generic = section.generic or section is self._root
        if listed := self._from_items(section, explicit_items(blocks, generic=generic)):
            return listed
        pairs = command_pairs(blocks)
        loose = section.generic and section is not self._root and not pairs
        return (
            self._from_bullets(section, blocks, bullet_items(blocks, generic=loose))
            or self._from_pairs(section, pairs or _paragraphs(blocks), generic=generic)
            or self._from_items(section, answering_rows(blocks))
            or self._leaf(section, blocks, generic=generic)
        )

    def _from_items(self, section: Section, chosen: Sequence[Chosen]) -> list[Draft]:
        """One draft for each item that is a step; a list that only repeats the headings is none."""
        if not chosen:
            return []
        titles = [item_title(pick.item) for pick in chosen]
        details = self._contents.details([pick.item for pick in chosen], titles)
        if details is None:
            return []
        return [
            Draft(
                title or section.heading.bare or "Step",
                pick.line,
                section.path,
                pick.kind,
                checklist_of(pick.item.children),
                done=pick.item.ticked is True,
                detail_line=details.get(pick.item.line, -1),
            )
            for pick, title in zip(chosen, titles, strict=True)
            if not self._steering.excludes(pick.item)
        ]

    def _from_bullets(
        self, section: Section, blocks: Sequence[Block], chosen: Sequence[Chosen]
    ) -> list[Draft]:
        """S4, with the paragraphs before the first bullet that ask for something themselves."""
        drafts = self._from_items(section, chosen)
        if not drafts or drafts[0].kind == "choice":  # the sentence before a choice introduces it
            return drafts
        asked = [
            Draft(sentence_title(block.text), block.line, section.path)
            for block in blocks
            if block.line < drafts[0].line
            and block.kind is Kind.PARAGRAPH
            and starts_with_verb(block.text)
            and not block.text.endswith(":")
        ]
        return asked[:1] + drafts

    def _from_pairs(self, section: Section, pairs: Sequence[Pair], *, generic: bool) -> list[Draft]:
        """S5; a first command without words of its own takes the heading."""
        heading = "" if generic else section.heading.bare
        return [
            Draft(
                lead_title(pair.blocks) or (heading if place == 0 else "") or block_title(pair.blocks),
                pair.line,
                section.path,
            )
            for place, pair in enumerate(pairs)
        ]

    def _leaf(self, section: Section, blocks: Sequence[Block], *, generic: bool) -> list[Draft]:
        """S6: the section itself; one with sub-sections only where it holds a command."""
        solid = [block for block in blocks if block.kind is not Kind.RULE]
        above = bool(section.children) and section is not self._root
        if not solid or (above and only_introduces(solid)):
            return []
        words = section.heading.bare
        if self._contents.only_repeats(solid):
            return []
        if not generic and (only_tells(solid) or only_points(words, solid) or asks_nothing(words, solid)):
            return []
        heading = "" if generic or (above and not holds_command(solid)) else words.rstrip(".")
        title = cut(heading) or block_title(solid) or section.heading.bare
        if section is self._root and not starts_with_verb(title):
            title = self._asking_name() or title
        return [Draft(title, section.line, section.path)] if title else []

    def _asking_name(self) -> str:
        """What the file is called, where its name asks for something: `Empty the cache`."""
        name = next((block.text for block in self._root.blocks if block.kind is Kind.HEADING), "")
        return cut(name) if names_work(name) else ""

    def _steps_among(self, blocks: Sequence[Block]) -> list[Block]:
        return [block for block in blocks if not self._steering.excludes(block)]

    def _mark(self, line: int, owner: int) -> None:
        self._plan.marks.append((line, owner))

    def _take(self, line: int, found: Sequence[Draft]) -> None:
        """Number the drafts of one section; what stands before the first belongs to it as its introduction."""
        for place, draft in enumerate(found):
            number = len(self._plan.drafts)
            self._plan.drafts.append(draft)
            self._mark(line if place == 0 else draft.line, number)
            if draft.detail_line >= 0:
                self._plan.attached[draft.detail_line] = number


def _paragraphs(blocks: Sequence[Block]) -> Sequence[Pair]:
    """S5: the paragraphs of a section that are a step each by their own words."""
    return told_in_order(blocks) or labelled(blocks)
