"""Families that look for a child and children who were found: consented profiles, searched, and nothing else."""
