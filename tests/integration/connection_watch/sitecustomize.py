"""Python imports this at its start when the folder is on its path: it notes every connection asked.

What a process asks of the network is written to the file that ``STAALKAART_CONNECTIONS`` names,
also by processes that it starts with another environment.

Border: whether a connection was allowed is decided by the test.
"""

import os
import sys
from pathlib import Path
from typing import Any

LOG = os.environ.get("STAALKAART_CONNECTIONS", "")
ASKED = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


def note(line: str) -> None:
    """Add a line to the log, whatever other processes write to it."""
    descriptor = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what is asked of the network, and watch the processes that this one starts."""
    if event in ASKED:
        target = arguments[ASKED[event]]
        if isinstance(target, (tuple, list)):
            target = target[0]
            note(f"{event} {target}")
        elif event.startswith("socket.get"):
            note(f"{event} {target}")
    elif event == "subprocess.Popen" and isinstance(arguments[3], dict):
        arguments[3]["PYTHONPATH"] = str(Path(__file__).parent)
        arguments[3]["STAALKAART_CONNECTIONS"] = LOG


if LOG:
    note(f"watched {os.getpid()}")
    sys.addaudithook(watch)
