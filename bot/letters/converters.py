"""Forms that only other programs read: LibreOffice, catdoc and tesseract, where they are installed.

They run in the child's own empty directory, with its limits, and are given no network proxy but a
dead one. Where none is installed, one sentence says what to send instead.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Final

from bot.errors import InvalidInput
from bot.letters.document import Document, Origin, document_of, numbered
from bot.letters.docx import read_docx
from bot.letters.text import accept

SECONDS: Final = 50
MAX_TEXT: Final = 8 * 1024 * 1024
DOTS_PER_INCH: Final = 200
_NOWHERE: Final = "http://127.0.0.1:9"
_OFFICE_FORMS: Final = (".doc", ".rtf", ".odt")
_CATDOC_FORMS: Final = (".doc", ".rtf")
_PICTURES: Final = (".jpg", ".png", ".tiff")


def read_other(data: bytes, *, form: str) -> Document:
    """The lines of a file in another form than .docx, .pdf and .txt."""
    if form in _OFFICE_FORMS and (office := _program("soffice", "libreoffice")):
        return _through_office(office, data, form=form)
    if form in _CATDOC_FORMS and (catdoc := _program("catdoc")):
        path = _kept(data, form)
        text = _run([catdoc, "-w", "-d", "utf-8", str(path)])
        return document_of(accept(text.decode("utf-8", errors="replace")))
    if form in _PICTURES and reads_scans():
        lines = _recognised(_kept(data, form))
        return numbered((line, 1, Origin.TEXT) for line in lines)
    raise InvalidInput("letter.form_not_supported", form=form)


def reads_scans() -> bool:
    """Whether tesseract is installed."""
    return _program("tesseract") is not None


def read_scanned_pdf(data: bytes) -> Document:
    """The lines that tesseract sees on the pages."""
    from bot.letters.pdf import pictures

    lines: list[tuple[str, int | None, Origin]] = []
    for number, picture in enumerate(pictures(data, dots_per_inch=DOTS_PER_INCH), start=1):
        found = _recognised(_kept(picture, ".ppm"))
        lines += [(line, number, Origin.TEXT) for line in found]
    return numbered(lines)


def _through_office(office: str, data: bytes, *, form: str) -> Document:
    path = _kept(data, form)
    profile = (Path.cwd() / "profile").as_uri()
    _run(
        [office, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck",
         "--convert-to", "docx", "--outdir", "converted", str(path)]
    )  # fmt: skip
    try:
        return read_docx((Path("converted") / f"{path.stem}.docx").read_bytes())
    except FileNotFoundError:  # it ends well also where it could not read the file
        raise InvalidInput("letter.damaged") from None


def _recognised(picture: Path) -> list[str]:
    text = _run([_program("tesseract") or "tesseract", str(picture), "stdout", "-l", "vie"])
    return accept(text.decode("utf-8", errors="replace").replace("\f", "\n")).split("\n")


def _program(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _kept(data: bytes, ending: str) -> Path:
    """In the child's own directory, under a name of ours."""
    path = Path.cwd() / f"letter{ending}"
    path.write_bytes(data)
    return path


def _run(command: list[str]) -> bytes:
    environment = {
        **os.environ,
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE),
        "HOME": str(Path.cwd()),
        "OMP_THREAD_LIMIT": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - a program found by its fixed name, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env=environment,
            preexec_fn=_take_more_memory,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput("letter.too_heavy") from None
    except OSError:
        raise InvalidInput("letter.damaged") from None
    if done.returncode or len(done.stdout) > MAX_TEXT:
        raise InvalidInput("letter.damaged")
    return done.stdout


def _take_more_memory() -> None:
    """Such programs need more than a reader of ours: up to the hard limit."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
