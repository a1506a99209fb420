"""Reading in a process of its own: what harms it harms nothing else and is told in one sentence."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.codec import decode, encode
from bot.errors import InvalidInput
from bot.letters import reading
from bot.letters.letter import Letter
from bot.letters.limits import MEMORY
from bot.letters.parser import parse_letter
from bot.letters.reading import ReadingFailed, read_file, read_pasted
from tests.letters import bombs
from tests.letters.docx_files import docx, p
from tests.letters.seed import SEED, seed_docx

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process may write while it reads; empty when nothing was left behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


async def test_what_is_read_in_the_process_is_what_the_parser_reads(scratch: Path):
    assert await read_file(SEED.encode(), name="cong-van.txt") == parse_letter(SEED)
    assert await read_pasted(SEED) == parse_letter(SEED)
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("bomb", "key"),
    [
        (bombs.zip_bomb, "letter.bomb"),
        (bombs.zip_of_many, "letter.bomb"),
        (bombs.lying_zip, "letter.damaged"),
        (bombs.deep_xml, "letter.too_heavy"),
        (bombs.wide_xml, "letter.bomb"),
        (bombs.billion_laughs, "letter.bomb"),
        (bombs.external_entity, "letter.bomb"),
        (bombs.pdf_bomb, "letter.too_heavy"),
        (bombs.pdf_of_words, "letter.bomb"),
        (bombs.pdf_with_password, "letter.encrypted"),
        (lambda: b"%PDF-1.7\n" + os.urandom(20_000), "letter.damaged"),
        (lambda: seed_docx()[:-400], "letter.damaged"),
        (lambda: seed_docx()[:600] + os.urandom(2_000) + seed_docx()[-800:], "letter.damaged"),
    ],
)
async def test_a_harmful_file_ends_in_one_sentence(
    bomb: Callable[[], bytes], key: str, scratch: Path
):
    with pytest.raises(InvalidInput) as refused:
        await read_file(bomb(), name=None)
    assert refused.value.key == key
    assert list(scratch.iterdir()) == []


async def test_the_process_cannot_take_more_memory_than_a_letter_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    greedy = f"import bot.letters.child as c; c._limit(); bytearray({MEMORY})"
    code = await _end_of(greedy, tmp_path)
    assert code != 0
    assert await _end_of(greedy.replace(str(MEMORY), str(MEMORY // 4)), tmp_path) == 0


async def _end_of(code: str, directory: Path) -> int:
    process = await asyncio.create_subprocess_exec(
        reading.sys.executable, "-c", code,
        cwd=directory, env=reading._environment(str(directory)),
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


async def test_a_reader_that_never_ends_is_killed_with_all_it_started(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
):
    stuck = scratch / "stuck"
    (stuck / "bot" / "letters").mkdir(parents=True)
    (stuck / "bot" / "__init__.py").touch()
    (stuck / "bot" / "letters" / "__init__.py").touch()
    started = scratch / "started"
    (stuck / "bot" / "letters" / "child.py").write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(started)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(reading, "_ROOT", str(stuck))
    monkeypatch.setattr(reading, "WALL_SECONDS", 2)
    with pytest.raises(InvalidInput, match=r"letter\.too_heavy"):
        await read_file(b"x", name=None)
    grandchild = int(started.read_text())
    for _ in range(200):
        if not _lives(grandchild):
            break
        await asyncio.sleep(0.02)
    assert not _lives(grandchild)


def _lives(pid: int) -> bool:
    """Whether the process runs; one that nobody has waited for yet is dead all the same."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_an_error_nobody_expected_tells_its_kind_and_not_the_letter(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "_ROOT", str(_broken(scratch / "broken")))
    with pytest.raises(ReadingFailed, match=r"^KeyError$"):
        await read_file(SEED.encode(), name=None)


def _broken(root: Path) -> Path:
    """The product with a reader that fails on everything."""
    (root / "bot").mkdir(parents=True)
    for each in (ROOT / "bot").iterdir():
        if each.name != "letters":
            (root / "bot" / each.name).symlink_to(each)
    (root / "scheduler").symlink_to(ROOT / "scheduler")
    letters = root / "bot" / "letters"
    letters.mkdir()
    for each in (ROOT / "bot" / "letters").glob("*.py"):
        if each.name != "forms.py":
            (letters / each.name).symlink_to(each)
    (letters / "forms.py").write_text("def read_document(data, *, name): raise KeyError('words')\n")
    return root


async def test_the_process_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DONDOC_TELEGRAM__TOKEN", "1:secret")
    environment = reading._environment("/x")
    assert not [name for name in environment if name.startswith("DONDOC")]
    assert "1:secret" not in environment.values()


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "%2e%2e%2fx", "a\0b/..", "x" * 4000])
async def test_a_name_is_never_a_path(name: str, scratch: Path):
    letter = await read_file(docx(p("Số: 1/A-B"), p("Kính gửi: Sở A."), p("1. Việc.")), name=name)
    assert letter.code == "1/A-B"
    assert list(scratch.iterdir()) == []


def test_a_letter_comes_through_the_pipe_as_it_was():
    letter = parse_letter(SEED)
    assert decode(Letter, encode(letter)) == letter


@settings(deadline=None, max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["body", "tasks", "number", "text", "places"]), inner, max_size=3
            )
        ),
    )
)
def test_what_is_no_letter_does_not_come_through(value: object):
    try:
        letter = decode(Letter, value)
    except (TypeError, ValueError):
        return
    assert isinstance(letter.body, str)


def test_importing_what_the_bot_needs_loads_no_reader():
    import subprocess
    import sys

    code = (
        "import sys, bot.letters.worker, bot.commands.letters;"
        "print([m for m in ('pypdfium2', 'defusedxml', 'bot.letters.docx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
