"""Everything this package raises on purpose.

DedupError
├── ConfigError        a setting that is unknown or out of range
├── InputError         an input that cannot be read at all
│   └── FieldError     a record format whose fields are not the ones expected
├── OutputError        an output that cannot be written, or would overwrite the input
├── LossError          cleaning would take more words than the budget allows
├── MissingExtra       an optional package is needed
└── MismatchError      a persisted run or decision log that does not belong to what it is used with

A message says what happened, where, and what to do next; the command line prints it as it is
and exits with 2.
"""

from __future__ import annotations


class DedupError(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(DedupError):
    """A setting is unknown, malformed or out of range."""


class InputError(DedupError):
    """An input named by the user cannot be read."""


class FieldError(InputError):
    """No field of the records can serve as the text, or a field that was named is not there."""


class OutputError(DedupError):
    """An output cannot be written, or writing it would destroy an input."""


class LossError(DedupError):
    """Cleaning would take more of an outlet's or a story's words than the budget allows."""


class MissingExtra(DedupError):
    """An optional package is needed; the message names the extra that brings it."""


class MismatchError(DedupError):
    """Persisted tables, signatures or decisions do not belong to what they are used with."""
