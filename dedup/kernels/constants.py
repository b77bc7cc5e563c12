"""Constants shared by the compiled kernels and their reference twins.

Every hash is a polynomial over its parts with an odd 64-bit multiplier (Horner's rule, modulo
2**64), closed by the MurmurHash3 finalizer. A polynomial can be worked out part by part or, with
powers of the multiplier, all at once: that is what lets a NumPy twin give the same bits.
Changing any of them changes every fingerprint: raise ``HASH_VERSION``.
"""

from __future__ import annotations

import numpy as np

HASH_VERSION = "poly64-1"

CHAR_STEP = np.uint64(0x9E3779B97F4A7C15)
"""Multiplier over the folded code points of a token (the golden ratio, as in splitmix64)."""
TOKEN_STEP = np.uint64(0xC2B2AE3D27D4EB4F)
"""Multiplier over the tokens of a paragraph or story (a prime of xxHash64)."""
SHINGLE_STEP = np.uint64(0x9FB21C651E98DF25)
"""Multiplier over the tokens of a shingle (from rrmxmx, P. Evensen)."""
LENGTH_STEP = np.uint64(0xD6E8FEB86659FD93)
"""Sets texts of other lengths apart, and a text shorter than a shingle from any shingle."""

MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
"""MurmurHash3's 64-bit finalizer."""
MIX32_1 = np.uint32(0x85EBCA6B)
MIX32_2 = np.uint32(0xC2B2AE35)
"""MurmurHash3's 32-bit finalizer, the pre-mix of datasketch's ``affine32``."""

EMPTY = np.uint32(0xFFFFFFFF)
"""A signature slot that no shingle has filled, as in datasketch."""

TERM_BITS = 20
"""Terms are counted in 2**20 buckets: some 5 % of a 50,000-word vocabulary shares a bucket."""

WRAP_NARROWEST, WRAP_WIDEST, WRAP_LINES = 40, 100, 4
"""Hard-wrapped text: its widest line in code points, and how many lines it takes to tell.
Typewriter, telex and mail columns are 60 to 80 wide; paragraphs kept on one line are wider."""
WRAP_SHARE = 2
"""Wrapped when at least 1 in ``WRAP_SHARE`` line breaks was forced: the first word of the next
line would not have fitted. Two-line paragraphs reach one half; a list of lines stays below."""

GAP_FRAME, GAP_SEED, GAP_WIDEST = 2, 3, 8
"""Aligning two texts: equal tokens that end a gap, equal tokens that start anew elsewhere, and the
most tokens of a side that a gap may hold. "killed 14 people on", "killed at least 31 people on"."""

DIGIT, CAPITAL, INITIAL = 1, 2, 4
"""Flags of a token: holds a digit; begins with a capital letter; stands where a sentence, a
quotation or a line begins, so that a capital says little."""

BEGINNERS = np.array(
    sorted(map(ord, ".!?;:…؟۔।。！？；\"“„«‹「『([–—•*/|\n")), np.uint32
)
"""Signs behind which a capital says little."""
ABBREVIATED = 4
"""Letters of a capitalised word up to which a full stop behind it ends no sentence: "Mr.", "U."."""

FIRST, SECOND, ALONE = np.uint8(1), np.uint8(2), np.uint8(4)
"""What a word may be in a literal of a phrase: the first or second of two, or the only one."""

HEAD, HEADS, TAIL, TAILS = np.uint8(1), np.uint8(2), np.uint8(4), np.uint8(8)
"""What a hash may be: that of the first word of a phrase, or of two; of its last, or of two."""
