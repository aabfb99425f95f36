"""Signing in: the policy that every provider's answer passes before a session begins."""

from nextauth.signin.entry import Admitted, Attempt, Diverted, Entry, TurnedAway
from nextauth.signin.policy import SignInPolicy

__all__ = ["Admitted", "Attempt", "Diverted", "Entry", "SignInPolicy", "TurnedAway"]
