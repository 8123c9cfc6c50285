"""Statements with sources: what an entity is said to be, by whom, when, and whom it concerns.

Pure: no database, no clock, no network. The node's app `clew.node.dossier` stores what this package describes.
"""
