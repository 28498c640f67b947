import random

from hypothesis import given
from hypothesis import strategies as st

from certs.issuing.documents.verification_code import ALPHABET, BITS, LENGTH, new_code, read_code

codes = st.randoms(use_true_random=True).map(new_code)


class _Counting(random.Random):
    asked = 0

    def getrandbits(self, k: int, /) -> int:
        self.asked += k
        return super().getrandbits(k)


def test_a_code_uses_more_than_128_random_bits() -> None:
    source = _Counting(1)
    code = new_code(source)
    assert source.asked == BITS >= 128
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)


def test_every_bit_counts() -> None:
    class Fixed(random.Random):
        value = 0

        def getrandbits(self, k: int, /) -> int:
            assert k == BITS
            return self.value

    source = Fixed()
    made = set()
    for bit in range(BITS):
        source.value = 1 << bit
        made.add(new_code(source))
    assert len(made) == BITS


@given(codes)
def test_a_code_is_read_however_people_type_it(code: str) -> None:
    grouped = "-".join(code[start : start + 5] for start in range(0, LENGTH, 5))
    lookalike = code.replace("0", "o").replace("1", "l")
    assert read_code(code) == read_code(grouped.lower()) == read_code(lookalike) == code


@given(st.text(max_size=80))
def test_anything_else_is_no_code_and_no_error(text: str) -> None:
    found = read_code(text)
    assert found is None or (len(found) == LENGTH and set(found) <= set(ALPHABET))
