"""Nhiệm kỳ: statistics of a provincial Party organisation's term, from returns to published pages."""

__version__ = "0.1.0"
