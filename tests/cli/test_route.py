"""`tui-lab route`: who would answer, and why, without asking anybody."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ECHO, Program
from tests.cli.servers import no_local_servers

KEYS = {
    "OPENAI_API_KEY": "sk-proj-0123456789abcdef0123",
    "GROQ_API_KEY": "gsk_0123456789abcdef0123",
    "OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef0123",
}


@pytest.fixture
def keyless(program: Program) -> Program:
    """With neither a key nor a server on this machine."""
    return program.with_environ(**no_local_servers())


@pytest.fixture
def keyed(keyless: Program) -> Program:
    """With keys of three providers, none of which can be reached."""
    nowhere = {
        f"TUI_LAB_PROVIDERS__{name}__BASE_URL": "http://127.0.0.1:9/v1"
        for name in ("OPENAI", "GROQ", "OPENROUTER")
    }
    return keyless.with_environ(**KEYS, **nowhere)


def models(document: Any, part: str = "candidates") -> list[str]:
    return [f"{one['provider']}/{one['model']}" for one in document[part]]


def reasons(document: Any) -> dict[str, str]:
    found = zip(models(document, "excluded"), document["excluded"], strict=True)
    return {model: one["reason"] for model, one in found}


def test_candidates_come_best_first_each_with_its_reasons(keyed: Program) -> None:
    done = keyed("route", "Write a function to sort an array", "--json")
    assert done.code == 0
    plan = done.json
    assert plan["strategy"] == "auto"
    assert plan["complexity"]["level"] == "complex"
    assert plan["complexity"].keys() == {"level", "score", "confidence", "reasons"}
    found = models(plan)
    assert len(found) == len(set(found))
    assert set(found).isdisjoint(models(plan, "excluded"))
    assert {model.partition("/")[0] for model in found} == {"openai", "groq", "openrouter"}
    for one in plan["candidates"]:
        assert one["reasons"]
        assert Decimal(one["estimated_cost"]) > 0
        assert one["tier"] in ("budget", "mid", "premium")
    scores = [one["score"] for one in plan["candidates"]]
    assert all(before >= after for before, after in pairwise(scores))


def test_all_others_are_told_with_the_reason(keyed: Program) -> None:
    excluded = reasons(keyed("route", "hello", "--json").json)
    assert excluded["anthropic/claude-haiku-4-5"] == "Anthropic has no key (ANTHROPIC_API_KEY)"
    assert excluded["sandbox/echo"] == "simulated models are never chosen by themselves"


def test_strategies_and_limits_change_the_order(keyed: Program) -> None:
    cheap, best = (
        keyed("route", "hello", "--route", name, "--json").json for name in ("cheapest", "best")
    )
    costs = [Decimal(one["estimated_cost"]) for one in cheap["candidates"]]
    assert costs == sorted(costs)
    assert models(best)[0] == "openai/gpt-5.6-sol"
    limited = keyed("route", "hello", "--route", "best", "--max-cost", "0.003", "--json").json
    assert "--max-cost" in reasons(limited)["openai/gpt-5.6-sol"]
    assert limited["candidates"]


def test_a_named_model_is_first_and_its_equivalent_elsewhere_second(keyed: Program) -> None:
    plan = keyed(
        "route", "hello", "-m", "groq/openai/gpt-oss-20b", "--route", "best", "--json"
    ).json
    assert models(plan)[:2] == ["groq/openai/gpt-oss-20b", "openrouter/openai/gpt-oss-20b"]
    assert plan["candidates"][0]["equivalents"] == ["openrouter/openai/gpt-oss-20b"]
    assert keyed("route", "hello", "-m", "groq").code == 2


def test_nobody_left_ends_with_4_and_says_what_to_do(keyless: Program) -> None:
    done = keyless("route", "hello", "--json")
    assert done.code == 4
    assert done.json["candidates"] == []
    assert "tui-lab keys set" in done.errors
    assert keyless("route", "hello").code == 4


def test_the_settings_pin_prefer_exclude_and_judge(keyed: Program) -> None:
    keyed.configure(
        '[routing]\nstrategy = "best"\npinned = "sandbox/echo"\nexcluded = ["openrouter"]\n'
        'quality."groq/llama-3.3-70b-versatile" = 100\n'
        '[workspaces.team]\nenvironment_keys = true\nrouting.pinned = "groq/openai/gpt-oss-20b"\n'
    )
    plan = keyed("route", "hello", "--json").json
    assert plan["strategy"] == "best"
    assert models(plan)[:2] == ["sandbox/echo", "groq/llama-3.3-70b-versatile"]
    assert reasons(plan)["openrouter/openai/gpt-oss-20b"] == "your settings exclude it"
    team = keyed("route", "hello", "--workspace", "team", "--json").json
    assert models(team)[0] == "groq/openai/gpt-oss-20b"


def test_what_cannot_read_an_image_is_left_out(keyed: Program, tmp_path: Path) -> None:
    image = tmp_path / "dot.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 30)
    plan = keyed("route", "What is this?", "--image", str(image), "--json").json
    assert "openai/gpt-4o-mini" in models(plan)
    assert "reads images" in reasons(plan)["groq/openai/gpt-oss-20b"] or (
        reasons(plan)["groq/openai/gpt-oss-20b"] == "it reads no images"
    )


def test_a_prompt_too_long_for_a_window_leaves_the_model_out(keyed: Program) -> None:
    plan = keyed("route", "--json", given=b"word " * 300_000).json
    assert "it reads 128,000 tokens" in reasons(plan)["openai/gpt-4o-mini"]
    assert "openai/gpt-5.6-luna" in models(plan)


def test_the_plan_leaves_out_what_it_does_not_allow(keyed: Program) -> None:
    starter = keyed.with_environ(TUI_LAB_PLAN="starter")
    plan = starter("route", "hello", "--route", "best", "--json").json
    assert "the plan starter does not allow" in reasons(plan)["openai/gpt-5.6-sol"]
    assert "openai/gpt-4o-mini" in models(plan)


def test_people_get_a_table_and_the_reasons_beside_it(keyed: Program) -> None:
    done = keyed("route", "hello")
    assert done.code == 0
    assert done.text.splitlines()[0].startswith(" 1.")
    assert "simple, " in done.errors
    assert "not sandbox/echo, sandbox/markdown, sandbox/fast and 8 more: simulated" in done.errors


def test_rated_answers_change_the_quality(keyed: Program) -> None:
    keyed("run", "hi", *ECHO)
    keyed("history", "rate", "last", "5")
    plan = keyed("route", "hello", "-m", "sandbox/echo", "--json").json
    assert "quality 48 (a guess, 1 judgement)" in plan["candidates"][0]["reasons"]


def test_many_documents_are_recommended_for_within_a_total(keyed: Program) -> None:
    wanted = ("route", "Sum it up", "--pages", "120", "--documents", "40", "--max-total", "20")
    high, cheap = (
        keyed(*wanted, "--quality", quality, "--json").json for quality in ("high", "any")
    )
    for plan in (high, cheap):
        assert (plan["documents"], plan["max_total"]) == (40, "20")
        assert [one["model"] for one in plan["totals"]] == models(plan)
        assert all(0 < Decimal(one["cap"]) <= 20 for one in plan["totals"])
    assert models(high)[0] != models(cheap)[0]
    table = keyed(*wanted)
    assert "in all" in table.text
    nobody = keyed(*wanted[:-1], "0.01", "--quality", "high", "--json")
    assert (nobody.code, nobody.json["candidates"]) == (4, [])
    assert "no model can answer this" in nobody.errors


def test_pages_are_counted_in_the_file_or_told(keyed: Program, tmp_path: Path) -> None:
    file = tmp_path / "two.pdf"
    file.write_bytes(b"%PDF-1.7\n<< /Type /Page >> << /Type /Page >>")
    counted, told = (
        keyed("route", "Sum it up", "--route", "cheapest", *words, "--json").json["candidates"]
        for words in (("--document", str(file)), ("--pages", "2"))
    )
    assert counted == told
    unseen = keyed("route", "--document", "https://x.example/a.pdf", "--documents", "9")
    assert unseen.code == 2
    assert "--pages" in unseen.errors
    assert keyed("route", "hi", "--pages", "0").code == 2


def test_the_check_covers_plans_providers_and_levels(keyed: Program) -> None:
    items = keyed("route", "--check", "--json").json["items"]
    assert {one["level"] for one in items} == {"simple", "moderate", "complex", "advanced"}
    openai = [one for one in items if one["plan"] == "starter" and one["provider"] == "openai"]
    assert [one["model"] for one in openai][:1] == ["openai/gpt-4o-mini"]
    assert keyed("route", "--check").text.startswith("plan ")


def test_of_many_candidates_people_see_the_best(keyed: Program) -> None:
    many = ",".join(f"m{number}" for number in range(30))
    crowded = keyed.with_environ(TUI_LAB_PROVIDERS__OPENAI__MODELS=many)
    done = crowded("route", "hello")
    assert len(done.text.splitlines()) == 20
    assert "more: --json has them all" in done.errors
