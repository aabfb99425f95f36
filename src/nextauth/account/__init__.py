"""What people change about their own account: second factors, and where they are signed in."""

from nextauth.account.factors import Change, FactorAccount, Offer
from nextauth.account.member import Member

__all__ = ["Change", "FactorAccount", "Member", "Offer"]
