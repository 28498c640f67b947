"""ES256 key pairs: making, naming, signing. Pure but for the operating system's randomness."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"
THUMBPRINT_MEMBERS = ("crv", "kty", "x", "y")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key: its name, its public half as a JWK, its private half as unencrypted DER."""

    kid: str
    public_jwk: dict[str, Any]
    private_der: bytes


def new_pair() -> KeyPair:
    """A fresh P-256 key."""
    private = ec.generate_private_key(ec.SECP256R1())
    shape: dict[str, Any] = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    members = {name: shape[name] for name in THUMBPRINT_MEMBERS}
    kid = thumbprint(members)
    return KeyPair(
        kid=kid,
        public_jwk={**members, "kid": kid, "use": "sig", "alg": ALGORITHM},
        private_der=private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def thumbprint(members: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint of a public EC key."""
    exact = json.dumps(
        {name: members[name] for name in THUMBPRINT_MEMBERS}, sort_keys=True, separators=(",", ":")
    )
    digest = hashlib.sha256(exact.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign(private_der: bytes, *, kid: str, typ: str, claims: Mapping[str, Any]) -> str:
    """A signed token.

    Raises:
        TypeError: the key is not an EC key.
    """
    private = load_der_private_key(private_der, password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("credential keys are EC keys")
    return jwt.encode(dict(claims), private, algorithm=ALGORITHM, headers={"kid": kid, "typ": typ})
