"""What is taken out of a file before it is parsed, and what authors can say in comments and front matter."""

import pytest

from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.source.runbook_text import prepare


def rules(text: str) -> list[tuple[str, int]]:
    return [(remark.rule, remark.line) for remark in read_runbook(text, path="a.md").lint]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\ufeffa\r\nb\rc", ["a", "b", "c"]),
        ("a <!-- x --> b", ["a  b"]),
        ("a\n<!-- x\ny -->\nb", ["a", "", "", "b"]),
        ("a <!-- never closed", ["a <!-- never closed"]),
        ("write `<!-- x -->` so", ["write `<!-- x -->` so"]),
        ("```\n<!-- code -->\n```", ["```", "<!-- code -->", "```"]),
        ("[[_TOC_]]", [""]),
        ("## Head {#anchor}", ["## Head"]),
        ("- [Head](x.md){#anchor}", ["- [Head](x.md)"]),
        ("Head {#anchor}\n----", ["Head", "----"]),
        ("    echo ${#nodes}", ["    echo ${#nodes}"]),
        ("Count them by ${#nodes}", ["Count them by ${#nodes}"]),
        ("# <%= current_page.data.title %>", ["#"]),
        ("{{< hint >}}x{{< /hint >}}", ["x"]),
        ("`{{ .Values.a }}`", ["`{{ .Values.a }}`"]),
        ("<details><summary>More</summary>\nx\n</details>", ["More", "x", ""]),
    ],
)
def test_lines_are_cleaned_and_keep_their_place(text: str, shown: list[str]) -> None:
    assert list(prepare(text).lines) == shown


def test_the_title_comes_from_the_front_matter_then_the_first_heading_then_the_file() -> None:
    assert read_runbook("---\ntitle: A\n---\n# B\n", path="c.md").title == "A"
    assert (
        read_runbook("# <%= x %>\n\nwords\n", path="docs/HighErrorRate.html.md.erb").title
        == "High Error Rate"
    )
    assert read_runbook("## X\n# B `c`\n", path="c.md").title == "B c"


def test_front_matter_is_plain_data_and_bad_yaml_is_a_remark() -> None:
    good = read_runbook(
        "---\nseverity: [P0]\nlast_reviewed_on: 2026-05-11\ntakes: [5m, 9m]\n---\n# A\n", path="a.md"
    )
    bad = read_runbook("---\ntitle: Redis: banned\nowner: ops\n---\n## Fix\nRestart.\n", path="a.md")

    assert good.meta == {"severity": ["P0"], "last_reviewed_on": "2026-05-11", "takes": ["5m", "9m"]}
    assert bad.title == "Redis: banned"
    assert bad.meta["owner"] == "ops"
    assert [(remark.rule, remark.line) for remark in bad.lint] == [("front-matter", 2)]


def test_text_between_two_rules_is_no_front_matter() -> None:
    runbook = read_runbook("---\njust words\n---\n## Fix\nRestart.\n", path="a.md")

    assert runbook.meta == {}
    assert "just words" in runbook.context_md


def test_yaml_that_grows_without_end_is_cut() -> None:
    bomb = "---\na: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    runbook = read_runbook(f"{bomb}---\n# T\n", path="a.md")

    assert len(repr(runbook.meta)) < 100_000


def test_folded_text_is_context_unless_it_is_all_there_is() -> None:
    beside = read_runbook(
        "## Fix\n1. Do a\n2. Do b\n<details>\n\n1. Log a\n2. Log b\n\n</details>\n", path="a.md"
    )
    alone = read_runbook("<details>\n\n## Fix\n\n1. Do a\n2. Do b\n\n</details>\n", path="a.md")

    assert [step.title for step in beside.steps] == ["Do a", "Do b"]
    assert "Log a" in beside.context_md
    assert [step.title for step in alone.steps] == ["Do a", "Do b"]


def test_authors_say_what_is_no_step() -> None:
    section = read_runbook(
        "## Fix\nDo.\n## Notes on it\n<!-- x -->\n<!-- not-a-step -->\n## Facts\n1. Check\n2. Run\n",
        path="a.md",
    )
    item = read_runbook("## Fix\n1. Do a\n2. Do b <!-- not-a-step -->\n3. Do c\n", path="a.md")
    listing = read_runbook("## Fix\nRead it.\n\n<!-- not-a-step -->\n1. Check\n2. Run\n", path="a.md")

    assert "Check" not in [step.title for step in section.steps]
    assert [step.title for step in item.steps] == ["Do a", "Do c"]
    assert [step.title for step in listing.steps] == ["Read it"]


def test_authors_switch_steps_off_and_on() -> None:
    text = "## Fix\n<!-- steps: off -->\n1. Do a\n2. Do b\n\n<!-- steps: on -->\n## More\n1. Do c\n2. Do d\n"

    assert [step.title for step in read_runbook(text, path="a.md").steps] == ["Do c", "Do d"]


def test_authors_describe_a_step() -> None:
    text = "## Fix\n1. Do a\n\n   <!-- step: title=\"Stop 'it'\" estimate=90s optional danger -->\n2. Do b\n"
    first, second = read_runbook(text, path="a.md").steps

    assert (first.title, first.estimate_minutes, first.optional, first.changes_production) == (
        "Stop 'it'",
        2,
        True,
        True,
    )
    assert (second.title, second.estimate_minutes, second.optional, second.changes_production) == (
        "Do b",
        None,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("## Fix\n1. Do\n2. So\n\n```sh\nls\n", ("unclosed-fence", 5)),
        ("## Fix\n1. Do\n2. \x1b[2JSo\n", ("no-text", 3)),
        ("## Fix\nDo it.\n\n## Verify it\nTBD\n", ("todo", 5)),
        ("## Fix\n1. Do\n```sh\nls\n```\n2. So\n", ("broken-list", 6)),
        ("## Fix\nRead [x](../x.md) and do it.\n", ("relative-link", 2)),
        ("## Fix\n1. Do\n\n   ```\n   ls\n   ```\n2. So\n", ("command-without-language", 4)),
        ("## Fix\n\n![the console](a.png)\n", ("image-only", 1)),
        ("# T\n## Impact\nBad.\n", ("no-steps", 1)),
        ("## Fix\n" + "1. Check it\n" * 31, ("too-many-steps", 32)),
        ("## Fix\n<%= a %>Do it.\n", ("template-tag", 2)),
        ("## Fix\nDo it, `<pod>` is its name.\n\n`kubectl delete pod x`\n", ("placeholder-unused", 2)),
        ("## Fix\nUse AKIA" + "QWERTYUIOPASDFGH.\n", ("secret-like", 2)),
        ("## Fix\ncurl https://bob:hunter22@host.example/\n", ("secret-like", 2)),
        ("## Fix\n```sh\nexport PASSWORD=s3cr3tvalue99\n```\n", ("secret-like", 3)),
    ],
)
def test_remarks_name_the_rule_and_the_line(text: str, rule: tuple[str, int]) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "export PASSWORD=$SECRET",
        "token: <your-token>",
        "password=YOUR_PASSWORD",
        "postgres://$USER:$PASS@host/db",
    ],
)
def test_placeholders_are_no_secrets(text: str) -> None:
    assert "secret-like" not in [rule for rule, _ in rules(f"## Fix\n{text}\n")]


def test_a_placeholder_that_a_command_holds_is_used() -> None:
    text = "## Fix\nDo it, `<pod>` is its name.\n\n`kubectl delete pod <pod>`\n"

    assert "placeholder-unused" not in [rule for rule, _ in rules(text)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1. Drain it (~10 min)\n2. So\n", 10),
        ("1. Drain it\n\n   <!-- step: takes=5m-15m -->\n2. So\n", 15),
        ("1. Drain it when it is down for more than 15 minutes\n2. So\n", None),
        ("1. Drain it. Wait 90 seconds.\n2. So\n", 2),
    ],
)
def test_how_long_a_step_takes_is_read_where_it_is_said(text: str, minutes: int | None) -> None:
    assert read_runbook(f"## Fix\n{text}", path="a.md").steps[0].estimate_minutes == minutes


def test_callouts_of_github_say_what_they_are() -> None:
    book = read_runbook("## Fix\n> [!WARNING]\n> Not two at once.\n\n1. Do a\n2. Do b\n", path="a.md")

    assert book.steps[0].warnings == ("Warning: Not two at once.",)


def test_a_good_file_has_no_remarks() -> None:
    assert rules("# T\n## Fix\n1. Do a\n\n   ```sh\n   ls\n   ```\n\n2. Do b\n") == []
