"""Owns the picture that a person's program scans: a QR code as inline SVG, by segno.

It has no style, no script and loads nothing, so it stands on a page whose content security policy
allows none of them.
"""

from __future__ import annotations

from html import escape

__all__ = ["totp_qr"]

_ALT = "QR code to scan with an authenticator app"
_BORDER = 4  # modules; ISO/IEC 18004 asks for a quiet zone of four


def totp_qr(uri: str, *, alt: str = _ALT, scale: int = 4) -> str:
    """Draw an address as an SVG element, dark on white in every colour scheme.

    It shows the secret: send it to its person only, with ``Cache-Control: no-store``.

    Args:
        uri: What `totp_uri` answered.
        alt: What it is, for those who do not see it. Offer the secret as text beside it.
        scale: Pixels of one module, 1 to 32.

    Raises:
        ValueError: The address does not fit a QR code, is none of ours, or `scale` is out of range.
        ImportError: segno is not installed.
    """
    try:
        import segno  # noqa: PLC0415 - an extra
    except ImportError as error:  # pragma: no cover - the tests run with segno
        msg = "QR codes need segno: pip install 'nextauth[factors]'"
        raise ImportError(msg) from error
    if not uri.startswith("otpauth://"):
        msg = "totp_qr takes what totp_uri answers"
        raise ValueError(msg)
    if scale not in range(1, 33):
        msg = f"totp_qr(scale={scale!r}): use 1 to 32"
        raise ValueError(msg)
    try:
        drawn = segno.make_qr(uri, error="m")
    except ValueError:  # too much for the largest one; segno's message may hold the address
        msg = "the address is too long for a QR code; use shorter names"
        raise ValueError(msg) from None
    svg = drawn.svg_inline(
        scale=scale,
        border=_BORDER,
        dark="#000",
        light="#fff",
        title=alt,
        svgclass=None,
        lineclass=None,
    )
    # The title names it on a pointer and for some readers; role and label, for all.
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
