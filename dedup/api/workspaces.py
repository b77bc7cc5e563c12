"""Where the workspace of a scan lies, and when it goes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from dedup.settings import Settings
    from dedup.workspace import Workspace


class Workspaces:
    """Makes the workspace of one scan if one is asked for, and removes it when all is done.

    That of a run lies in a hidden folder beside it, and stays when the scan ends before its time;
    any other lies in a folder for temporary files, and goes in any case.
    """

    def __init__(
        self, settings: Settings, run: Path | None = None, resume: bool = False
    ) -> None:
        self._settings, self._run, self._resume = settings, run, resume
        self._identity: Mapping[str, object] = {}
        self._made: Workspace | None = None

    def of(self, identity: Mapping[str, object]) -> Self:
        """The same for a scan that follows from ``identity``."""
        self._identity = identity
        return self

    @property
    def slices(self) -> Path | None:
        """Where slices of the tables wait that may be wanted again; None if none will be."""
        return self._made.slices if self._made and self._run else None

    def columns(self) -> Workspace:
        """The workspace, made now or found as a scan left it."""
        from dedup.workspace import Workspace

        self._made = Workspace(self._folder(), self._identity, resume=self._resume)
        return self._made

    def __enter__(self) -> Self:
        """Nothing is made before somebody asks."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Remove the workspace, or close it if a run may be resumed from it."""
        if self._made is None:
            return
        if error is not None and self._run is not None:
            self._made.close()
        else:
            self._made.remove()

    def _folder(self) -> Path:
        if self._run is not None:
            return folder_of(self._run, self._settings.workspace)
        if self._settings.workspace:
            Path(self._settings.workspace).mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="dedup-", dir=self._settings.workspace))


def folder_of(run: Path, workspace: str | None) -> Path:
    """Where the workspace of a run lies: in the folder named for it, or hidden beside the run."""
    run = Path(os.path.realpath(run))
    return Path(workspace) / run.name if workspace else run.with_name(f".{run.name}.workspace")
