"""Write stories.jsonl again after a story in stories/ was edited.

The text files are the originals; id, outlet and date stand only in stories.jsonl and are kept.
A new story needs its line there first: {"id": ..., "source": ..., "date": ...}.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent


def read_story(path: Path) -> tuple[str, str]:
    """Title and text of a text file: its first line, and what follows the line breaks after it."""
    content = path.read_bytes().decode()
    title, _, rest = content.partition("\n")
    return title.strip(), rest.strip("\r\n")


def joined() -> str:
    """What stories.jsonl must hold."""
    lines = []
    for line in (HERE / "stories.jsonl").read_bytes().splitlines():
        known = json.loads(line)
        title, text = read_story(HERE / "stories" / f"{known['id']}.txt")
        row = {key: known[key] for key in ("id", "source", "date")} | {"title": title, "text": text}
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return "".join(lines)


if __name__ == "__main__":
    (HERE / "stories.jsonl").write_bytes(joined().encode())
