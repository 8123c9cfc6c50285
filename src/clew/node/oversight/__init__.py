"""Watching over what leaves: requesters' patterns, remedies, registers, and retention with proved deletion."""
