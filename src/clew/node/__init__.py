"""The running node of one organisation: one Django app per capability."""
