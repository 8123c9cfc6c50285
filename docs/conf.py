"""How `make docs` turns docs/ into pages: a built-in theme, and nothing fetched from elsewhere."""

project = "Clew"
copyright = "Clew contributors, Apache-2.0"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_site"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"fixed_sidebar": True, "font_family": "system-ui, sans-serif", "show_powered_by": False}
html_show_sourcelink = False
# Examples leave things out with "…".
suppress_warnings = ["misc.highlighting_failure"]
