"""Find anything one may see."""
