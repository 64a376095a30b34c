"""Starts Python programs as forks of this process, which has imported what they would import.

Each is a process of its own in every other way: its arguments, environment, folder and session are
its own, and it may be killed. It saves the seconds of CPU time that imports cost.

    python forking.py SOCKET MODULE ...
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
from contextlib import suppress

LONGEST = 1 << 20


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    for name in sys.argv[2:]:
        importlib.import_module(name)
    while True:
        reap()
        message, files, _, _ = socket.recv_fds(requests, LONGEST, 3)
        if not message:
            return
        if os.fork() == 0:
            requests.close()
            start(json.loads(message), *files)
            return
        for file in files:
            os.close(file)


def reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def start(given: dict, out: int, err: int, ended: int) -> None:
    """Run the program in a child; tell its process id at once and its exit code when it ends."""
    child = os.fork()
    if child == 0:
        os.close(ended)
        run(given, out, err)
        return
    os.write(ended, f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    os.write(ended, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def run(given: dict, out: int, err: int) -> None:
    os.setsid()
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.argv = ["-c", *given["arguments"]]
    exec(given["code"], {"__name__": "__main__"})


if __name__ == "__main__":
    main()
