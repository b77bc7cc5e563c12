"""Reading: any input becomes batches of stories, or records whose bytes can be edited.

``find_inputs(paths, options)`` → ``read_batches(inputs, options)`` for detection, or for each
input ``open_records(input, options)`` → ``cut``/``drop_spans`` (``write_rows`` for Parquet).
"""

from __future__ import annotations

from dedup.formats.inputs import InputFile, Inputs, find_inputs
from dedup.formats.options import Fields, InputOptions
from dedup.formats.parquet import write_rows
from dedup.formats.places import stories_at
from dedup.formats.reading import open_records, read_batches
from dedup.formats.records import Record, cut, drop_spans
from dedup.formats.source_map import without

__all__ = [
    "Fields",
    "InputFile",
    "InputOptions",
    "Inputs",
    "Record",
    "cut",
    "drop_spans",
    "find_inputs",
    "open_records",
    "read_batches",
    "stories_at",
    "without",
    "write_rows",
]
