"""Base templates, components, compiled style."""
