"""ULIDs: identifiers that sort by the time they were made (https://github.com/ulid/spec)."""

from __future__ import annotations

from collections.abc import Callable

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
ULID_LENGTH = 26
TIME_LENGTH = 10
"""Of the characters so many are the time; the rest are random."""


def encode_ulid(time_ms: int, randomness: int) -> str:
    """The 26 characters for 48 bits of Unix time in milliseconds and 80 bits of randomness."""
    value = (time_ms << _RANDOM_BITS) | randomness
    digits = []
    for _ in range(ULID_LENGTH):
        value, digit = divmod(value, 32)
        digits.append(_CROCKFORD[digit])
    return "".join(reversed(digits))


class UlidFactory:
    """Makes ULIDs that never decrease, also within one millisecond or when the clock steps back.

    `now_ms` gives Unix time in milliseconds, `random_bytes(n)` n random bytes.
    """

    def __init__(self, now_ms: Callable[[], int], random_bytes: Callable[[int], bytes]) -> None:
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self._last_ms = -1
        self._last_random = 0

    def __call__(self) -> str:
        now = self._now_ms()
        if now > self._last_ms:
            self._last_ms = now
            # The top bit stays clear so that counting up cannot overflow.
            self._last_random = int.from_bytes(self._random_bytes(10), "big") >> 1
        else:
            self._last_random += 1
        return encode_ulid(self._last_ms, self._last_random)
