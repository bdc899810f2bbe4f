"""A profile of a story's own: the chat system's, with some words changed. Tells no story."""

from pathlib import Path


def profile_of(folder: Path, words: str) -> str:
    """The path of a profile that lays `words` (YAML, at the top level) upon the chat system's."""
    file = folder / "of-its-own.yaml"
    head = "schema: 1\nid: of-its-own\ntitle: Of its own\nextends: im-chat\n"
    file.write_text(f"{head}{words}\n", encoding="utf-8")
    return str(file)
