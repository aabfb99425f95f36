"""What each route does, one file an action. Each is given the `Exchange` and answers a Response."""

from nextauth.actions.exchange import Exchange
from nextauth.actions.services import Services

__all__ = ["Exchange", "Services"]
