"""Owns what stands at the head of each page for the site: its logo, else its initial."""

from __future__ import annotations

from dataclasses import dataclass

from nextauth.config import Theme

__all__ = ["Brand"]


@dataclass(frozen=True, slots=True)
class Brand:
    """The site as a page's head shows it.

    Args:
        name: The site's name, or None.
        logo: Address of its logo, or None.
        dark_logo: Address of the logo for a dark page where the reader's system chooses between
            light and dark, ready for ``srcset``; else None.
        initial: The letter shown in place of a logo, or None.
    """

    name: str | None
    logo: str | None
    dark_logo: str | None
    initial: str | None

    @classmethod
    def of(cls, theme: Theme) -> Brand:
        """Choose what a theme's pages show.

        A dark logo alone is shown only on pages that are always dark; elsewhere it might not be
        seen.

        Args:
            theme: The theme.
        """
        logo, dark_logo = theme.logo, None
        if theme.color_scheme == "dark":
            logo = theme.logo_dark or theme.logo
        elif theme.color_scheme == "auto" and theme.logo and theme.logo_dark:
            # Spaces end an address in `srcset`; a data: URI may have some.
            dark_logo = "%20".join(theme.logo_dark.split())
        first = (theme.name or "").strip()[:1]
        initial = first.upper()[:1] if first.isalnum() and not logo else None
        return cls(theme.name or None, logo or None, dark_logo, initial)
