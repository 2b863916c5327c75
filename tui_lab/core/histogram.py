"""How often values were measured, so that any number of them is summed in little room.

Values fall into buckets, each 2 % wider than the one before: what a percentile says is within 1 %
of what was measured. (The idea is that of DDSketch: Masson, Rim and Lee, 2019.)
Histograms can be added to each other and taken from each other exactly.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_GROWTH = 1.02
_LEAST = 0.001
"""What is less counts as nothing: bucket 0."""
_MOST = 1e30
_BUCKET_BITS, _COUNT_BITS = 12, 18
_LAST_BUCKET = (1 << _BUCKET_BITS) - 1
_MOST_OF_ENTRY = (1 << _COUNT_BITS) - 1
_LOG_GROWTH = math.log(_GROWTH)

Counts = dict[int, int]
"""How many values there are in each bucket that has some."""


def pack_values(values: Sequence[float | None]) -> bytes:
    """One value of each measure, None where there is none; at most four measures, in an order that
    the caller keeps."""
    counts = {measure: {bucket_of(v): 1} for measure, v in enumerate(values) if v is not None}
    return pack(counts)


def pack(measures: Mapping[int, Counts]) -> bytes:
    """Four bytes, little-endian, for each bucket: measure, bucket, count."""
    entries = array("I")
    for measure in sorted(measures):
        for bucket, count in sorted(measures[measure].items()):
            left = count
            while left > 0:
                part = min(left, _MOST_OF_ENTRY)
                entries.append((measure << _BUCKET_BITS | bucket) << _COUNT_BITS | part)
                left -= part
    return _little_endian(entries).tobytes()


def unpack(packed: Iterable[bytes]) -> dict[int, Counts]:
    """The sum of these histograms, by measure."""
    entries = array("I")
    entries.frombytes(b"".join(packed))
    flat: dict[int, int] = {}
    # Small histograms are alike: a million entries are counted in C, few are then looked at.
    for entry, times in Counter(_little_endian(entries)).items():
        place = entry >> _COUNT_BITS
        flat[place] = flat.get(place, 0) + times * (entry & _MOST_OF_ENTRY)
    found: dict[int, Counts] = {}
    for place, count in flat.items():
        found.setdefault(place >> _BUCKET_BITS, {})[place & _LAST_BUCKET] = count
    return found


def packed_without(whole: bytes, part: bytes) -> bytes:
    """What is left when that which was added before is taken away again."""
    found = unpack([whole])
    for measure, counts in unpack([part]).items():
        left = found.setdefault(measure, {})
        for bucket, count in counts.items():
            left[bucket] = left.get(bucket, 0) - count
    return pack(found)


def bucket_of(value: float) -> int:
    if value < _LEAST:
        return 0
    return min(1 + int(math.log(min(value, _MOST) / _LEAST) / _LOG_GROWTH), _LAST_BUCKET)


def percentiles(counts: Counts, shares: Sequence[float]) -> list[float]:
    """Linear between the two nearest values, as `core.statistics.percentile` has them; the shares
    in rising order. There must be a value."""
    places = [(sum(counts.values()) - 1) * share for share in shares]
    ranks = sorted({rank for place in places for rank in (int(place), math.ceil(place))})
    values: dict[int, float] = {}
    passed, rest = 0, iter(sorted(counts))
    bucket = next(rest)
    for rank in ranks:
        while passed + counts[bucket] <= rank:
            passed += counts[bucket]
            bucket = next(rest)
        values[rank] = _middle(bucket)
    return [
        values[int(place)] + (values[math.ceil(place)] - values[int(place)]) * (place % 1)
        for place in places
    ]


def _middle(bucket: int) -> float:
    """As far from both ends of the bucket, as shares of them."""
    return _LEAST * _GROWTH ** (bucket - 0.5) if bucket else 0.0


def _little_endian(entries: array[int]) -> array[int]:
    if sys.byteorder == "big":
        entries.byteswap()
    return entries
