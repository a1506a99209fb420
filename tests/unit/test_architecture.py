"""The rules a reader cannot see in one file: who imports whom, what is asked from where, how long
things are, and that README, the example settings and the program say the same."""

from __future__ import annotations

import argparse
import ast
import configparser
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot import cli
from bot.config import Config

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "scheduler")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SANDBOX = ROOT / "bot" / "sandbox"
MIGRATIONS = ROOT / "bot" / "storage" / "migrations" / "versions"

LONGEST_MODULE = 400
LONGEST_OF_ALL = 520
LONGER_MODULES = {
    "bot.delivery.worker": "one loop whose steps share what it has in hand",
    "bot.delivery.transport": "all that is known of a call, from its first byte to its last",
    "handlers": "the one list of what the bot hears, a line each",
}

# Where an unexpected error may be caught, and why it must not go further.
CATCH_ALL = {
    "bot.app:App._keep_lease": "trouble with the database may pass while the lease lasts",
    "bot.articles.worker:PagesWorker._look": "a page nobody can read is for people to look at",
    "bot.articles.worker:PagesWorker._turn": "the pages' loop lives on",
    "bot.delivery.json_calls:_Line.answer": "whatever ends a call given up, it was late",
    "bot.delivery.json_calls:JsonCalls.post": "the connection of a call cut off is closed",
    "bot.delivery.worker:Delivery.run": "the sending loop lives on; its rows keep their marks",
    "bot.delivery.prepare:_gather": "one message nobody can write must not hold the others",
    "bot.delivery.worker:Delivery._call": "whatever happened after the bytes left is 'unclear'",
    "bot.intake.poller:Poller._ask_carefully": "the polling loop lives on",
    "bot.intake.poller:Poller._store_carefully": "the offset has not moved: nothing is lost",
    "bot.intake.store:GroupedStore._write_one": "told to everyone whose update was in the group",
    "bot.intake.subscription:Subscription._look_carefully": "looked at again after a pause",
    "bot.intake.webhook:Webhook._take": "not on disk: Telegram is told to come again",
    "bot.intake.processor:Processor._do_one_carefully": "the inbox loop lives on",
    "bot.intake.processor:Processor._handle_turn": "its updates wait; the others go on",
    "bot.intake.processor:Processor._hear": "what cannot be parsed is parked alone",
    "bot.intake.processor:Processor._try": "a failing update steps aside for those behind it",
    "bot.letters.child:main": "the process answers, with the kind of error only, and ends",
    "bot.letters.worker:LettersWorker.do_one": "a letter nobody can keep must not hold the others",
    "bot.letters.worker:LettersWorker.run": "the letters' loop lives on",
    "bot.web.server:_bounded": "one request that fails must not end its connection without a log",
    "bot.tables.link_files:LinkFilesReader.do_one": "a file nobody can read must not hold others",
    "bot.tables.worker:TablesWorker.do_one": "a table nobody can read must not hold the others",
    "bot.tables.worker:TablesWorker.run": "the tables' loop lives on",
    "scheduler.watch:Watch.look": "an alarm that could not be told is tried again",
    "scheduler.runner:Ticks._finish": "what was not committed is still due at the next tick",
}

CLOCKS = {"bot.clock", "bot.sandbox.clock"}
BESIDES_THE_SESSION = {
    "bot.commands.opening": {"SQLAlchemyError", "DBAPIError", "make_url"},  # told in a sentence
}


def name_of(path: Path) -> str:
    """`bot.actions.cards` for bot/actions/cards.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def product() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield name_of(path), tree_of(path)


# --- who imports whom ----------------------------------------------------------------------------


def test_imports_keep_the_contracts():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_every_module_has_its_place_in_the_layers():
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:layers"]["layers"]
    places = set(re.split(r"[\s|:()]+", layers)) - {""}
    homeless = [
        name
        for path in MODULES
        if not any(f"{name_of(path)}.".startswith(f"{place}.") for place in places)
        # A package's own file holds nothing but its docstring where its modules stand in layers.
        and not is_bare(path)
        for name in [name_of(path)]
    ]
    assert homeless == []


def is_bare(path: Path) -> bool:
    return path.name == "__init__.py" and len(tree_of(path).body) <= 1


def test_domain_imports_the_standard_library_only():
    foreign = {
        (name, imported)
        for name, tree in product()
        if name.startswith("bot.domain")
        for imported in imports_of(tree)
        if imported.split(".")[0] not in sys.stdlib_module_names
        and not imported.startswith("bot.domain")
    }
    assert foreign == set()


def test_sqlalchemy_outside_of_storage_is_the_session_type_only():
    for name, tree in product():
        if name.startswith("bot.storage"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("sqlalchemy") for alias in node.names), name
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                taken = {alias.name for alias in node.names}
                assert taken <= {"AsyncSession", "Session"} | BESIDES_THE_SESSION.get(
                    name, set()
                ), name


def imports_of(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


# --- time, errors --------------------------------------------------------------------------------


def test_only_the_clocks_ask_the_machine_for_the_time():
    # A naive moment, or one that does not move with the clock, breaks policy without a sound.
    offenders = []
    for name, tree in product():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called.endswith(("datetime.utcnow", "date.today", "datetime.utcfromtimestamp")):
                offenders.append(f"{name}: {called}")
            if called in {"time.time", "time.localtime", "datetime.today"}:
                offenders.append(f"{name}: {called}")
            if called.endswith("datetime.now") and (name not in CLOCKS or not node.args):
                offenders.append(f"{name}: {called}")
    assert offenders == []


def test_unexpected_errors_are_caught_where_a_reason_is_known():
    found = {
        f"{name}:{place}"
        for name, tree in product()
        for place in catch_alls(tree)
        if not name.startswith("bot.sandbox")
    }
    assert found == set(CATCH_ALL)


def test_the_sandbox_catches_no_unexpected_errors():
    found = [f"{name_of(path)}:{place}" for path in MODULES if path.is_relative_to(SANDBOX)
             for place in catch_alls(tree_of(path))]  # fmt: skip
    assert found == []


def catch_alls(tree: ast.AST, inside: tuple[str, ...] = ()) -> Iterator[str]:
    """`Class.function` for every `except` that takes whatever comes."""
    for node in ast.iter_child_nodes(tree):
        deeper = inside
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            deeper = (*inside, node.name)
        if isinstance(node, ast.ExceptHandler) and takes_all(node.type):
            yield ".".join(inside)
        yield from catch_alls(node, deeper)


def takes_all(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    names = {node.id for node in ast.walk(kind) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


def test_no_event_is_changed_or_deleted_but_to_be_sealed():
    """The record is append only: its one change is a number and a seal, in one module."""
    changes = {
        f"{name_of(path)}: {ast.unparse(node)[:60]}"
        for path in MODULES
        if not path.is_relative_to(MIGRATIONS) and name_of(path) != "bot.storage.seals"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rsplit(".", 1)[-1] in ("update", "delete")
        and [ast.unparse(given) for given in node.args[:1]] == ["Event"]
    }
    assert changes == set()
    words = "UPDATE events", "DELETE FROM events", "update(_EVENTS", "delete(_EVENTS"
    assert [
        name_of(path)
        for path in MODULES
        if any(word in path.read_text(encoding="utf-8") for word in words)
    ] == ["bot.storage.seals"]


def test_whatever_changes_a_draft_says_so_in_one_place():
    """`drafts.changed` undoes an approval: whoever notes a change must not go around it."""
    changing = {
        name_of(path)
        for path in MODULES
        if not path.is_relative_to(MIGRATIONS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "updated_at"
    }
    assert changing == {"bot.actions.drafts", "bot.actions.letters"}
    within = {
        function.name
        for name in ("drafts", "letters")
        for function in ast.walk(tree_of(ROOT / "bot" / "actions" / f"{name}.py"))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and "draft.updated_at = now" in ast.unparse(function)
    }
    assert within == {"fill", "refuse", "changed"}  # the first two are of a letter being read


def test_nothing_is_unpickled():
    """Whoever can write what is unpickled can run anything; so can some parts of libraries."""
    never = {"pickle", "shelve", "marshal", "dill", "cloudpickle"}
    words = re.compile(
        r"PicklePersistence|persistence\(|arbitrary_callback_data|jobstore", re.IGNORECASE
    )
    for path in MODULES:
        imported = {
            (each.name if isinstance(node, ast.Import) else str(node.module)).partition(".")[0]
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for each in node.names
        }
        assert not imported & never, path
        assert not words.search(path.read_text(encoding="utf-8")), path


# --- modules -------------------------------------------------------------------------------------


def test_modules_are_not_too_long():
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
        if not path.is_relative_to(MIGRATIONS)  # written by Alembic, read once
    }
    too_long = {name for name, length in lengths.items() if length > LONGEST_MODULE}
    assert too_long <= set(LONGER_MODULES), {name: lengths[name] for name in too_long}
    assert max(lengths.values()) <= LONGEST_OF_ALL


def test_no_module_is_named_for_nothing():
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [name_of(path) for path in MODULES if path.stem in vague] == []


def test_every_module_says_what_belongs_there():
    silent = [
        name_of(path)
        for path in MODULES
        if not ast.get_docstring(tree_of(path)) and path.read_text(encoding="utf-8").strip()
    ]
    assert silent == []


# --- README and example --------------------------------------------------------------------------


class _ParserAsked(Exception):
    """Carries the parser away before it parses."""


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every subcommand of `dondoc`, nested ones with their parents: `db upgrade`."""

    def carry_away(parser: argparse.ArgumentParser, *_args: object, **_named: object) -> None:
        raise _ParserAsked(parser)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", carry_away)
    with pytest.raises(_ParserAsked) as asked:
        cli.main([])
    return set(leaves(asked.value.args[0]))


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[str]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield " ".join(path)
    for action in below:
        for name, child in action.choices.items():
            yield from leaves(child, (*path, name))


def test_readme_names_every_command(commands: set[str]):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"demo", "run", "check", "db upgrade"} <= commands
    assert [command for command in sorted(commands) if f"dondoc {command}" not in readme] == []


def test_readme_names_no_command_that_does_not_exist(commands: set[str]):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:\.venv/bin/)?dondoc ((?:[a-z]+ ?)+)", readme))
    starts = {" ".join(command.split()[:count]) for command in commands for count in (1, 2)}
    unknown = [name for name in named if " ".join(name.split()[:2]) not in starts
               and name.split()[0] not in starts]  # fmt: skip
    assert unknown == []


def test_readme_names_every_make_target_of_the_help():
    targets = re.findall(
        r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert targets
    assert [target for target in targets if f"make {target}" not in readme] == []


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
        if not target.startswith("http") and not (document.parent / target).exists()
    ]
    assert broken == []


def test_files_and_tests_that_documents_name_exist():
    tests = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    gone = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        named = re.findall(r"`([a-z_]+(?:/[\w.-]+)+)`", text)
        gone += [f"{document.name}: {name}" for name in named if not names_something(name)]
        named = re.findall(r"`(test_\w+)`", text)
        gone += [f"{document.name}: {name}" for name in named if name not in tests]
    assert gone == []


def names_something(name: str) -> bool:
    """Whether `bot/delivery/settle.py`, `delivery/settle` or `actions/drafts.begin` is there."""
    module, _, member = name.rpartition(".")
    for base in (ROOT, ROOT / "bot"):
        if (base / name).exists() or (base / f"{name}.py").exists():
            return True
        source = base / f"{module}.py"
        if source.exists() and re.search(
            rf"^(async def|def|class) {member}\b", source.read_text(encoding="utf-8"), re.MULTILINE
        ):
            return True
    return False


EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
COMMENTED = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)


def settings_of(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    sections = {name: field.annotation for name, field in model.model_fields.items()}
    return {name: section for name, section in sections.items() if section is not None}


def test_example_settings_are_the_keys_of_the_program():
    written = tomllib.loads(COMMENTED.sub("", EXAMPLE))
    known = {name: set(section.model_fields) for name, section in settings_of(Config).items()}
    assert {name: set(section) for name, section in written.items()} == known


@pytest.mark.parametrize("section", sorted(Config.model_fields))
def test_example_settings_are_the_defaults(section: str):
    active = tomllib.loads(EXAMPLE)
    read = Config.model_validate(active)
    for name, field in settings_of(Config)[section].model_fields.items():
        if field.is_required():
            assert name in active[section], name
        elif name in active[section]:
            assert getattr(getattr(read, section), name) == field.get_default(), name
        else:
            assert field.get_default() is None, f"{name} is commented out but has a default"
