"""Who may import whom: the layers of the design, read from the syntax trees.

A part is a module or folder directly under ``dedup``. Each part imports its own modules and the
layers it names, all of them above its own; the few imports besides are listed with their reason.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "dedup"


class Layer(NamedTuple):
    """Parts that stand on the same step, the layers they may import, and the packages."""

    parts: frozenset[str]
    layers: tuple[str, ...]
    packages: frozenset[str]


def _layer(parts: str, layers: str, packages: str) -> Layer:
    return Layer(frozenset(parts.split()), tuple(layers.split()), frozenset(packages.split()))


LAYERS = {
    "nouns": _layer(
        "model errors rules collector finding_rows paragraph_findings expressions", "", ""
    ),
    "arrays": _layer("text kernels", "nouns", "numpy numba"),
    "stages": _layer(
        "fingerprint boilerplate repeats candidates crowds containment score facts relate cluster "
        "wire versions",
        "nouns arrays",
        "numpy scipy datasketch sklearn rapidfuzz",
    ),
    "measures": _layer("evaluation planting", "nouns arrays", "numpy"),
    "engines": _layer("engines", "nouns stages", "numpy"),
    "pipeline": _layer(
        "pipeline clock corpus columns assembly comparison parting duplicates edges pairs "
        "framing marking findings recluster settings "
        "setting_values setting_checks "
        "learning learned_rows unused archive slices story_rows cluster_rows pair_rows "
        "relation_findings crowd_findings",
        "nouns arrays stages engines",
        "numpy pydantic",
    ),
    "workspace": _layer("workspace", "nouns", "numpy"),
    "gate": _layer("gate stats", "nouns arrays", "pathspec"),
    "edges": _layer(
        "formats store clean report labels",
        "nouns",
        "pandas pyarrow orjson charset_normalizer zstandard pathspec jinja2",
    ),
    "face": _layer(
        "cli api explain judge review __init__ __main__",
        "nouns arrays stages measures engines pipeline workspace gate edges",
        "numpy pandas orjson typer rich pydantic",
    ),
}

ONE_ROOM = ("nouns", "arrays", "pipeline")
"""Layers whose parts may import one another: each is one thing in several modules."""

PERMITTED = {
    ("candidates", "fingerprint"),  # every stage reads the columns that fingerprints are
    ("repeats", "fingerprint"),
    ("repeats", "crowds"),
    ("repeats", "candidates"),  # paragraphs are nominated as stories are
    ("score", "fingerprint"),
    ("containment", "fingerprint"),
    ("crowds", "fingerprint"),
    ("candidates", "crowds"),  # who meets in one is looked at before the pair is nominated
    ("versions", "wire"),  # markers order versions
    ("containment", "candidates"),
    ("api", "__init__"),  # the version is a part of what a workspace follows from
    ("pipeline", "__init__"),  # the version of the package goes into the manifest
    ("clean", "formats"),  # cutting a story's text is the record layer's craft
    ("labels", "formats"),  # files of labels are found and decompressed as stories are
    ("labels", "evaluation"),  # floors are kept in a file
    ("report", "stats"),  # counts and shares are written as text and JSON
    ("report", "gate"),  # a difference of two runs is written as text and JSON
    ("report", "evaluation"),  # an evaluation is written as text, JSON and a picture
    ("judge", "api"),
    ("api", "explain"),
    ("cli", "api"),  # the command line calls what a library user calls
    ("cli", "explain"),
    ("cli", "judge"),
    ("cli", "review"),
    ("review", "explain"),  # a question shows two stories as an explanation does
    ("cli", "__init__"),  # the version that --version shows
    ("__init__", "api"),
    ("__main__", "cli"),
}

HEAVY = frozenset(["pandas", "pyarrow", "sklearn", "datasketch", "numba", "scipy"])
LIGHT_LAYERS = ("pipeline", "edges", "face")
DISTRIBUTIONS = {"sklearn": "scikit-learn", "charset_normalizer": "charset-normalizer"}


class Import(NamedTuple):
    """One import: who, of what, where, and whether loading the module already runs it."""

    module: Path
    line: int
    target: str
    at_load: bool

    @property
    def part(self) -> str:
        relative = self.module.relative_to(PACKAGE)
        return relative.parts[0] if len(relative.parts) > 1 else relative.stem

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]

    @property
    def where(self) -> str:
        return f"{self.module.relative_to(PACKAGE.parent)}:{self.line} imports {self.target}"


def _walk(node: ast.AST, at_load: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, at_load
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _walk(child, False)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, at_load and not inside)


def _imports(module: Path) -> Iterator[Import]:
    for node, at_load in _walk(ast.parse(module.read_text("utf-8")), True):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif node.level:
            targets = [f"relative import of {node.module}"]
        elif node.module == "dedup":
            targets = [f"dedup.{alias.name}" for alias in node.names]
        else:
            targets = [str(node.module)]
        for target in targets:
            yield Import(module, node.lineno, target, at_load)


IMPORTS = [found for module in sorted(PACKAGE.rglob("*.py")) for found in _imports(module)]
LAYER_OF = {part: name for name, layer in LAYERS.items() for part in layer.parts}


def _imported_part(target: str) -> str:
    """``formats`` for dedup.formats.csv; ``__init__`` for the package itself and its names."""
    name = target.partition(".")[2].partition(".")[0]
    return name if name in LAYER_OF else "__init__"


def _allowed(found: Import) -> bool:
    layer = LAYERS[LAYER_OF[found.part]]
    if found.top == "dedup":
        other = _imported_part(found.target)
        if other == found.part or (found.part, other) in PERMITTED:
            return True
        reach = LAYER_OF[other]
        return reach in layer.layers or (reach in ONE_ROOM and other in layer.parts)
    return found.top in sys.stdlib_module_names or found.top in layer.packages


def test_every_part_has_a_layer() -> None:
    parts = {module.parts[len(PACKAGE.parts)].removesuffix(".py") for module in _modules()}
    assert sorted(parts - set(LAYER_OF)) == []


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_each_layer_imports_only_what_it_may() -> None:
    assert [found.where for found in IMPORTS if not _allowed(found)] == []


def test_what_is_permitted_besides_is_used() -> None:
    used = {(found.part, _imported_part(found.target)) for found in IMPORTS if found.top == "dedup"}
    assert sorted(PERMITTED - used) == []


def test_heavy_packages_are_imported_only_inside_functions() -> None:
    early = [
        found.where
        for found in IMPORTS
        if found.top in HEAVY and found.at_load and LAYER_OF[found.part] in LIGHT_LAYERS
    ]
    assert early == []


def test_numba_is_imported_by_the_compiled_kernels_alone() -> None:
    users = {found.module for found in IMPORTS if found.top == "numba"}
    strangers = [user for user in users if "compiled" not in user.relative_to(PACKAGE).as_posix()]
    assert strangers == []


def test_every_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    declared = " ".join([*project["dependencies"], *(name for extra in extras for name in extra)])
    foreign = {
        DISTRIBUTIONS.get(found.top, found.top)
        for found in IMPORTS
        if found.top != "dedup" and found.top not in sys.stdlib_module_names
    }
    assert sorted(name for name in foreign if name not in declared) == []


LOADED = """
import sys
sys.argv = ["dedup", *{arguments!r}]
from dedup.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(",".join(sorted(set(sys.modules) & {heavy!r})))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["check", "data/stories"], ["rule"]])
def test_a_small_job_loads_nothing_heavy(arguments: list[str]) -> None:
    program = LOADED.format(arguments=arguments, heavy=set(HEAVY) | {"charset_normalizer"})
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PACKAGE.parent, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert finished.stdout
    last_line = finished.stderr.rpartition("\n")[2]
    assert last_line == ""
