"""``nextauth inspect``: what a session cookie is, or which of the possible reasons it fails for.

What is found is decided without a terminal, as values: `inspected` answers a `Report`.
"""

from nextauth.cli.inspecting.causes import Cause
from nextauth.cli.inspecting.findings import Finding, Report
from nextauth.cli.inspecting.inspection import inspected
from nextauth.cli.inspecting.pasted import Pasted, read_pasted
from nextauth.cli.inspecting.sites import Site
from nextauth.cli.inspecting.telling import as_json, as_text

__all__ = [
    "Cause",
    "Finding",
    "Pasted",
    "Report",
    "Site",
    "as_json",
    "as_text",
    "inspected",
    "read_pasted",
]
