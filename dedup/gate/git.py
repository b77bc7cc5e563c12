"""The inputs as they were at a git reference, in a folder of their own.

Files go through an index of our own, so the user's index, worktrees and references stay as they
are; git's own checkout filters (line ends, LFS) apply.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from dedup.errors import ConfigError


@contextmanager
def checked_out(ref: str, paths: Sequence[str]) -> Iterator[list[str]]:
    """The same paths at ``ref``: those that stood there then, in a folder that goes afterwards.

    Raises
    ------
    ConfigError
        There is no git, no repository or no such reference, or a path lies outside of it.
    """
    top = Path(_git(Path.cwd(), "rev-parse", "--show-toplevel").strip())
    commit = _commit(ref, top)
    inside = [_inside(path, top) for path in paths]
    with TemporaryDirectory(prefix="dedup-ref-") as folder:
        environment = {**os.environ, "GIT_INDEX_FILE": str(Path(folder, "index"))}
        tree = Path(folder, "tree")
        tree.mkdir()
        _git(top, "read-tree", commit, env=environment)
        wanted = _git(top, "ls-files", "-z", "--", *map(_spec, inside), env=environment)
        _git(top, "checkout-index", "-z", "--stdin", f"--prefix={tree}/", env=environment,
             text=wanted)
        yield [str(tree / path) for path in inside if _stood(tree, path)]


def _commit(ref: str, top: Path) -> str:
    """The commit of a reference; what looks like an option is none."""
    try:
        return _git(top, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}").strip()
    except ConfigError as error:
        raise ConfigError(
            f"git knows no commit {ref!r}; a shallow clone has only the latest: fetch the "
            "reference first (in GitHub Actions: actions/checkout with fetch-depth: 0)"
        ) from error


def _inside(path: str, top: Path) -> str:
    """A path from the top of the repository; globs and ``:format`` stay as they are."""
    if path == "-":
        raise ConfigError("--baseline-from-ref: standard input is in no repository; name PATHS")
    full = Path(os.path.abspath(path))  # noqa: PTH100 -- a glob or a link must stay as written
    for place in (full, Path(os.path.realpath(full))):
        for root in (top, top.resolve()):
            if place.is_relative_to(root):
                return str(place.relative_to(root))
    raise ConfigError(f"--baseline-from-ref: {path} is not in the repository {top}")


def _spec(path: str) -> str:
    """What git is to check out for a path: itself, or the folder that a glob begins in."""
    parts = Path(path).parts
    fixed = list(takewhile(lambda part: not glob.has_magic(part), parts))
    if fixed == list(parts):
        return _bare(path)
    return "/".join(fixed) or "."


def _bare(path: str) -> str:
    """A path without ``:format``, if it has one."""
    head, colon, tail = path.rpartition(":")
    return head if colon and tail.isalpha() else path


def _stood(tree: Path, path: str) -> bool:
    """Whether the path, or something that its glob matches, was there."""
    if any(os.path.lexists(tree / each) for each in (path, _bare(path))):
        return True
    return glob.has_magic(path) and any(
        # not Path.glob, which takes hidden files
        glob.iglob(path, root_dir=tree, recursive=True)  # noqa: PTH207
    )


def _git(
    folder: Path, *words: str, env: dict[str, str] | None = None, text: str | None = None
) -> str:
    program = shutil.which("git")
    if program is None:
        raise ConfigError("--baseline-from-ref needs git, which is not installed")
    finished = subprocess.run(  # noqa: S603 -- no shell, and references are checked by git
        [program, "--literal-pathspecs", *words], cwd=folder, env=env, input=text,
        capture_output=True, check=False, encoding="utf-8", errors="surrogateescape",
    )
    if finished.returncode:
        last = finished.stderr.strip().splitlines()[-1:] or [f"exit code {finished.returncode}"]
        raise ConfigError(f"--baseline-from-ref: git {words[0]}: {last[0]}")
    return finished.stdout
