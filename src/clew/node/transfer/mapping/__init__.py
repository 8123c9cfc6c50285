"""Mappings as data: what a file's columns mean."""
