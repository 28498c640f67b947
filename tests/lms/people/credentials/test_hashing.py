from lms.people.credentials.hashing import Passwords

CHEAP = Passwords(memory_kib=64, time_cost=1)


async def test_a_right_password_is_right_and_a_wrong_one_is_not() -> None:
    stored = await CHEAP.hash("four quiet herons wade")
    assert stored.startswith("$argon2id$")
    assert (await CHEAP.check(stored, "four quiet herons wade")).right
    assert not (await CHEAP.check(stored, "four quiet herons wad")).right


async def test_both_unicode_forms_are_one_password() -> None:
    stored = await CHEAP.hash("caf\u00e9 caf\u00e9 caf\u00e9")
    assert (await CHEAP.check(stored, "cafe\u0301 cafe\u0301 cafe\u0301")).right


async def test_nobody_has_no_password_not_even_the_one_compared_with() -> None:
    for typed in ("", "nobody has this password", "x"):
        assert not (await CHEAP.check(None, typed)).right


async def test_a_hash_with_old_parameters_is_renewed_by_the_right_password_only() -> None:
    stored = await Passwords(memory_kib=32, time_cost=1).hash("four quiet herons wade")
    renewed = (await CHEAP.check(stored, "four quiet herons wade")).rehashed
    assert renewed is not None
    assert (await CHEAP.check(renewed, "four quiet herons wade")).rehashed is None
    assert (await CHEAP.check(stored, "wrong")).rehashed is None


async def test_what_is_no_hash_is_never_right() -> None:
    assert not (await CHEAP.check("plain text", "plain text")).right


async def test_lone_surrogates_are_text_like_any_other() -> None:
    stored = await CHEAP.hash("\ud800 alone")
    assert (await CHEAP.check(stored, "\ud800 alone")).right
