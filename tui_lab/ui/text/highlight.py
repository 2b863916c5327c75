"""Colours for code, line by line: a line costs the same wherever in a fence it stands.

Pygments' regular lexers keep a stack of states; it is carried from line to line. What they do
with one pattern over several lines, block comments, is done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tui_lab.ui.text.ink import Ink, Span

LONGEST_LINE = 1000
"""Characters. Longer lines stay plain: patterns may take quadratic time."""

_DEEPEST = 200
_BLOCK_COMMENTS = (("/*", "*/"), ("<!--", "-->"))


class Highlighter:
    """Colours the lines of one piece of code, in their order.

    `language` is the word after a fence, whatever it is; an unknown one has no colours.
    """

    def __init__(self, language: str) -> None:
        self._lexer = _lexer(language)
        self._stack = ["root"]
        self._comment_end = ""
        self._comments = [pair for pair in _BLOCK_COMMENTS if self._knows(*pair)]
        self._stack = ["root"]

    def line(self, text: str) -> tuple[Span, ...]:
        """The spans of the next line, left to right; what none covers is plain."""
        if self._lexer is None or len(text) > LONGEST_LINE:
            return ()
        start = 0
        spans: list[Span] = []
        if self._comment_end:
            found = text.find(self._comment_end)
            start = len(text) if found < 0 else found + len(self._comment_end)
            if start:
                spans.append(Span(0, start, Ink.COMMENT))
            if found < 0:
                return tuple(spans)
            self._comment_end = ""
        stack = list(self._stack)
        code = _merged(self._spans(text[start:], start))
        comment = self._open_comment(text, start, code)
        if comment is not None:
            self._stack = stack
            code = _merged(self._spans(text[start:comment], start))
            code.append(Span(comment, len(text), Ink.COMMENT))
        return tuple(spans + code)

    def _knows(self, opener: str, closer: str) -> bool:
        """Whether the language has comments of this form."""
        comment = f"{opener} x {closer}"
        return self._lexer is not None and [Span(0, len(comment), Ink.COMMENT)] == _merged(
            self._spans(comment, 0)
        )

    def _open_comment(self, text: str, start: int, spans: list[Span]) -> int | None:
        """Where a block comment begins that this line does not end."""
        for opener, closer in self._comments:
            at = text.rfind(opener, start)
            if at < 0 or text.find(closer, at + len(opener)) >= 0:
                continue
            inside = any(
                span.start <= at < span.end and span.ink in (Ink.COMMENT, Ink.STRING)
                for span in spans
            )
            if not inside:
                self._comment_end = closer
                return at
        return None

    def _spans(self, text: str, offset: int) -> Iterator[Span]:
        for start, kind, token in self._tokens(text + "\n"):
            ink = _ink(kind)
            if ink and token.strip():
                end = min(start + len(token), len(text))
                yield Span(offset + start, offset + end, ink)

    def _tokens(self, text: str) -> list[tuple[int, Any, str]]:
        from pygments.lexer import (  # type: ignore[import-untyped]
            ExtendedRegexLexer,
            LexerContext,
            RegexLexer,
        )

        assert self._lexer is not None
        if isinstance(self._lexer, RegexLexer):
            context = LexerContext(text, 0, list(self._stack))
            # The extended lexer's loop serves every regular lexer, and leaves the stack behind.
            walk = ExtendedRegexLexer.get_tokens_unprocessed
            try:
                tokens = list(walk(self._lexer, context=context))
            except (TypeError, AttributeError, KeyError):
                pass  # a lexer with needs of its own: each of its lines stands alone
            else:
                self._stack = context.stack if len(context.stack) < _DEEPEST else ["root"]
                return tokens
        return list(self._lexer.get_tokens_unprocessed(text))


def _lexer(language: str) -> Any:
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


def _ink(kind: Any) -> Ink | None:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String  # type: ignore[import-untyped]

    for family, ink in (
        (Comment, Ink.COMMENT),
        (Keyword, Ink.KEYWORD),
        (Operator.Word, Ink.KEYWORD),
        (String, Ink.STRING),
        (Number, Ink.NUMBER),
        (Name.Function, Ink.NAME),
        (Name.Class, Ink.NAME),
        (Name.Tag, Ink.NAME),
        (Name.Attribute, Ink.NAME),
        (Name.Decorator, Ink.NAME),
    ):
        if kind in family:
            return ink
    return None


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end == span.start and merged[-1].ink == span.ink:
            merged[-1] = Span(merged[-1].start, span.end, span.ink)
        else:
            merged.append(span)
    return merged
