"""Records of every shape, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from tui_lab.core.cost import UNKNOWN, Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import FinishReason
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import Attempt, RunRecord, Source, Status, TemplateUse, ToolCall
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage

texts = st.text(max_size=40)
maybe_text = st.none() | texts
milliseconds = st.none() | st.floats(0, 1e9)
counts = st.none() | st.integers(0, 2**40)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)
usages = st.builds(Usage, counts, counts, counts, counts, counts, st.booleans())
costs = st.just(UNKNOWN) | st.builds(
    Cost,
    st.decimals(0, 1000, allow_nan=False, places=12),
    st.sampled_from([CostSource.PROVIDER, CostSource.TABLE]),
    st.none() | st.just("2026-11-01"),
)
timings = st.builds(Timing, *[milliseconds] * 8)
errors = st.builds(
    LabError,
    st.sampled_from(ErrorKind),
    texts,
    texts,
    st.none() | st.integers(100, 599),
    st.none() | st.floats(0, 1e6),
    maybe_text,
)
model_ids = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() == text)
models = st.builds(ModelRef, st.sampled_from(["openai", "sandbox", "x_1"]), model_ids)
statuses = st.sampled_from([status for status in Status if status is not Status.RUNNING])
parts = st.one_of(
    st.builds(TextPart, texts),
    st.builds(ImagePart, url=texts, media_type=maybe_text, name=maybe_text),
    st.builds(DocumentPart, url=texts, media_type=maybe_text, name=maybe_text),
)
messages = st.builds(
    Message, st.sampled_from(["user", "assistant"]), st.lists(parts, max_size=3).map(tuple)
)
parameters = st.builds(
    Parameters,
    temperature=st.none() | st.floats(0, 2),
    top_k=st.none() | st.integers(0, 100),
    stop=st.none() | st.lists(texts, max_size=3).map(tuple),
    seed=st.none() | st.integers(-(2**70), 2**70),
    reasoning=st.sampled_from([None, "high", 1024]),
    schema=st.none() | json_objects,
)
attempts = st.builds(
    Attempt,
    n=st.integers(1, 9),
    model=models,
    status=statuses,
    error=st.none() | errors,
    http_status=st.none() | st.integers(100, 599),
    request_id=maybe_text,
    usage=usages,
    cost=costs,
    timing=timings,
    rate_limits=st.dictionaries(texts, st.floats(0, 1e9), max_size=2),
)


def records(run_id: str, **fixed: Any) -> st.SearchStrategy[RunRecord]:
    """Runs that have ended, with this id."""
    values: dict[str, Any] = {
        "id": st.just(run_id),
        "batch_id": texts,
        "model": texts,
        "provider": texts,
        "created_at": moments,
        "prompt": texts,
        "messages": st.lists(messages, max_size=3).map(tuple),
        "lane": st.integers(0, 9),
        "repeat": st.integers(0, 9),
        "parent_id": maybe_text,
        "workspace": texts,
        "source": st.sampled_from(Source),
        "system": maybe_text,
        "parameters": parameters,
        "dropped_parameters": st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
        "template": st.none()
        | st.builds(
            TemplateUse, texts, st.integers(0, 9), st.dictionaries(texts, texts, max_size=2)
        ),
        "simulated": st.booleans(),
        "status": statuses,
        "finish_reason": st.none() | st.sampled_from(FinishReason),
        "finish_reason_raw": maybe_text,
        "answered_by": maybe_text,
        "served_model": maybe_text,
        "text": texts,
        "reasoning": maybe_text,
        "refusal": maybe_text,
        "tool_calls": st.lists(st.builds(ToolCall, maybe_text, maybe_text, texts), max_size=2).map(
            tuple
        ),
        "logprobs": st.none() | st.lists(json_objects, min_size=1, max_size=2).map(tuple),
        "usage": usages,
        "cost": costs,
        "timing": timings,
        "attempts": st.lists(attempts, max_size=3).map(tuple),
        "route": st.none() | json_objects,
        "error": st.none() | errors,
        "tags": st.lists(texts, max_size=3).map(tuple),
        "rating": st.none() | st.integers(-5, 5),
        "note": maybe_text,
    }
    return st.builds(RunRecord, **(values | fixed))
