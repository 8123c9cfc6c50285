"""Fictional partners and cases, and the story that `make demo` plays."""
