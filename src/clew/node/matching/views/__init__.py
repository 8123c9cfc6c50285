"""Pages on who is who."""
