"""Exports for the own organisation: what may stand in the file, and how it is written and marked."""
