"""What a process that reads strangers' files may use: memory, time, files, no network.

`python -m server.adapters.documents.limits SECONDS PROGRAM …` becomes the program under its limits.
"""

import ctypes
import os
import resource
import signal
import sys

MEMORY = 1536 * 1024 * 1024
"""Address space in bytes."""
CPU_SECONDS = 10
WALL_SECONDS = 11.0
OPEN_FILES = 64
WRITTEN_BYTES = 64 * 1024 * 1024
"""What a converter may write to one file."""
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38


def confine(cpu_seconds: int = CPU_SECONDS) -> None:
    """Limit this process for one file: it writes no file, and dies with its parent."""
    os.setsid()
    _die_with_parent()
    _cap(resource.RLIMIT_AS, MEMORY)
    _cap(resource.RLIMIT_FSIZE, 0)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_NOFILE, OPEN_FILES)
    _cap(resource.RLIMIT_CPU, cpu_seconds, grace=1)


def leave_network() -> None:
    """Move this process to a network without interfaces, where the kernel lets it."""
    library = ctypes.CDLL(None)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if library.unshare(_NEW_NETWORK) != 0:
        library.unshare(_NEW_USER | _NEW_NETWORK)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _cap(limit: int, most: int, grace: int = 0) -> None:
    """Lower a limit; one that is already lower stays."""
    _, hard = resource.getrlimit(limit)
    ceiling = most + grace if hard == resource.RLIM_INFINITY else min(most + grace, hard)
    resource.setrlimit(limit, (min(most, ceiling), ceiling))


def main() -> None:
    """Become a converter: it needs temporary files and threads, so memory is not capped."""
    seconds, *program = sys.argv[1:]
    _die_with_parent()
    _cap(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_CPU, int(seconds), grace=1)
    leave_network()
    os.execv(program[0], program)  # noqa: S606  # no shell; the program is found by us


if __name__ == "__main__":
    main()
