"""Whether a prompt fits into a model's context window, and how it is made to fit.

Tokens are our own estimate: the tokenizers of most models are not public. Those of attachments
follow the published rules of the vendor; where there is none they are no more than a guess, and a
guess keeps nothing from being sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tui_lab.core.attachment_tokens import VENDORS, estimate_attachments
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import Message, Part, TextPart
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.tokens import PER_MESSAGE, PER_REQUEST, estimate_messages, estimate_tokens

ANSWER_TOKENS = 4096
"""Room that a cut prompt leaves for the answer where no `max_tokens` was asked for."""

_MARK = "\n\n[… about {tokens} tokens left out …]\n\n"
_MARK_TOKENS = 20
_STEP = 400
"""Characters by which the ends of a text are measured."""


@dataclass(frozen=True, slots=True)
class FittedPrompt:
    """What is sent, and what the person should know of it (None: nothing)."""

    messages: tuple[Message, ...]
    note: str | None = None


def fit_context(
    facts: ModelFacts,
    system: str | None,
    messages: tuple[Message, ...],
    max_tokens: int | None,
    *,
    truncate: bool,
) -> FittedPrompt:
    """The prompt as it can be sent: as it is, or with `truncate` cut in the middle.

    Raises `LabError` of kind `context_overflow` for one that is too long for a window that is
    known; where the window is a guess, a note tells.
    """
    files = estimate_attachments(messages, facts.vendor)
    if _certainly_fits(facts, system, messages, files + (max_tokens or 0)):
        return FittedPrompt(messages)
    count = _Count(estimate_messages(system, messages) + files, files, max_tokens or 0)
    if count.needed <= facts.context_window:
        return FittedPrompt(messages)
    if truncate:
        return _truncated(facts, system, messages, count)
    if facts.guessed:
        return FittedPrompt(messages, _guess_note(facts, count))
    if facts.vendor not in VENDORS and count.needed - files <= facts.context_window:
        return FittedPrompt(messages, f"{count}: perhaps too many for {_window(facts)}")
    raise _overflow(facts, count)


@dataclass(frozen=True, slots=True)
class _Count:
    """Tokens of a prompt, how many of them are of its `files`, and what is `wanted` beside it."""

    tokens: int
    files: int
    wanted: int

    @property
    def needed(self) -> int:
        return self.tokens + self.wanted

    def __str__(self) -> str:
        files = f" ({self.files:,} of them guessed for what is attached)" if self.files else ""
        answer = f" and {self.wanted:,} for the answer" if self.wanted else ""
        return f"the prompt has about {self.tokens:,} tokens{files}{answer}"


def _certainly_fits(
    facts: ModelFacts, system: str | None, messages: Sequence[Message], beside: int
) -> bool:
    """Without counting: no character is estimated at more than two tokens."""
    texts = [system or "", *(message.text for message in messages)]
    most = sum(2 * len(text) + PER_MESSAGE for text in texts) + PER_REQUEST
    return most + beside <= facts.context_window


def _truncated(
    facts: ModelFacts,
    system: str | None,
    messages: tuple[Message, ...],
    count: _Count,
) -> FittedPrompt:
    """Cuts the longest text; what is missing then is cut from the next longest, and so on."""
    answer = count.wanted or min(ANSWER_TOKENS, facts.context_window // 4)
    excess = count.tokens + answer - facts.context_window
    places = [
        (message, part)
        for message, turn in enumerate(messages)
        for part, one in enumerate(turn.parts)
        if isinstance(one, TextPart)
    ]
    sizes = {(m, p): estimate_tokens(_text_at(messages, m, p)) for m, p in places}
    left_out, cut = 0, messages
    for place in sorted(sizes, key=lambda place: sizes[place], reverse=True):
        if excess <= left_out:
            break
        keep = max(0, sizes[place] - (excess - left_out) - _MARK_TOKENS)
        text, _ = shorten(_text_at(messages, *place), keep)
        saved = sizes[place] - estimate_tokens(text)
        if saved > 0:
            cut, left_out = _with_text(cut, place, text), left_out + saved
    if excess > left_out:
        raise _overflow(facts, replace(count, wanted=answer))
    note = (
        f"the prompt was cut: about {left_out:,} of {count.tokens:,} tokens were left out of the "
        f"middle to fit {_window(facts)} with {answer:,} for the answer"
    )
    return FittedPrompt(cut, note)


def shorten(text: str, tokens: int) -> tuple[str, int]:
    """Both ends of a text, of about so many tokens together, and how many were left out.

    A mark stands where the middle was, and tells the number.
    """
    head = _measure(_from_the_start(text), tokens // 2)
    rest = text[head:]
    tail = _measure(_from_the_end(rest), tokens - tokens // 2)
    middle, end = rest[: len(rest) - tail], rest[len(rest) - tail :]
    gone = estimate_tokens(middle)
    return text[:head] + _MARK.format(tokens=f"{gone:,}") + end, gone


def _measure(pieces: Iterator[str], tokens: int) -> int:
    """How many characters the first pieces have that hold so many tokens at most."""
    length = used = 0
    for piece in pieces:
        used += estimate_tokens(piece)
        if used > tokens:
            break
        length += len(piece)
    return length


def _from_the_start(text: str) -> Iterator[str]:
    return (text[start : start + _STEP] for start in range(0, len(text), _STEP))


def _from_the_end(text: str) -> Iterator[str]:
    return (text[max(0, end - _STEP) : end] for end in range(len(text), 0, -_STEP))


def _text_at(messages: Sequence[Message], message: int, part: int) -> str:
    found = messages[message].parts[part]
    assert isinstance(found, TextPart)
    return found.text


def _with_text(
    messages: tuple[Message, ...], place: tuple[int, int], text: str
) -> tuple[Message, ...]:
    message, part = place
    parts: list[Part] = list(messages[message].parts)
    parts[part] = TextPart(text)
    changed = replace(messages[message], parts=tuple(parts))
    return (*messages[:message], changed, *messages[message + 1 :])


def _window(facts: ModelFacts) -> str:
    guess = ", a guess," if facts.guessed else ""
    return f"the context window of {facts.name} ({facts.context_window:,} tokens{guess})"


def _guess_note(facts: ModelFacts, count: _Count) -> str:
    return (
        f"{count}; the context window of {facts.name} is unknown, and may be too small "
        f"({facts.context_window:,} are usual)"
    )


def _overflow(facts: ModelFacts, count: _Count) -> LabError:
    return LabError(
        ErrorKind.CONTEXT_OVERFLOW,
        f"{count}: too many for {_window(facts)}",
        "shorten it, or choose a model that reads more "
        "(tui-lab run --truncate leaves out its middle)",
    )
