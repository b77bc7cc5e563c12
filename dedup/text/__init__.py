"""Segmentation into paragraphs and the matching form of text."""
