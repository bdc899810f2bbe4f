"""A runbook whose first command is too long for a card, beside the shipped ones; and the calls that beginning it makes."""

import shutil
from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "runbooks"
LONG_RUN = "runbook start long command {name}"
RUN_CALLS: Mapping[str, str] = {
    "chat.update card": "ShowCard",  # it offers no runbooks any more
    "chat.postMessage run": "ShowRun",
    "files.getUploadURLExternal": "ShareCommands",
    "files.completeUploadExternal": "ShareCommands",
}
_LINES = "\n".join(f"   restart --part {number}" for number in range(200))
TEXT = f"# Long command\n\n1. **Restart all parts.**\n\n   ```bash\n{_LINES}\n   ```\n\n2. **Look.**\n"


def runbooks_of(folder: Path) -> Path:
    """A folder with the shipped runbooks and the long one."""
    books = shutil.copytree(SHIPPED, folder / "runbooks", dirs_exist_ok=True)
    (books / "long-command.md").write_text(TEXT, encoding="utf-8")
    return books
