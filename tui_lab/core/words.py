"""Words as the full-text index has them: what counts as one, and which letters are alike.

The index is FTS5 with `unicode61 remove_diacritics 2` (https://sqlite.org/fts5.html#unicode61_tokenizer):
a word is a row of letters and digits; case and accents make no difference. Scripts that put no
spaces between words have no words there: such text is looked for as it stands.
"""

from __future__ import annotations

import re
import unicodedata

LETTER = r"[^\W_]"
MARK = "[\u0300-\u0331]"
"""Accents that stand behind their letter, as characters of their own."""

_WORD = re.compile(f"{LETTER}(?:{LETTER}|{MARK})*")
_MARKS = re.compile(MARK)
# Thai, Lao, Burmese, Khmer, New Tai Lue, Japanese, Chinese: a sentence is one word of the index.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1980-\u19df\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# What is neither a letter nor one of these (an emoji) may be a letter to the index: what it takes
# for one is a matter of its age.
_UNTOLD = re.compile(f"[{_UNSPACED}]|(?!{LETTER}|{MARK}|[_\u2000-\u2064])[^\x00-\xbf]")


class _Folding(dict[int, str]):
    """Each character without its case and accent; one for one, so that places stay."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0]
        # Accents of other scripts are parts of their letters, to the index as well.
        folded = (base if base.isascii() else char).casefold()
        self[code] = folded = folded if len(folded) == 1 else char
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text without case and accents, of the same length. Marks behind letters stay."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def fold_word(word: str) -> str:
    """One word as it stands in the index."""
    return _MARKS.sub("", fold(word))


def index_words(text: str) -> tuple[str, ...]:
    """The words, as they stand in the text, by which the index finds it.

    Empty where only the text as it stands can tell: no words in it, or signs that the index may
    take for letters.
    """
    return () if _UNTOLD.search(text) else tuple(_WORD.findall(text))
