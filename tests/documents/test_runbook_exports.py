"""Steps in texts that other tools wrote out: HTML lists, numbers in bold, levels as headings, terms with their meaning."""

from textwrap import dedent

import pytest

from incidentbot.documents.runbook_reader import read_runbook

RULES = {
    "a table that says of each alarm what to do is a step a row": (
        """
        # Alarms
        | Alarm | Meaning | Action |
        | --- | --- | --- |
        | DiskFull | little is left | Delete old files |
        | DiskSlow | it waits | Check the controller |
        """,
        ["DiskFull", "DiskSlow"],
    ),
    "a table that only tells is read": (
        """
        # Alarms
        | Alarm | Meaning | Action |
        | --- | --- | --- |
        | DiskFull | little is left | none |
        | DiskSlow | it waits | the team's |
        """,
        [],
    ),
    "a warning names no step where there is anything else": (
        """
        ## Fix
        :warning: Only after somebody has agreed.

        ```sh
        broker reset
        ```
        """,
        ["broker reset"],
    ),
    "a list in HTML is a list, and one that nobody closed ends at the next heading": (
        """
        ## Steps
        <ol>
        <li>Open the console</li>
        <li>Restart it
        <ul><li>check the log</li></ul></li>
        </ol>
        <ol>
        <li>Tell support</li>
        <li>Close the ticket</li>
        ## Check the load
        Look at the panel.
        """,
        ["Open the console", "Restart it", "Tell support", "Close the ticket", "Check the load"],
    ),
    "a number in bold before a sentence is a step": (
        """
        ## Procedure
        **1)** Open the window. It is short.

        **2.** Restart it.

        **Step 3:** Close the window.
        """,
        ["Open the window", "Restart it", "Close the window"],
    ),
    "levels beside each other are each something to do, a warning alone warns": (
        """
        ## Critical
        - Page the team
        - Stop the export
        ## Warning
        - Open a ticket
        - Look at it tomorrow
        """,
        ["Page the team", "Stop the export", "Open a ticket", "Look at it tomorrow"],
    ),
    "a term with its meaning is no step, whatever its first word is": (
        """
        ## Words
        - Retry - a second try
        - Check - the question whether it lives
        ## Fix
        Restart it.
        """,
        ["Restart it"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), RULES.values(), ids=RULES.keys())
def test_steps_are_found(text: str, expected: list[str]) -> None:
    assert [step.title for step in read_runbook(dedent(text), path="a.md").steps] == expected
