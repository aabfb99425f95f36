"""What ``nextauth doctor`` looks at: an application's configuration, and its running site."""

from __future__ import annotations

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.examining import examine, examine_refused
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.registry import CONFIGURATION_CHECKS, SITE_CHECKS, diagnoses
from nextauth.cli.doctor.report import Report

__all__ = [
    "CONFIGURATION_CHECKS",
    "SITE_CHECKS",
    "Check",
    "Diagnosis",
    "Finding",
    "Report",
    "Severity",
    "diagnoses",
    "examine",
    "examine_refused",
]
