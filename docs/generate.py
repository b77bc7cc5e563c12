"""Write what the program knows about itself into the documentation; --check only compares.

The command-line reference is the program's own help. Between ``<!-- generated: NAME -->`` and
``<!-- end -->`` stands what follows from the rules, the settings, the formats and the lexicon,
between ``<!-- output N: COMMAND -->`` and ``<!-- end -->`` the first N lines the command prints.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic.fields import FieldInfo

from dedup.boilerplate.phrases import FOLDER
from dedup.formats.fields import GUESSES
from dedup.formats.options import FORMATS
from dedup.rules import RULES
from dedup.setting_values import kebab
from dedup.settings import InputSettings, Settings
from dedup.wire import entries as wire

DOCS = Path(__file__).resolve().parent
PAGES = (
    DOCS.parent / "README.md",
    *(
        DOCS / f"{name}.md"
        for name in ("configuration", "input-formats", "page-furniture", "wire-practice")
    ),
)
REFERENCE = DOCS / "cli-reference.md"
HEAD = """# Command-line reference

Written by `make docs` from the program's own help pages.
"""
_TABLE = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_OUTPUT = re.compile(r"(<!-- output(?: (\d+))?: dedup (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def printed(arguments: Iterable[str], folder: Path = DOCS) -> str:
    """What ``dedup`` prints when it is run in this folder; findings (exit 1) are no failure."""
    finished = subprocess.run(
        [sys.executable, "-m", "dedup", *arguments],
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(DOCS.parent)},
        cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    if finished.returncode not in (0, 1):
        raise RuntimeError(finished.stderr)
    return "".join(f"{line.rstrip()}\n" for line in finished.stdout.strip("\n").splitlines())


def help_page(*command: str) -> str:
    """The help of a command, as a terminal of 80 columns shows it."""
    return printed([*command, "--help"])


def commands(page: str) -> list[str]:
    """The names listed under ``Commands`` of the main help page."""
    listed = page.partition("Commands:\n")[2].partition("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if line[2:3].strip()]


def cli_reference() -> str:
    """Every help page under a heading of its own."""
    main_page = help_page()
    pages = {"dedup": main_page}
    pages |= {f"dedup {name}": help_page(name) for name in commands(main_page)}
    return HEAD + "".join(f"\n## {name}\n\n```text\n{page}```\n" for name, page in pages.items())


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rules() -> str:
    rows = (
        (rule.code, rule.name, rule.level, _fix(rule.fix.action, rule.fix.safety), rule.summary)
        for rule in RULES.values()
    )
    return _table(("Rule", "Name", "Level", "Fix", "What it is"), rows)


def _fix(action: str, safety: str) -> str:
    what = {"drop": "drop the story", "strip": "strip the paragraph"}.get(action)
    return f"{safety}: {what}" if what else "none"


def _settings() -> str:
    named = {kebab(name): field for name, field in Settings.model_fields.items()}
    named |= {f"input.{kebab(name)}": f for name, f in InputSettings.model_fields.items()}
    return _table(
        ("Setting", "Default", "What it does"),
        ((f"`{name}`", _default(field), str(field.description)) for name, field in named.items()),
    )


def _default(field: FieldInfo) -> str:
    return "not set" if field.default is None else f"`{json.dumps(field.default)}`"


def _fields() -> str:
    parts = {"text": "text", "id": "id", "title": "title", "date": "date", "source": "outlet"}
    rows = (
        (shown, ", ".join(f"`{name}`" for name in GUESSES[part]), f"`--{part}-field`")
        for part, shown in parts.items()
    )
    return _table(("Part", "Names that are tried", "To name another"), rows)


def _formats() -> str:
    stories = {
        "text": "a file: the first block is the title, the rest the text; one short line, a title",
        "jsonl": "a line that holds a JSON object",
        "json": "an element of a JSON array of objects, or the one object of the file",
        "csv": "a record; quoted fields may hold line breaks",
        "tsv": "the same, with tabs",
        "parquet": "a row (extra `parquet`)",
    }
    rows = (
        (f"`{name}`", ", ".join(f"`{end}`" for end in ends), stories[name])
        for name, ends in FORMATS.items()
    )
    return _table(("Format", "Extensions", "A story is"), rows)


def _languages() -> str:
    languages = {path.stem for path in FOLDER.glob("*.toml")} - {"mul"}
    return ", ".join(sorted(languages)) + ".\n"


_WIRE_EXAMPLES = 7
"""Of each kind, from so many languages."""


def _wire() -> str:
    """What wire practice recognises, by kind, an example of each of several languages."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in (entry for path in wire.files() for entry in wire.read_entries(path)):
        kind = f"{entry.what}: {entry.kind}" if entry.kind else entry.what
        for side, examples in entry.match.items():
            marks = [_marked(example, side, entry.where) for example in examples]
            found.setdefault(kind, []).extend((entry.name[:2], mark) for mark in marks)
    rows = []
    for kind in sorted(found):
        first: dict[str, str] = {}
        for language, mark in found[kind]:
            first.setdefault(language, mark)
        marks = list(dict.fromkeys([*first.values(), *(mark for _, mark in found[kind])]))
        rows.append((kind, ", ".join(sorted(first)), ", ".join(marks[:_WIRE_EXAMPLES])))
    return _table(("Mark", "Languages", "Examples"), rows)


def _marked(example: str, side: str, where: tuple[str, ...]) -> str:
    """The part of an example that is the mark, as code."""
    before, _, after = example.partition(wire.CUT)
    ends = side == "tail" or (side == "title" and "title" not in where)
    return _code(after if ends else before)


def _code(text: str) -> str:
    return "`" + text.strip().replace("\n", " ⏎ ").replace("|", "\\|") + "`"


def _datelines() -> str:
    tables = tomllib.loads(wire.DATELINES.read_text(encoding="utf-8"))
    rows = (
        (name, ", ".join(_code(line.partition(wire.CUT)[0]) for line in lines["match"][:4]))
        for name, lines in tables.items()
        if name != "source"
    )
    return _table(("Language", "Examples"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "rules": _rules,
    "settings": _settings,
    "fields": _fields,
    "formats": _formats,
    "languages": _languages,
    "wire": _wire,
    "datelines": _datelines,
}


def renewed(page: str) -> str:
    """The page with every generated table and every output as it is now.

    The commands run in page order in one fresh folder, so one may use what another wrote.
    """
    page = _TABLE.sub(lambda block: f"{block[1]}{TABLES[block[2]]()}{block[3]}", page)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").symlink_to(DOCS.parent / "data")

        def run(block: re.Match[str]) -> str:
            lines = printed(shlex.split(block[3]), Path(folder)).splitlines(keepends=True)
            most = int(block[2] or len(lines))
            output = "".join([*lines[:most], "...\n" if most < len(lines) else ""])
            return f"{block[1]}```console\n$ dedup {block[3]}\n{output}```\n{block[4]}"

        return _OUTPUT.sub(run, page)


def main() -> int:
    """Write all pages, or with ``--check`` only say which are out of date and return 1."""
    current = {path: renewed(path.read_text(encoding="utf-8")) for path in PAGES}
    current[REFERENCE] = cli_reference()
    stale = [
        path
        for path, page in current.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != page
    ]
    if sys.argv[1:] == ["--check"]:
        sys.stderr.writelines(f"{path.name} is out of date: run `make docs`\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        path.write_text(current[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
