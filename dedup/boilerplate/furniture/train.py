"""``python -m dedup.boilerplate.furniture.train CORPORA``: learn the model, write its weights.

The development corpora are not part of the project. Equal corpora give equal bytes.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from dedup.boilerplate.furniture.characters import classes
from dedup.boilerplate.furniture.examples import Tools
from dedup.boilerplate.furniture.learn import Views, fit
from dedup.boilerplate.furniture.weights import FILE, save
from dedup.boilerplate.lexicon import Lexicon
from dedup.boilerplate.nominate import Nominator
from dedup.kernels import choose, furniture
from dedup.text import matching_form


def tools(kernels: str = "auto") -> Tools:
    """Tables, the shipped lexicon and kernels (compiled where there are any)."""
    form = matching_form.load()
    chosen = choose(kernels, sys.maxsize)
    return Tools(classes(form), form, Nominator(Lexicon.load(), form), chosen, furniture(chosen))


def main(arguments: list[str]) -> int:
    """Exit code: 0, or 2 where the folder is missing."""
    if not 1 <= len(arguments) <= 2 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m dedup.boilerplate.furniture.train CORPORA [WEIGHTS]\n")
        return 2
    shipped = str(files("dedup.boilerplate.furniture") / FILE)
    out = Path(arguments[1] if len(arguments) > 1 else shipped)
    save(fit(Views.of(Path(arguments[0]), tools())), out)
    sys.stdout.write(f"{out.name}: {out.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
