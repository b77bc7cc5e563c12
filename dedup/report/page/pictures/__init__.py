"""The pictures of a page, one a module: numbers in, SVG with its numbers as a table out."""
