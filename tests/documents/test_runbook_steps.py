"""Where steps are found: the rules S1 to S6 on small texts of our own."""

from textwrap import dedent

import pytest

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbook_reader import read_runbook


def read(text: str, path: str = "a.md") -> Runbook:
    return read_runbook(dedent(text), path=path)


def titles(text: str) -> list[str]:
    return [step.title for step in read(text).steps]


RULES = {
    "numbered headings are steps, each with its subtree": (
        """
        # Grow the disk
        ## Preconditions
        - the class allows it
        ## Step 1: Find the claim
        1. List them
        2. Pick one
        ## Step 2: Edit the claim
        ### If it refuses
        Ask.
        """,
        ["Find the claim", "Edit the claim"],
    ),
    "a heading that is only a number takes its first sentence": (
        """
        ## Step 1
        Open the console. Look around.
        ## Step 2
        Close it.
        """,
        ["Open the console", "Close it"],
    ),
    "chapters that are merely numbered are no steps": (
        """
        # T
        ## 1. Overview
        Words.
        ## 2. Diagnosis
        1. Check the queue
        2. Check the workers
        ## 3. Mitigation
        1. Restart the workers
        2. Watch the queue
        """,
        ["Check the queue", "Check the workers", "Restart the workers", "Watch the queue"],
    ),
    "bold lines numbered as steps count as headings": (
        """
        ## Mitigation
        **Step 1: Drain the node**

        Use the console.

        **Step 2: Call the owner**

        Use the phone.
        """,
        ["Drain the node", "Call the owner"],
    ),
    "an ordered list is the steps": ("## Diagnosis\nLook:\n\n1. Check a\n2. Check b\n", ["Check a", "Check b"]),
    "a list numbered 1. throughout counts by position": ("## Fix\n1. Check a\n1. Check b\n1. Check c\n", ["Check a", "Check b", "Check c"]),
    "a list that goes on after an unindented fence is one list": (
        "## Fix\n1. Stop it\n```sh\nsystemctl stop x\n```\n2. Start it\n```sh\nsystemctl start x\n```\n",
        ["Stop it", "Start it"],
    ),
    "single items numbered 1. are one list": ("## Fix\n1. Stop it\n\ntext\n\n1. Start it\n", ["Stop it", "Start it"]),
    "a list of causes is no list of steps": (
        "## What to do\nThere are two broad scenarios:\n\n1. Every login is failing\n2. Everything is broken\n",
        ["There are two broad scenarios"],
    ),
    "a task list is the steps": ("## Before\n- [ ] Page the lead\n- [x] Open a ticket\n", ["Page the lead", "Open a ticket"]),
    "bullets that ask for something are steps": (
        "## Diagnosis\n- Check the quota.\n- Is the disk full?\n- `kubectl get pv`\n",
        ["Check the quota", "Is the disk full?", "kubectl get pv"],
    ),
    "bullets that explain are no steps": (
        "## Look at the headers\nRun it.\n\n- `age` is the time in seconds\n- `x-cache` tells who served it\n",
        ["Look at the headers"],
    ),
    "an asking paragraph before bullets is a step as well": (
        "## What to do\nCheck the dashboard of logins.\n\nOther ideas:\n- Try to log in\n- Confirm it in staging\n",
        ["Check the dashboard of logins", "Try to log in", "Confirm it in staging"],
    ),
    "paragraphs that lead to commands are steps": (
        "## Diagnosis\nList the budgets.\n\n```\noc get pdb\n```\n\nLook at events.\n\n```\noc get events\n```\n",
        ["List the budgets", "Look at events"],
    ),
    "any other section is one step": ("## Call the vendor\nThey answer within the hour.\n", ["Call the vendor"]),
    "a generic section takes its first sentence": ("## Mitigation\nRestore from the backup. Then wait.\n", ["Restore from the backup"]),
    "prose of a section with sub-sections is no step": (
        "## Diagnosis\nUse the tool.\n### List all\nDo.\n### List some\nDo.\n",
        ["List all", "List some"],
    ),
    "a section that only promises is dropped": ("## Diagnosis\nCheck it.\n\n## Mitigation\nTODO\n", ["Check it"]),
    "an action section under context is action again": (
        "# T\n## Overview\nWords.\n### Rollback\n1. Stop it\n2. Start it\n",
        ["Stop it", "Start it"],
    ),
    "causes under meaning are context": ("# T\n## Meaning\n- Check failed\n- Run failed\n## Mitigation\nRestart it.\n", ["Restart it"]),
    "useful commands are reference": ("# T\n## Fix\nRestart it.\n## Useful commands\n- `kubectl get a`\n- `kubectl get b`\n", ["Restart it"]),
    "without any heading the list is the procedure": ("1. Open it\n2. Close it\n", ["Open it", "Close it"]),
    "a list before the first section is the procedure": (
        "# T\n1. Open it\n2. Close it\n## References\nSee x.\n",
        ["Open it", "Close it"],
    ),
    "prose before the first section is context": ("# T\nWords about it.\n## Fix\nRestart it.\n", ["Restart it"]),
    "the first command is the title where there are no words": ("## Diagnosis\n```\n$ amtool check\nok\n```\n", ["amtool check"]),
    "an overview that repeats numbered headings is dropped": (
        "## Procedure\n1. Enable it\n2. Disable it\n### Step 1: Enable it\nDo.\n### Step 2: Disable it\nDo.\n",
        ["Enable it", "Disable it"],
    ),
    "a list of links to sections is dropped": (
        "## Fix\n- [Stop it](#stop-it)\n- [Start it](#start-it)\n### Stop it\nDo.\n### Start it\nDo.\n",
        ["Stop it", "Start it"],
    ),
    "several H1 may be the sections": ("# Symptoms\nBad.\n# Diagnosis\n1. Check a\n2. Check b\n", ["Check a", "Check b"]),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_steps_are_found_by_rule(rule: str) -> None:
    text, expected = RULES[rule]

    assert titles(text) == expected


def test_a_checklist_takes_the_text_of_its_detail_sections() -> None:
    runbook = read(
        "# T\n## Checklist\n1. Stop the bleeding\n2. Call legal\n## Stop the bleeding\nPull the plug.\n## Call legal\nUse the phone.\n"
    )

    assert [step.title for step in runbook.steps] == ["Stop the bleeding", "Call legal"]
    assert "Pull the plug." in runbook.steps[0].body_md
    assert "Use the phone." in runbook.steps[1].body_md


def test_options_are_a_choice() -> None:
    bullets = read("## Mitigation\nTwo options:\n- Scale the storage\n- Delete information\n")
    headings = read("## Mitigation\n### Option 1: Scale\nDo.\n### Option 2: Delete\nDo.\n")

    assert [(step.title, step.kind) for step in bullets.steps] == [
        ("Scale the storage", "choice"),
        ("Delete information", "choice"),
    ]
    assert [(step.title, step.kind) for step in headings.steps] == [("Scale", "choice"), ("Delete", "choice")]


def test_tasks_keep_whether_they_are_done() -> None:
    runbook = read("## Before\n- [ ] Page the lead\n- [x] Open a ticket\n")

    assert [(step.kind, step.done) for step in runbook.steps] == [("task", False), ("task", True)]


def test_the_text_before_the_first_step_is_its_introduction_and_blocks_between_belong_to_the_item_before() -> (
    None
):
    runbook = read(
        "# T\n## Fix\nTake care.\n\n1. Stop it\n\n| a | b |\n|---|---|\n| c | d |\n\n2. Start it\n\nAll done.\n"
    )
    first, second = runbook.steps

    assert "## Fix\nTake care." in first.body_md
    assert "| c | d |" in first.body_md
    assert second.body_md == "2. Start it\n\nAll done."
    assert (first.source_lines, second.source_lines) == ((2, 9), (11, 13))


def test_a_lead_in_goes_with_the_list_it_leads_to() -> None:
    runbook = read("## Shift\n- Check a\n- Check b\n\nAt the end:\n\n- Leave the channel\n- Write a note\n")

    assert runbook.steps[2].body_md.startswith("At the end:")


def test_nested_items_are_the_checklist_and_deeper_ones_are_flattened() -> None:
    (step, _) = read("## Fix\n1. Prepare\n   - tell them\n   - open\n     - a\n     - b\n2. Act\n").steps

    assert step.checklist == ("tell them", "open: a; b")


def test_sections_tell_where_a_step_stands() -> None:
    runbook = read("# T\n## Diagnosis\n### Nodes\n1. Check a\n2. Check b\n")

    assert runbook.steps[0].section == ("Diagnosis", "Nodes")


def test_equal_steps_have_different_ids() -> None:
    first, second = read("## Fix\n1. Check it\n2. Check it\n").steps

    assert second.id == f"{first.id}-2"


def test_references_and_context_are_kept_apart_with_their_text() -> None:
    runbook = read("# T\nIntro.\n## Impact\nBad.\n## Fix\nRestart it.\n## References\n- [a](https://a.b)\n")

    assert runbook.context_md == "# T\nIntro.\n## Impact\nBad."
    assert runbook.reference_md == "## References\n- [a](https://a.b)"


def test_link_definitions_travel_with_the_steps_that_use_them() -> None:
    runbook = read("## Fix\n1. Open [the page][p]\n2. Close it\n\n[p]: https://a.b/c\n")

    assert runbook.steps[0].body_md.endswith("[p]: https://a.b/c")
    assert "[p]:" not in runbook.steps[1].body_md
    assert runbook.links[0].target == "https://a.b/c"


@pytest.mark.parametrize(
    "text",
    [
        "# Alert\nThis document has moved to [the other](../other.md).\n",
        "See [the other](other.md) instead.\n",
        "# T\n- [a](a.md)\n",
    ],
)
def test_a_page_that_only_points_elsewhere_has_no_steps_and_its_link(text: str) -> None:
    runbook = read(text)

    assert runbook.steps == ()
    assert runbook.links
    assert [remark.rule for remark in runbook.lint if remark.rule != "relative-link"] == ["points-elsewhere"]
