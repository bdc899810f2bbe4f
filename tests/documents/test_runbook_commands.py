"""What is copied out of a step, what is shown as its answer, and what else is read in its words."""

from datetime import date

import pytest

from incidentbot.core.runbooks.runbook import Step, StepBranch
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.authors.runbook_lint import check
from incidentbot.documents.runbooks.inside.runbook_placeholders import (
    changes_production,
    fill,
    find_placeholders,
)


def the_step(body: str) -> Step:
    (step,) = read_runbook(f"## Restart it\n\n{body}\n", path="a.md").steps
    return step


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("kubectl get pods\nkubectl get nodes", "kubectl get pods\nkubectl get nodes"),
        ("$ kubectl get pods\nNAME  READY\na     1/1", "kubectl get pods"),
        ("$ sudo su\n# /root/list.sh\nbox1", "sudo su\n/root/list.sh"),
        ("# df -h\n/dev/sda1  95%", "df -h"),
        ("# first the pods\nkubectl get pods", "# first the pods\nkubectl get pods"),
        ("$ kubectl delete pod \\\n    x\ndeleted", "kubectl delete pod \\\n    x"),
        ("$ cat <<EOF > a\nb\nEOF\ndone", "cat <<EOF > a\nb\nEOF"),
        ("$ psql -c 'select 1\nfrom t'\n 1", "psql -c 'select 1\nfrom t'"),
        ("$ echo don't\nprinted", "echo don't"),
        ("root@box:~# systemctl restart x", "systemctl restart x"),
        ("[root@box ~]# uptime\n 12:00", "uptime"),
        ("redis 10.0.0.1:6379> PING\nPONG", "redis 10.0.0.1:6379> PING\nPONG"),
        ("10.0.0.1:6379> PING\nPONG", "PING"),
        ("gitlabhq_production=# select 1;\n 1", "select 1;"),
        ("irb(main):001:0> User.count\n=> 4", "User.count"),
        (">>> 1 + 1\n2", "1 + 1"),
        ("a: $b\nc: $ d", "a: $b\nc: $ d"),
    ],
)
def test_prompts_and_output_are_left_out(code: str, typed: str) -> None:
    step = the_step(f"Run this:\n\n```console\n{code}\n```")

    assert [command.text for command in step.commands] == [typed]
    assert code.split("\n", maxsplit=1)[0] in step.body_md


def test_what_a_transcript_printed_is_expected_output() -> None:
    assert the_step("Run it:\n\n```\n$ ls\na  b\n```").expected == ("a  b",)


@pytest.mark.parametrize(
    "lead",
    [
        "You should see:",
        "Example output:",
        "The output looks like this:",
        "You get something similar to:",
        "This displays the nodes:",
    ],
)
def test_a_block_that_is_announced_as_output_is_no_command(lead: str) -> None:
    step = the_step(f"Run it:\n\n```sh\nkubectl get nodes\n```\n\n{lead}\n\n```\nNAME STATUS\n```")

    assert [command.text for command in step.commands] == ["kubectl get nodes"]
    assert step.expected == ("NAME STATUS",)


@pytest.mark.parametrize(
    "lead", ["`STATE` should be Stable; ask twice.", "No pod should be listed.", "To see the output, run:"]
)
def test_a_command_stays_one_though_its_lead_tells_what_is_good(lead: str) -> None:
    assert [command.text for command in the_step(f"{lead}\n\n```sh\nkubectl get pods\n```").commands] == [
        "kubectl get pods"
    ]


def test_a_text_fence_is_output_and_a_diagram_is_neither() -> None:
    step = the_step("Do it.\n\n```text\nok\n```\n\n```mermaid\na --> b\n```")

    assert (step.commands, step.expected) == ((), ("ok",))


def test_a_paragraph_of_nothing_but_inline_code_is_a_command() -> None:
    step = the_step("Type this.\n\n`kubectl get pods`\n\nor mention `other` inside words")

    assert [command.text for command in step.commands] == ["kubectl get pods"]


def test_the_language_is_the_first_word_of_the_fence() -> None:
    step = the_step("Do.\n\n```Sh {name=x interactive=false}\nls\n```\n\n    indented")

    assert [(command.text, command.language) for command in step.commands] == [("ls", "sh"), ("indented", "")]


def test_a_fence_that_never_ends_gives_its_first_part_and_loses_nothing() -> None:
    step = the_step("Do.\n\n```sh\nkubectl get pods\n\n## Post checks\nlook")

    assert [command.text for command in step.commands] == ["kubectl get pods"]
    assert "## Post checks\nlook" in step.body_md


def test_what_comes_later_is_no_condition() -> None:
    assert the_step("Once the index is found, delete it. When it is gone, tell support.").branches == (
        StepBranch("When it is gone"),
    )


def test_a_condition_that_points_back_is_told_by_all_of_its_words() -> None:
    step = the_step("Is the queue full? If so, page the storage team. If not, go on.")

    assert [branch.label for branch in step.branches] == ["If so, page the storage team", "If not, go on"]


def test_conditions_are_branches_with_their_links() -> None:
    step = the_step(
        "If the disk is full, see [the other](disk.md). Otherwise wait.\n\nWhen it hangs: kill it.\n\nFor production, ask.\n\nFor example, do."
    )

    assert [(branch.label, branch.target) for branch in step.branches] == [
        ("If the disk is full", "disk.md"),
        ("Otherwise wait", None),
        ("When it hangs", None),
        ("For production", None),
    ]


def test_a_long_condition_fits_a_button() -> None:
    (branch,) = the_step(f"If {'very ' * 30}slow, wait.").branches

    assert len(branch.label) <= 75


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        ("> **Notice:** costs money\n> and time", ("Notice: costs money and time",)),
        ("!!! warning\n    hot", ("Warning: hot",)),
        ("⚠️ Do not delete the claim. Delete the set.", ("⚠️ Do not delete the claim.",)),
        ("BE CAREFUL with this.", ("BE CAREFUL with this.",)),
        ("**Note:** slow.", ("Note: slow.",)),
        ("Orphans do not have a resource.", ()),
    ],
)
def test_callouts_and_shouts_are_warnings(body: str, warnings: tuple[str, ...]) -> None:
    assert the_step(body).warnings == warnings


@pytest.mark.parametrize(
    ("body", "minutes"),
    [
        ("This takes about 5 minutes.", 5),
        ("Wait 90 seconds.", 2),
        ("Wait for at least 2 hours.", 120),
        ("It takes 5-10 min.", 10),
        ("If it is down for more than 15 minutes, call.", None),
        ("Fires when slow for about 15 minutes.", None),
        ("Between 2 and 5 users.", None),
    ],
)
def test_how_long_a_step_takes_is_read_and_thresholds_are_not(body: str, minutes: int | None) -> None:
    assert the_step(body).estimate_minutes == minutes


def test_placeholders_are_found_unless_an_earlier_command_sets_them() -> None:
    text = "## Fix\n1. A\n   ```sh\n   export NS=x; get <pod> -n $NS\n   ```\n2. B\n   ```sh\n   get {{ name }} -n $NS -c $ZONE YOUR_KEY $HOME\n   ```\n"
    first, second = read_runbook(text, path="a.md").steps

    assert first.placeholders == ("<pod>",)
    assert second.placeholders == ("{{ name }}", "$ZONE", "YOUR_KEY")


def test_filling_in_touches_only_what_was_given_and_never_a_value() -> None:
    assert fill("get <pod> -n <ns> $ZONE", {"<pod>": "<ns>", "$ZONE": "eu"}) == "get <ns> -n <ns> eu"
    assert find_placeholders("awk '{print $1}' | grep <<EOF") == ()


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("sh -c 'for POD in $(list); do echo $POD; done'", ()),
        ('bash -c "LIMIT=5; drop --over \\$LIMIT"', ()),
        ("ssh db 'DIR=/data; du -s $DIR $MOUNT'", ("$MOUNT",)),
        ("kubectl get ns -o name | while read -r NAME AGE; do echo $NAME $AGE; done", ()),
        ("read -p 'Which host? ' HOST; ping $HOST", ()),
        ("mapfile -t PODS < pods.txt; kubectl delete $PODS", ()),
        ("$cert = Get-Item x\nRemove-Item $cert", ()),
        ("ps aux | awk '{print $NF, $NR}'", ()),
        ("docker run -e TOKEN=$TOKEN job", ("$TOKEN",)),
        ('docker run -e "TOKEN=${TOKEN}" job', ("${TOKEN}",)),
        ("PATHS=${PATHS}:/opt/bin", ("${PATHS}",)),
        ("[ $STATE = ready ] && echo $STATE", ("$STATE",)),
    ],
)
def test_a_variable_that_the_command_itself_sets_is_not_asked_for(
    command: str, asked: tuple[str, ...]
) -> None:
    assert find_placeholders(command) == asked


@pytest.mark.parametrize(
    "command",
    ["kubectl delete pod x", "sudo rm -rf /tmp/x", "kubectl scale deploy x --replicas=0", "x; drain node"],
)
def test_commands_that_change_something_are_marked(command: str) -> None:
    assert changes_production(command)
    assert the_step(f"Do:\n\n```sh\n{command}\n```").changes_production


@pytest.mark.parametrize("command", ["kubectl get pods", "echo undeleted", "cat /var/log/restart.log"])
def test_commands_that_only_look_are_not_marked(command: str) -> None:
    assert not changes_production(command)


@pytest.mark.parametrize(
    ("span", "today", "late"),
    [
        ("6 months", date(2026, 7, 1), False),
        ("6 months", date(2026, 7, 2), True),
        ("1 year", date(2027, 1, 2), True),
        ("9999 years", date(2030, 1, 1), False),
        ("2w", date(2026, 1, 16), True),
        ("soon", date(2030, 1, 1), False),
    ],
)
def test_an_overdue_review_is_a_remark_of_the_day(span: str, today: date, late: bool) -> None:  # noqa: FBT001 - a row of the table
    runbook = read_runbook(
        f"---\nlast_reviewed_on: 2026-01-01\nreview_in: {span}\n---\n## Fix\nDo it.\n", path="a.md"
    )

    assert ("overdue-review" in [remark.rule for remark in check(runbook, today=today)]) is late
    assert "overdue-review" not in [remark.rule for remark in runbook.lint]
