"""Owns how the documentation is built: Sphinx, Markdown (MyST), a reference from docstrings."""

from importlib.metadata import version as installed_version

import django
from django.conf import settings

# The modules of the Django integration can only be imported in a project that is set up.
settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
django.setup()

project = "nextauth"
author = "the nextauth authors"
project_copyright = "2026, the nextauth authors"
release = installed_version("nextauth")
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {
    "members": True,
    "inherited-members": "object, BaseException, dict, str, tuple, Protocol, Mapping, Warning",
}
napoleon_numpy_docstring = False
napoleon_use_ivar = True
nitpicky = True
# Names of other projects: their documentation is not fetched.
nitpick_ignore_regex = [(r"py:.*", r"(?!nextauth\b).*")]
# Parts of the works that a signature names, and type variables.
nitpick_ignore = [
    ("py:class", f"nextauth.{name}")
    for name in (
        "actions.services.Services",
        "config.settings.Settings",
        "directories.http.wire.Wire",
        "directories.ldap.connections.Connection",
        "directories.ldap.entries.Entry",
        "events.sinks._Immediate",
        "factors.yubico.ValidationRequest",
        "integrations.django.decorators.View",
        "sessions.outcomes.Resumed",
        "sessions.stepup.Freshness",
        "testing.signing.C",
        "testing.sinks.E",
        "throttle.devices.Sealed",
        "tokens.dialects._CodecFactory",
        "waiting.T",
    )
]
# Python's own ``type`` in a signature is also the name of members of ours.
suppress_warnings = ["ref.python"]

# Nothing of the site is fetched from anywhere else, nor does it link to a repository of its own.
html_theme = "furo"
html_title = f"nextauth {release}"
html_static_path = ["appearance"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {"color-brand-primary": "#1f4fa8", "color-brand-content": "#1f4fa8"},
    "dark_css_variables": {"color-brand-primary": "#8ab4ff", "color-brand-content": "#8ab4ff"},
}
