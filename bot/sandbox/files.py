"""Uploaded files, kept in memory up to a total size; the oldest go first."""

import mimetypes
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import PurePosixPath

from bot.sandbox.model import StoredFile

_KEPT_BYTES = 512 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
# The machine's own table may miss these, and a bot decides by them.
_TYPES = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}


class FileStore:
    """Files by id and by download path."""

    def __init__(self, *, kept_bytes: int = _KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._size = 0
        self._last = 0
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self, content: bytes, *, name: str, is_photo: bool = False, width: int = 0, height: int = 0
    ) -> StoredFile:
        """Store an upload under new ids."""
        self._last += 1
        name = PurePosixPath(name.replace("\\", "/")).name or "file"
        suffix = PurePosixPath(name).suffix.lower()
        guessed = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        folder = "photos" if is_photo else "documents"
        file = StoredFile(
            id=_identifier("AgACAgUAAx" if is_photo else "BQACAgUAAx", self._last, 36),
            unique_id=_identifier("AQAD" if is_photo else "AgAD", self._last, 8),
            path=f"{folder}/file_{self._last}{suffix}",
            name=name,
            mime_type=guessed or "application/octet-stream",
            content=content,
            is_photo=is_photo,
            width=width,
            height=height,
        )
        self._by_id[file.id] = self._by_path[file.path] = file
        self._size += len(content)
        while self._size > self._kept_bytes and len(self._by_id) > 1:
            self._drop(next(iter(self._by_id.values())))
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """A file by its id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """A file by its download path."""
        return self._by_path.get(path)

    def clear(self) -> None:
        """Forget all files; ids are never used again."""
        self._by_id.clear()
        self._by_path.clear()
        self._size = 0

    def _drop(self, file: StoredFile) -> None:
        del self._by_id[file.id]
        del self._by_path[file.path]
        self._size -= len(file.content)


def _identifier(prefix: str, number: int, length: int) -> str:
    digest = sha256(f"{prefix}{number}".encode()).digest() * 2
    return prefix + urlsafe_b64encode(digest).decode()[:length]
