"""The folder of runbooks: what is listed, read again when it changes, and refused in one sentence."""

import os  # only to set a file's time, and for the separator between folders
from dataclasses import replace
from pathlib import Path

import pytest

from incidentbot.core.alerts.alert import Alerts
from incidentbot.core.refusals import Refused
from incidentbot.documents.runbooks.runbook_folder import NoRunbooks, RunbookFolder, UnknownRunbook
from incidentbot.documents.runbooks.runbook_index import entry_of, entry_of_text, words_in
from incidentbot.documents.runbooks.runbook_places import folders_or_shipped
from tests.core.play import Play


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "HighErrorRate.md": "# HighErrorRate\n\n## Diagnosis\n\n1. Check the logs\n2. Check the release\n",
        "db/failover.md": "---\ntitle: Fail the database over\nservices: [postgres]\ntriggers: [PgPrimaryDown]\n---\n## Fix\nDo it.\n",
        "web/cert.html.md.erb": "---\ntitle: Renew certificates\n---\n## Fix\nRenew it.\n",
        "README.md": "# About this folder\n",
        ".git/x.md": "# hidden\n",
        "notes.txt": "no runbook\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_markdown_is_listed_by_path_without_readme_and_hidden_folders(folder: Path) -> None:
    assert [book.path for book in RunbookFolder(folder).all()] == [
        "HighErrorRate.md",
        "db/failover.md",
        "web/cert.html.md.erb",
    ]


def test_a_runbook_is_read_by_its_path_or_its_name(folder: Path) -> None:
    shelf = RunbookFolder(folder)

    assert shelf.by_path("db/failover.md").title == "Fail the database over"
    assert shelf.read("high-error_rate").title == "HighErrorRate"


def test_a_name_outside_of_the_folder_is_refused(folder: Path) -> None:
    (folder.parent / "secret.md").write_text("# secret\n", encoding="utf-8")

    with pytest.raises(UnknownRunbook, match=r"no runbook \.\./secret\.md"):
        RunbookFolder(folder).by_path("../secret.md")


def test_a_name_that_two_files_share_is_refused_with_both(folder: Path) -> None:
    (folder / "failover.md").write_text("# other\n", encoding="utf-8")
    shelf = RunbookFolder(folder)

    assert shelf.by_path("failover.md").title == "other"
    with pytest.raises(UnknownRunbook, match=r"db/failover.md, failover.md"):
        shelf.by_path("failover")


def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(folder: Path) -> None:
    shelf = RunbookFolder(folder)
    before = shelf.by_path("HighErrorRate.md")
    same = shelf.by_path("HighErrorRate.md")
    changed = folder / "HighErrorRate.md"
    changed.write_text("# New title\n", encoding="utf-8")
    os.utime(changed, ns=(1, 1))

    assert same is before
    assert shelf.by_path("HighErrorRate.md").title == "New title"


def test_files_that_come_and_go_are_noticed(folder: Path) -> None:
    shelf = RunbookFolder(folder)
    shelf.all()
    (folder / "HighErrorRate.md").unlink()
    (folder / "fresh.md").write_text("# Fresh\n", encoding="utf-8")

    assert [book.path for book in shelf.all()] == ["db/failover.md", "fresh.md", "web/cert.html.md.erb"]


def test_a_missing_and_an_empty_folder_are_answered_by_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoRunbooks, match=r"no folder of runbooks at .*INCIDENTBOT_RUNBOOKS"):
        RunbookFolder(tmp_path / "none").find("x")
    with pytest.raises(Refused, match="holds no runbooks"):
        RunbookFolder(tmp_path).all()


def test_an_unreadable_file_is_named_and_takes_nothing_else_away(folder: Path) -> None:
    unreadable = Path("/proc/self/mem")  # opens, and refuses to be read from its beginning, even for root
    if not unreadable.exists():
        pytest.skip("this system has no /proc/self/mem to stand for a file that cannot be read")
    (folder / "locked.md").symlink_to(unreadable)
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    shelf = RunbookFolder(folder)

    assert len(shelf.all()) == 3
    assert len(shelf.unreadable) == 1
    assert shelf.unreadable[0].startswith("locked.md cannot be read")


def test_bytes_that_are_no_text_are_read_as_far_as_possible(folder: Path) -> None:
    (folder / "odd.md").write_bytes(b"\xff\xfe# T\n\n## Fix\n\nDo it.\n")

    book = RunbookFolder(folder).by_path("odd.md")
    assert book.steps
    assert ("no-text", 1) in [(remark.rule, remark.line) for remark in book.lint]


def test_a_file_that_is_too_long_is_read_to_a_whole_line_and_says_so(folder: Path) -> None:
    text = "# Long\n\n## Fix\n\n1. Do it.\n2. Look again.\n\n" + f"{'é' * 50}\n" * 10_000
    (folder / "long.md").write_text(text, encoding="utf-8")
    book = RunbookFolder(folder).by_path("long.md")

    assert book.text.endswith("é\n")
    (remark,) = book.lint
    assert (remark.rule, remark.message) == ("too-long", "Only the first 1,000,000 bytes are read.")


def test_words_find_what_fits_and_nothing_to_go_by_finds_all(folder: Path) -> None:
    shelf = RunbookFolder(folder)

    assert [match.path for match in shelf.find("PgPrimaryDown")] == ["db/failover.md"]
    assert [match.path for match in shelf.find(service="postgres")] == ["db/failover.md"]
    assert len(shelf.find()) == 3
    assert shelf.find("zebra") == []


def test_a_severity_suggests_runbooks_for_an_incident_but_answers_no_words(folder: Path) -> None:
    (folder / "fire.md").write_text("---\nseverity: P0\n---\n# Fire\n\n## Fix\n\nDo it.\n", encoding="utf-8")
    shelf, incident = RunbookFolder(folder), Play("im-chat").incident

    assert [match.path for match in shelf.find(incident=incident)] == ["fire.md"]
    assert shelf.find("zebra", incident) == []


def test_several_folders_are_told_apart_by_their_names(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("more") / "platform"
    other.mkdir()
    (other / "HighErrorRate.md").write_text("# Another\n\n## Fix\n\nDo it.\n", encoding="utf-8")
    shelf = RunbookFolder(folder, other)

    assert {book.path for book in shelf.all()} == {
        f"{folder.name}/HighErrorRate.md",
        f"{folder.name}/db/failover.md",
        f"{folder.name}/web/cert.html.md.erb",
        "platform/HighErrorRate.md",
    }
    assert shelf.by_path("platform/HighErrorRate.md").title == "Another"
    assert shelf.by_path("failover").title == "Fail the database over"
    with pytest.raises(UnknownRunbook, match="Name one with its folder"):
        shelf.by_path("HighErrorRate")


def test_a_setting_names_several_folders(tmp_path: Path) -> None:
    named = Path(os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))

    assert folders_or_shipped(named) == (tmp_path / "a", tmp_path / "b")
    assert folders_or_shipped(tmp_path) == (tmp_path,)


@pytest.mark.parametrize("name", ["PgPrimaryDown", "PgPrimaryDown (db-1, eu)"])
def test_the_names_of_an_incidents_alerts_find_its_runbook(folder: Path, name: str) -> None:
    alerts = Alerts("Alertmanager", "", None, firing=2, total=2, names=("Other", name))
    incident = replace(Play("im-chat").incident, title="Something is odd", alerts=alerts)

    best = RunbookFolder(folder).find(incident=incident)[0]
    assert (best.path, best.reason) == ("db/failover.md", "Its triggers name PgPrimaryDown.")


def test_thousands_of_files_are_searched_by_their_headings_and_steps_alone(folder: Path) -> None:
    runbook = RunbookFolder(folder).by_path("HighErrorRate.md")

    assert entry_of(runbook).headings == ("Diagnosis", "Check the logs", "Check the release")


def test_what_is_only_to_be_known_is_not_searched(folder: Path) -> None:
    text = (
        "# T\n\n## Impact\n\n- zebras\n\n## Fix\n\n- `feed` the [lion](x.md)\n\n```\n# tiger\n- puma\n```\n"
    )

    assert entry_of_text(text, "t.md").headings == ("Fix", "feed the lion")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a, b", ("a", "b")),
        (["P0", 1], ("P0", "1")),
        (None, ()),
        ({"a": 1}, ()),
        (3, ("3",)),
        ([None, [1]], ()),
    ],
)
def test_lists_of_the_front_matter_are_read_as_words(value: object, words: tuple[str, ...]) -> None:
    assert words_in(value) == words
