"""What needs a human now."""
