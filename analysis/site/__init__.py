"""Executed notebook in, accessible offline page out: pages, their tables as files, and the index."""
