"""Which notebook runs with what, where, and what came of it."""
