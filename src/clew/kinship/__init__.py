"""Whose child is this? Exact likelihoods of DNA profiles in any family, and what a hit means. No store, no network."""
