"""Furniture learned from repetition, outlet by outlet: lines, and templates with slots."""
