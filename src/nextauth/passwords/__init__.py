"""Verify passwords and renew their hashes: Argon2id through pwdlib."""

from nextauth.passwords.hashing import CHEAPEST, RECOMMENDED, Argon2Profile, Passwords

__all__ = ["CHEAPEST", "RECOMMENDED", "Argon2Profile", "Passwords"]
