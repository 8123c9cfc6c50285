"""Indicators, identification, consent and the pathway to protection."""
