"""Reading runbooks and finding one among thousands, held against the markdown parser's own time in the same run."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from markdown_it import MarkdownIt

from incidentbot.core.runbooks.runbook_match import Query, rank
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.runbook_folder import RunbookFolder
from tests.bench.tables import Goal, Row
from tests.documents.runbook_shapes import shapes

LONG, LONGER = 100_000, 1_000_000
FILES = 2_000
PARSED = Goal(2.5, "<= 2.5x the parser alone", ratio=True)
ASKED = ("queue consumer lag", "NodeFilesystemFull", "certificate expires", "how do I restart the broker")
CHAPTER = """## Alarm NUMBER: the queue of the importer grows

The importer reads what partners upload, checks it, and hands it on to the workers. It is a single process with a
[queue of its own](https://wiki.example.com/importer); when it falls behind, partners see their files as *pending* and
call support after about an hour. Nothing is lost while the disk has room, and `importer-01` keeps two weeks of files.

### Impact

- Reports for partners are late.
- The nightly job of **billing** waits for them, see [billing](billing.md#late).

### Diagnosis

1. Look at the panel "importer lag" and note since when the line rises. A rise at the full hour is the batch of the
   large partners, and goes away by itself within 20 minutes.
2. See whether the process is alive and what it does:

   ```sh
   $ kubectl -n importer get pods -l app=importer -o wide
   NAME         READY   STATUS    RESTARTS   AGE
   importer-0   1/1     Running   0          4d
   $ kubectl -n importer logs importer-0 --since=15m | grep -v heartbeat
   ```

3. If the log shows `checksum differs`, a file is broken: go on with the mitigation. Otherwise page the storage team.

### Mitigation

Move the broken file away, with <partner> as the name of its folder:

```sh
kubectl -n importer exec importer-0 -- mv /data/<partner>/current.csv /data/broken/
```

> **Warning:** never delete it; the partner has no copy.

Then restart the process, and wait until the lag falls:

```sh
kubectl -n importer rollout restart statefulset/importer
```

"""


def tables(folder: Path, *, quick: bool) -> Sequence[tuple[str, Sequence[Row]]]:
    """Two tables: one file of 100 KB and of 1 MB; a folder of two thousand files. folder: empty, to be filled."""
    rounds = 1 if quick else 7
    return [("one runbook", _reading(rounds)), (f"{FILES} runbooks", _finding(folder, rounds))]


def _reading(rounds: int) -> Sequence[Row]:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    rows = []
    for name, text, often in (("100 KB", _text(LONG), rounds), ("1 MB", _text(LONGER), 1)):
        floor = min(_figures(partial(parser.parse, text), often))
        read = _figures(partial(read_runbook, text, path="a.md"), often)
        rows.append(Row(f"read {name}", read, floor=floor, goal=PARSED))
    return rows


def _finding(folder: Path, rounds: int) -> Sequence[Row]:
    _fill(folder)
    shelf = RunbookFolder(folder)
    first = _figures(shelf.entries, 1)
    again = _figures(shelf.entries, rounds)
    entries = shelf.entries()
    matched = [figure for words in ASKED for figure in _figures(partial(rank, Query(words), entries), rounds)]
    return [
        Row("index the folder", first, goal=Goal(5000, "<= 5 s")),
        Row("see what changed", again),
        Row("match words", matched, goal=Goal(20, "<= 20 ms")),
    ]


def _text(characters: int) -> str:
    """So many characters of a runbook as teams write them: a step to each four hundred."""
    chapters = characters // len(CHAPTER) + 1
    return "".join(CHAPTER.replace("NUMBER", str(number)) for number in range(chapters))[:characters]


def _fill(folder: Path) -> None:
    """As many files as asked, of four thousand characters each: as long as those of real teams are on average."""
    texts = [shape.text for shape in shapes()]
    for number in range(FILES):
        inside = folder / f"team-{number % 20}"
        inside.mkdir(exist_ok=True)
        text, place = "", number
        while len(text) < 4_000:
            text, place = text + texts[place % len(texts)], place + 7
        (inside / f"runbook-{number}.md").write_text(text, encoding="utf-8")


def _figures(work: Callable[[], object], rounds: int) -> list[float]:
    figures = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        figures.append((time.process_time() - started) * 1000)
    return figures
