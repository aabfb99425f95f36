"""Owns which public keys are kept: of an algorithm that was offered, on its curve, strong enough.

The library looks at the algorithm's number only. A key whose type or curve is another's would be
kept, and fail at the first sign-in (WebAuthn Level 3, 5.8.5; RFC 9053, 2; RFC 8230, 4).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nextauth.factors.webauthn.refusals import Reason, WebAuthnError

__all__ = ["check_public_key"]

_KTY, _ALG = 1, 3
_CRV, _X, _Y = -1, -2, -3
_N, _E = -1, -2
_OKP, _EC2, _RSA = 1, 2, 3
# What a key of each algorithm has: its type, and for curves which one and how long a coordinate is.
_CURVES = {-7: (_EC2, 1, 32), -36: (_EC2, 3, 66), -8: (_OKP, 6, 32)}
_RSA_ALGORITHMS = (-257, -258, -259)
_LEAST_BITS = 2_048
_LONGEST_MODULUS = 512  # bytes: 4,096 bits
_LONGEST_EXPONENT = 4
_LEAST_EXPONENT = 3


def check_public_key(public_key: bytes, *, algorithms: Collection[int]) -> None:
    """Verify the form of a public key (WebAuthn Level 3, 6.5.1.1 and 7.1, step 20).

    Args:
        public_key: In COSE's encoding.
        algorithms: COSE's numbers that were offered.

    Raises:
        WebAuthnError: It is none, or of an algorithm that was not offered.
    """
    from nextauth.factors.webauthn import library  # noqa: PLC0415 - an extra

    key = library.decode_cbor(public_key)
    if not isinstance(key, dict) or any(type(name) is not int for name in key):
        raise _invalid()
    algorithm = key.get(_ALG)
    if type(algorithm) is not int or algorithm not in algorithms:
        reason: Reason = "unsupported-algorithm"
        raise WebAuthnError(reason)
    is_right = _is_rsa(key) if algorithm in _RSA_ALGORITHMS else _is_on_curve_of(algorithm, key)
    if not is_right:
        raise _invalid()
    library.check_on_curve(public_key)


def _is_on_curve_of(algorithm: int, key: dict[int, Any]) -> bool:
    kty, curve, length = _CURVES[algorithm]
    coordinates = (_X, _Y) if kty == _EC2 else (_X,)
    return (
        key.keys() == {_KTY, _ALG, _CRV, *coordinates}
        and _is_number(key[_KTY], kty)
        and _is_number(key[_CRV], curve)
        and all(isinstance(key[each], bytes) and len(key[each]) == length for each in coordinates)
    )


def _is_rsa(key: dict[int, Any]) -> bool:
    if key.keys() != {_KTY, _ALG, _N, _E} or not _is_number(key[_KTY], _RSA):
        return False
    modulus, exponent = key[_N], key[_E]
    if not isinstance(modulus, bytes) or not isinstance(exponent, bytes):
        return False
    # Lengths first: nobody makes us count with a number of 64 kB.
    if len(modulus) > _LONGEST_MODULUS or len(exponent) > _LONGEST_EXPONENT:
        return False
    power = int.from_bytes(exponent, "big")
    bits = int.from_bytes(modulus, "big").bit_length()
    return bits >= _LEAST_BITS and power >= _LEAST_EXPONENT and power % 2 == 1


def _is_number(value: object, expected: int) -> bool:
    return type(value) is int and value == expected


def _invalid() -> WebAuthnError:
    reason: Reason = "key-invalid"
    return WebAuthnError(reason)
