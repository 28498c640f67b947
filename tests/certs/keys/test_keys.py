"""Credential keys: made once, rotated, published for ever, sealed at rest."""

import asyncio
from typing import Any

import jwt
import pytest

from certs import parts
from certs.keys.commands import list_keys, rotate_keys
from certs.keys.models import CredentialKey, KeyState
from certs.keys.pair import new_pair, sign, thumbprint
from certs.keys.queries import all_keys, key_in_state
from certs.keys.service import KeyDestroyedError, Signer
from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.crypto import SealBrokenError, Sealer
from lms.kernel.queue import Delivery, deliver
from tests.builders.certs import ASchool, Settle

SYSTEM = Actor.system("test")


@pytest.fixture
def signer(opened: Platform) -> Signer:
    return parts.signer(opened.settings)


def test_a_key_is_named_by_its_thumbprint() -> None:
    example = {
        "kty": "EC",
        "crv": "P-256",
        "x": "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8",
        "y": "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4",
    }
    pair = new_pair()
    assert pair.kid == thumbprint(pair.public_jwk)
    assert len(thumbprint(example)) == 43
    assert "d" not in pair.public_jwk


def test_what_a_key_signs_verifies_with_its_public_half_and_no_other() -> None:
    pair, other = new_pair(), new_pair()
    token = sign(pair.private_der, kid=pair.kid, typ="certificate+jwt", claims={"sub": "x"})
    assert jwt.decode(token, jwt.PyJWK(pair.public_jwk), algorithms=["ES256"]) == {"sub": "x"}
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, jwt.PyJWK(other.public_jwk), algorithms=["ES256"])


async def test_the_first_use_makes_one_active_and_one_next_key_also_in_a_race(
    opened: Platform, signer: Signer
) -> None:
    async def first_use() -> Any:
        async with opened.works.write(SYSTEM) as work:
            return await signer.active_key(work)

    used = await asyncio.gather(*(first_use() for _ in range(8)))
    assert len(set(used)) == 1
    async with opened.works.read(SYSTEM) as work:
        states = sorted(key.state for key in await all_keys(work.session))
    assert states == [KeyState.ACTIVE, KeyState.NEXT]


async def test_rotating_lets_the_published_next_key_sign(opened: Platform, signer: Signer) -> None:
    async with opened.works.write(SYSTEM) as work:
        await signer.active_key(work)
        expected = await key_in_state(work.session, KeyState.NEXT)
    assert expected is not None
    lines = await rotate_keys(opened.works, signer, "yearly")
    assert len(lines) == 3
    async with opened.works.read(SYSTEM) as work:
        active = await key_in_state(work.session, KeyState.ACTIVE)
    assert active is not None
    assert active.kid == expected.kid
    assert (
        await opened.pool.fetchval(
            "SELECT reason FROM audit_entry WHERE action = 'credential_key.rotated'"
        )
        == "yearly"
    )


async def test_a_retired_key_goes_on_verifying_and_later_cannot_sign(
    opened: Platform, signer: Signer
) -> None:
    async with opened.works.write(SYSTEM) as work:
        old = await signer.active_key(work)
    for reason in ("first", "second"):
        await rotate_keys(opened.works, signer, reason)
    async with opened.works.write(SYSTEM) as work:
        key = await work.session.get_one(CredentialKey, old)
        assert (key.state, key.sealed) == (KeyState.RETIRED, None)
        with pytest.raises(KeyDestroyedError):
            await signer.sign(work, old, typ="certificate+jwt", claims={})
    assert sum("verifies only" in line for line in await list_keys(opened.works)) == 1


async def test_private_halves_are_sealed_for_this_installation_and_their_row(
    opened: Platform, signer: Signer
) -> None:
    async with opened.works.write(SYSTEM) as work:
        active = await signer.active_key(work)
        key = await work.session.get_one(CredentialKey, active)
        stranger = Signer(Sealer(b"another installation's secret 32b", "credential keys"))
        with pytest.raises(SealBrokenError):
            await stranger.sign(work, active, typ="certificate+jwt", claims={})
        assert key.sealed is not None
        assert b"\x30\x81\x87" not in key.sealed
        key.kid = "moved"
        with pytest.raises(SealBrokenError):
            await signer.sign(work, active, typ="certificate+jwt", claims={})
        key.kid = key.public_jwk["kid"]


async def test_the_key_set_holds_credential_keys_only_and_no_private_part(
    opened: Platform, signer: Signer, client: Any
) -> None:
    await rotate_keys(opened.works, signer, "test")
    answer = await client.get("/.well-known/jwks.json")
    keys = answer.json()["keys"]
    sessions = {str(row[0]) for row in await opened.pool.fetch("SELECT id FROM session_key")}
    assert len(keys) == 3
    assert not {key["kid"] for key in keys} & sessions
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_a_certificate_whose_key_is_gone_is_signed_by_the_one_that_signs_now(
    school: ASchool, settle: Settle, signer: Signer, client: Any
) -> None:
    happened = await school.passing()
    for _ in range(2):
        [row] = await school.opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
        await deliver(school.opened.works, Delivery.of(row["payload"]))
    unsigned = await school.certificate_of(happened.person_id)
    assert unsigned["token"] is None
    for reason in ("lost", "and again"):
        await rotate_keys(school.opened.works, signer, reason)
    await settle()
    signed = await school.certificate_of(happened.person_id)
    keys = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    kid = jwt.get_unverified_header(signed["token"])["kid"]
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    assert jwt.decode(signed["token"], keys[kid], algorithms=["ES256"], options=options)
    assert signed["key_id"] != unsigned["key_id"]
