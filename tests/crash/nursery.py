"""A process that has imported the bot and done nothing with it. Each line that it reads is a bot to fork; it answers with its pid.

A start then takes milliseconds instead of the second or two that the imports take. Run as `python -m tests.crash.nursery`.
"""

import gc
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any

import alembic.command  # noqa: F401 - what the bot imports only when it starts

from incidentbot.cli.workspace_bot import main

with suppress(ImportError):  # an extra: who has no server needs no driver
    import psycopg  # noqa: F401 - what the bot imports only when it starts


def be_a_bot(order: dict[str, Any]) -> None:
    """Never returns. Settings, arguments and log are those of the order, as a process of its own would have them."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()  # noqa: TID251 - a child's environment
    os.environ.update(order["environment"])  # noqa: TID251 - a child's environment
    sys.argv = ["workspace_bot", *order["arguments"]]
    status = 1
    try:
        main()
        status = 0
    except BaseException:  # noqa: BLE001 - it ends as a process does, with its reason in the log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    """Until nobody gives orders any more; then all that were forked end, too."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends leaves nothing to be waited for
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            be_a_bot(json.loads(line))
        print(pid, flush=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    serve()
