"""A sealed file for what may never be sent again, while PostgreSQL is away.

Bounded, written through to the disk, and read by nobody without the master secret. A record
that a crash cut short is left out: its sender was never told that it was kept.
"""

import asyncio
import os
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_HEAD = struct.Struct(">I")
_LABEL = b"spool"


class SpoolFull(OSError):
    """The file has its full size; nothing more is kept in it."""


class Spool:
    """One file of one process. Units: `most` in bytes."""

    def __init__(self, path: Path, key: bytes, *, most: int) -> None:
        self._path = path
        self._cipher = AESGCM(key)
        self._most = most
        self._turn = asyncio.Lock()
        self.waiting = path.exists() and path.stat().st_size > 0

    async def append(self, record: bytes) -> None:
        """Return once `record` is on the disk. Errors: SpoolFull, OSError."""
        async with self._turn:
            self.waiting = True
            await asyncio.to_thread(self._write, record)

    async def drain(self, take: Callable[[bytes], Awaitable[None]]) -> int:
        """Hand every record to `take`, oldest first; return how many were taken.

        What `take` raises ends the draining; that record and all later ones stay.
        """
        done = taken = 0
        async with self._turn:
            records = await asyncio.to_thread(self._read)
        try:
            for end, record in records:
                if record is not None:
                    await take(record)
                    taken += 1
                done = end
        finally:
            async with self._turn:
                self.waiting = await asyncio.to_thread(self._cut, done)
        return taken

    def _write(self, record: bytes) -> None:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, record, _LABEL)
        size = self._path.stat().st_size if self._path.exists() else 0
        if size + len(sealed) + _HEAD.size > self._most:
            raise SpoolFull("the spool is full")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(_HEAD.pack(len(sealed)) + sealed)
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> list[tuple[int, bytes | None]]:
        """Return each record and where it ends; None for one that cannot be opened."""
        if not self._path.exists():
            return []
        held, found, at = self._path.read_bytes(), [], 0
        while at + _HEAD.size <= len(held):
            end = at + _HEAD.size + _HEAD.unpack_from(held, at)[0]
            if end > len(held):
                break
            found.append((end, self._opened(held[at + _HEAD.size : end])))
            at = end
        return found

    def _opened(self, sealed: bytes) -> bytes | None:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _LABEL)
        except (InvalidTag, ValueError):
            return None

    def _cut(self, done: int) -> bool:
        """Remove what was taken; return whether something is left."""
        if not self._path.exists():
            return False
        rest = self._path.read_bytes()[done:]
        beside = self._path.with_suffix(".new")
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as f:
            f.write(rest)
            f.flush()
            os.fsync(f.fileno())
        beside.replace(self._path)
        return bool(rest)
