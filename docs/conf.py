"""Owns how the documentation is built: Sphinx, with pages in Markdown (MyST)."""

from importlib.metadata import version as installed_version

project = "nextauth"
author = "the nextauth authors"
project_copyright = "2026, the nextauth authors"
release = installed_version("nextauth")
version = release

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"nextauth {release}"
