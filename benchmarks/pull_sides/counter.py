"""The processor's own count of the instructions that a piece of work takes, its threads included: the same on a busy computer.

Linux on x86-64 only, and only where the kernel lets a process count itself; elsewhere nothing is counted.
"""

import ctypes
import fcntl
import os
import struct
import sys

PERF_EVENT_OPEN, ENABLE, DISABLE = 298, 0x2400, 0x2401
INSTRUCTIONS, SIZE = 1, 112
OFF_AT_FIRST, WITH_THREADS, NOT_THE_KERNEL, NOT_THE_HYPERVISOR = 1 << 0, 1 << 1, 1 << 5, 1 << 6


class Counter:
    """Counts from `start` to `stop`; threads that began meanwhile count when they have ended."""

    def __init__(self) -> None:
        self._file = -1
        if sys.platform == "linux" and os.uname().machine == "x86_64":
            flags = OFF_AT_FIRST | WITH_THREADS | NOT_THE_KERNEL | NOT_THE_HYPERVISOR
            wanted = struct.pack("IIQQQQQ", 0, SIZE, INSTRUCTIONS, 0, 0, 0, flags).ljust(SIZE, b"\0")
            self._file = ctypes.CDLL(None).syscall(PERF_EVENT_OPEN, ctypes.create_string_buffer(wanted), 0, -1, -1, 0)

    def start(self) -> None:
        if self._file >= 0:
            fcntl.ioctl(self._file, ENABLE, 0)

    def stop(self) -> float:
        """Instructions so far; not a number where they cannot be counted."""
        if self._file < 0:
            return float("nan")
        fcntl.ioctl(self._file, DISABLE, 0)
        count: int = struct.unpack("q", os.read(self._file, 8))[0]
        os.close(self._file)
        return float(count)
