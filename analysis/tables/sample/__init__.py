"""The synthetic dataset: one invented Khối, fitted to the figures that a press article of 2 June 2023 printed.

Input: a seed and a scale. Output: a dataset folder with every table of schema.TABLES; no row is about a person.
"""

from analysis.tables.sample.write import write_sample

__all__ = ["write_sample"]
