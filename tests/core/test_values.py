"""Small values: names, ids, parameters, deltas, secrets, drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import MODEL, NOON, a_record
from tui_lab.core.cost import FREE, UNKNOWN, add_costs, billed
from tui_lab.core.deltas import DeltaLog, Piece, PieceKind, decode_deltas
from tui_lab.core.draft import Draft, continue_messages, new_records
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import ReasoningDelta, RefusalDelta, Stamped, TextDelta
from tui_lab.core.ids import UlidFactory, encode_ulid
from tui_lab.core.messages import Message
from tui_lab.core.nearest import nearest
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.core.usage import Usage, add_usage


class TestModelRef:
    def test_is_cut_at_the_first_slash_only(self) -> None:
        ref = ModelRef.parse("openrouter/anthropic/claude-3.5-sonnet")
        assert (ref.provider, ref.model) == ("openrouter", "anthropic/claude-3.5-sonnet")
        assert str(ref) == "openrouter/anthropic/claude-3.5-sonnet"

    @pytest.mark.parametrize("text", ["", "gpt", "/x", "x/", "Open AI/x", "op-en/x", "x\n/y"])
    def test_refuses_what_names_no_provider_and_model(self, text: str) -> None:
        with pytest.raises(LabError) as caught:
            ModelRef.parse(text)
        assert caught.value.kind is ErrorKind.USAGE


class TestUlid:
    def test_known_value(self) -> None:
        # The example of the specification's reference implementation for its time part.
        assert encode_ulid(1469918176385, 0).startswith("01ARYZ6S41")
        assert len(encode_ulid(2**48 - 1, 2**80 - 1)) == 26

    @given(st.lists(st.integers(0, 2**48 - 1), min_size=1, max_size=50))
    def test_never_decreases_whatever_the_clock_does(self, times: list[int]) -> None:
        clock = iter(times)
        new_id = UlidFactory(lambda: next(clock), lambda n: b"\xff" * n)
        made = [new_id() for _ in times]
        assert made == sorted(set(made))


class TestParameters:
    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("temperature", "0.7", 0.7),
            ("max-tokens", "100", 100),
            ("seed", "-3", -3),
            ("reasoning", "HIGH", "high"),
            ("reasoning", "2048", 2048),
            ("stop", r"\n\n", ("\n\n",)),
            ("schema", '{"type": "object"}', {"type": "object"}),
            ("logprobs", "5", 5),
        ],
    )
    def test_are_read_from_words(self, name: str, text: str, value: object) -> None:
        read = Parameters().with_text(name, text)
        assert read.as_dict()[name.replace("-", "_")] == (
            list(value) if isinstance(value, tuple) else value
        )
        assert Parameters.from_dict(read.as_dict()) == read

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("temperature", "2.1"),
            ("temperature", "nan"),
            ("temperature", "warm"),
            ("top_p", "-0.1"),
            ("max_tokens", "0"),
            ("logprobs", "21"),
            ("reasoning", "huge"),
            ("reasoning", "-5"),
            ("schema", "[]"),
            ("schema", "{"),
        ],
    )
    def test_out_of_range_is_refused_naming_it(self, name: str, text: str) -> None:
        with pytest.raises(LabError, match=name) as caught:
            Parameters().with_text(name, text)
        assert caught.value.kind is ErrorKind.USAGE
        assert caught.value.hint

    def test_an_unknown_name_gets_the_nearest(self) -> None:
        with pytest.raises(LabError) as caught:
            Parameters().with_text("temprature", "1")
        assert caught.value.hint == "did you mean temperature?"

    def test_stops_add_up(self) -> None:
        assert Parameters().with_text("stop", "a").with_text("stop", "ü").stop == ("a", "ü")

    def test_unset_is_not_named(self) -> None:
        assert Parameters().as_dict() == {}


class TestDeltas:
    @given(
        st.lists(
            st.tuples(st.integers(0, 10**8), st.sampled_from(list(PieceKind)), st.integers(0, 3000))
        )
    )
    def test_pieces_survive_their_encoding(self, given_: list[Any]) -> None:
        make = {
            PieceKind.TEXT: TextDelta,
            PieceKind.REASONING: ReasoningDelta,
            PieceKind.REFUSAL: RefusalDelta,
        }
        pieces = [Piece(t / 10, kind, n) for t, kind, n in sorted(given_, key=lambda p: p[0])]
        log = DeltaLog()
        for piece in pieces:
            log.add(Stamped(piece.t_ms, make[piece.kind]("x" * piece.length)))
        assert list(decode_deltas(log.encode())) == pieces

    def test_bytes_cut_short_are_refused(self) -> None:
        log = DeltaLog()
        log.add(Stamped(500, TextDelta("x" * 300)))
        for cut in range(1, len(log.encode())):
            with pytest.raises(ValueError, match="cut short"):
                list(decode_deltas(log.encode()[:cut]))


class TestDraft:
    def draft(self, **changes: Any) -> Draft:
        values: dict[str, Any] = {"models": (MODEL,), "messages": (Message.of("user", "hi"),)}
        return Draft(**values | changes)

    def test_makes_a_run_for_each_model_and_repeat(self) -> None:
        ids = iter("0123456789")
        other = ModelRef("openai", "gpt")
        records = new_records(
            self.draft(models=(MODEL, other), repeat=2),
            new_id=lambda: next(ids),
            created_at=NOON,
            is_simulated=lambda model: model == MODEL,
        )
        assert [(r.lane, r.repeat, r.model, r.simulated) for r in records] == [
            (0, 0, "sandbox/echo", True),
            (0, 1, "sandbox/echo", True),
            (1, 0, "openai/gpt", False),
            (1, 1, "openai/gpt", False),
        ]
        assert {r.batch_id for r in records} == {"0"}
        assert len({r.id for r in records}) == 4

    @pytest.mark.parametrize(
        "wrong",
        [
            {"models": ()},
            {"messages": ()},
            {"messages": (Message("user", ()),)},
            {"repeat": 0},
            {"repeat": 1001},
        ],
    )
    def test_refuses_what_cannot_be_run(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(LabError) as caught:
            self.draft(**wrong)
        assert caught.value.kind is ErrorKind.USAGE

    def test_a_conversation_goes_on_from_the_answer(self) -> None:
        parent = replace(a_record(prompt="hi"), text="hello")
        turns = continue_messages(parent, "and you?")
        assert [(turn.role, turn.text) for turn in turns] == [
            ("user", "hi"),
            ("assistant", "hello"),
            ("user", "and you?"),
        ]

    def test_a_conversation_goes_on_from_a_refusal_and_passes_over_silence(self) -> None:
        refused = replace(a_record(prompt="hi"), text="", refusal="I cannot")
        silent = replace(a_record(prompt="hi"), text="")
        roles = [
            [(turn.role, turn.text) for turn in continue_messages(parent, "why?")]
            for parent in (refused, silent)
        ]
        assert roles == [
            [("user", "hi"), ("assistant", "I cannot"), ("user", "why?")],
            [("user", "hi"), ("user", "why?")],
        ]


def test_the_sum_of_costs_is_unknown_as_soon_as_one_is() -> None:
    from decimal import Decimal

    one, two = billed(Decimal("0.1")), billed(Decimal("0.2"))
    assert add_costs(one, two).usd == Decimal("0.3")
    assert add_costs(FREE, one) == one
    assert add_costs(one, FREE) == one
    assert add_costs(one, UNKNOWN) == UNKNOWN


def test_the_sum_of_usage_keeps_what_one_side_knows() -> None:
    total = add_usage(Usage(input_tokens=1), Usage(input_tokens=2, output_tokens=3, estimated=True))
    assert total == Usage(input_tokens=3, output_tokens=3, estimated=True)


def test_the_nearest_name_or_what_there_is() -> None:
    assert nearest("sandbx", ["openai", "sandbox"]) == "did you mean sandbox?"
    assert nearest("cohere", ["together"]) == "there are: together"
    assert nearest("zzz", ["a", "b"]) == "there are: a, b"
    assert nearest("zzz", []) == "there are none"
    assert nearest("?", [str(n) for n in range(20)], most=2) == "there are: 0, 1, …"


def test_exit_codes_are_a_contract() -> None:
    assert {kind.value: LabError(kind, "").exit_code for kind in ErrorKind} == {
        "usage": 2,
        **dict.fromkeys(("config", "no_key", "auth"), 3),
        **dict.fromkeys(("policy", "budget", "no_route"), 4),
        "storage": 5,
        **dict.fromkeys(
            [
                "permission",
                "not_found",
                "bad_request",
                "unsupported_parameter",
                "context_overflow",
                "content_filter",
                "rate_limit",
                "quota",
                "timeout",
                "network",
                "server",
                "protocol",
            ],
            1,
        ),
        "cancelled": 130,
    }
