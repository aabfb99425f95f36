"""Throttling: how often somebody may guess at an account, from an address, in all."""

from nextauth.throttle.gate import Gate, Ticket, Try
from nextauth.throttle.policy import STANDARD, Throttle, most_within

__all__ = ["STANDARD", "Gate", "Throttle", "Ticket", "Try", "most_within"]
