"""The sandbox plays Telegram and must not share the product's mistakes: it imports none of it."""

import ast
import sys
from pathlib import Path

import bot.sandbox

ALLOWED = {"aiohttp", "bot", *sys.stdlib_module_names}


def imported(source: Path):
    """Names of all modules a file imports."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_sandbox_imports_only_itself_and_aiohttp():
    sources = list(Path(bot.sandbox.__file__).parent.rglob("*.py"))
    assert len(sources) > 30
    for source in sources:
        for name in imported(source):
            assert name.partition(".")[0] in ALLOWED, (source, name)
            assert not name.startswith("bot") or name.startswith("bot.sandbox"), (source, name)
