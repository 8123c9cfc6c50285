"""Views of the oversight pages: HTTP only."""
