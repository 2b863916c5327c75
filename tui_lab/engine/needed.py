"""How many tokens a call may need, before it is made: what its money is reserved by."""

from __future__ import annotations

from tui_lab.core.messages import ImagePart, Message
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.tokens import estimate_messages
from tui_lab.providers.wire import Call

IMAGE_TOKENS = 1_600
"""The most that an image of common size counts for: Anthropic scales to about so many."""
DOCUMENT_BYTES_PER_TOKEN = 25
"""A page of a PDF counts for 1,500 to 3,000 tokens (Anthropic), and has some 50 kB."""
UNSEEN_DOCUMENT_TOKENS = 30_000
"""For a document of which there is only a URL."""


def input_tokens(call: Call) -> int:
    """Our own estimate; it takes a while for a long prompt."""
    return estimate_messages(call.system, call.messages) + sum(map(_attached, call.messages))


def output_tokens(call: Call, facts: ModelFacts, assumed: int) -> int:
    """As many as the person allows, else as many as are assumed, and no more than the model can."""
    wanted = call.parameters.max_tokens
    if wanted is None:
        reasoning = call.parameters.reasoning
        wanted = assumed + (reasoning if isinstance(reasoning, int) else 0)
    return wanted if facts.max_output is None else min(wanted, facts.max_output)


def _attached(message: Message) -> int:
    tokens = 0
    for part in message.attachments:
        if isinstance(part, ImagePart):
            tokens += IMAGE_TOKENS
        elif part.size is None:
            tokens += UNSEEN_DOCUMENT_TOKENS
        else:
            tokens += part.size // DOCUMENT_BYTES_PER_TOKEN
    return tokens
