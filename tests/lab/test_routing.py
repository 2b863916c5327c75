"""Routes from everything that the lab knows: keys, servers, plans, budgets, prices, settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from tests.cli.servers import no_local_servers
from tests.cli.test_models import listing
from tui_lab.core.draft import Draft
from tui_lab.core.messages import DocumentPart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Level, RoutePlan, Strategy
from tui_lab.lab import Lab
from tui_lab.lab.survey import Demand
from tui_lab.providers.catalogue import load_catalogue

KEYS = {
    provider.key_env[0]: f"key-0123456789abcdef-{provider.id}"
    for provider in load_catalogue().values()
    if provider.key_env
}
TWO_PAGES = b"%PDF-1.7\n<< /Type /Page >> << /Type /Page >>"


@contextmanager
def a_lab(folder: Path, settings: str = "", **environ: str) -> Iterator[Lab]:
    """With no key and no local server but what `environ` names."""
    config = folder / "config"
    config.mkdir(exist_ok=True)
    (config / "config.toml").write_text(settings)
    home = {"TUI_LAB_CONFIG_DIR": str(config), "TUI_LAB_DATA_DIR": str(folder / "data")}
    with Lab(home | no_local_servers() | environ) as lab:
        yield lab


def a_draft(prompt: str = "Hello", **changes: object) -> Draft:
    values = {"messages": (Message.of("user", prompt),), "strategy": Strategy.CHEAPEST} | changes
    return Draft((), **values)  # type: ignore[arg-type]


def names(plan: RoutePlan) -> list[str]:
    return [str(one.model) for one in plan.candidates]


def reason(plan: RoutePlan, model: str) -> str:
    return next(one.reason for one in plan.excluded if str(one.model) == model)


def test_every_plan_provider_and_level_has_a_model_or_a_reason(tmp_path: Path) -> None:
    with a_lab(tmp_path, **KEYS) as lab:
        found = lab.routing.coverage().result()
        places = {(one.plan, one.provider, one.level) for one in found}
        plans = ("trial", "starter", "professional", "enterprise")
        assert places == {(p, q, r) for p in plans for q in lab.models.providers for r in Level}
        assert len(found) == len(places)
        for one in found:
            assert one.reason
            if one.model is not None:
                assert one.model.provider == one.provider
                assert lab.models.is_usable(one.model)
        keyed = {provider.id for provider in lab.models.providers.values() if provider.key_env}
        covered = {
            (one.provider, one.level) for one in found if one.plan == "enterprise" and one.model
        }
        assert covered == {(provider, level) for provider in keyed for level in Level}
        refused = [one for one in found if one.plan == "trial" and one.provider == "openai"]
        assert all("the plan trial does not allow" in one.reason for one in refused)


def test_without_a_key_there_is_nobody_and_every_model_has_a_reason(tmp_path: Path) -> None:
    with a_lab(tmp_path) as lab:
        plan = lab.routing.plan(a_draft()).result()
        assert plan.candidates == ()
        assert {one.model for one in plan.excluded} == set(lab.models.known())
        assert reason(plan, "ollama/llama3") == "Ollama is not running"


def test_a_server_on_this_machine_is_found_and_free(tmp_path: Path) -> None:
    with (
        listing({"id": "own-model"}) as url,
        a_lab(tmp_path, TUI_LAB_PROVIDERS__VLLM__BASE_URL=url, **KEYS) as lab,
    ):
        plan = lab.routing.plan(a_draft()).result()
    assert names(plan)[0] == "vllm/own-model"
    assert plan.candidates[0].tier == "free"
    assert "free" in plan.candidates[0].reasons


def test_the_limit_of_a_run_leaves_out_what_may_cost_more(tmp_path: Path) -> None:
    settings = '[budgets]\nrun = 0.01\n[prices."openai/gpt-4o-mini"]\ninput = 1\noutput = 1\n'
    with a_lab(tmp_path, settings, OPENAI_API_KEY="sk-0123456789abcdef") as lab:
        plan = lab.routing.plan(a_draft()).result()
        assert names(plan) == ["openai/gpt-4o-mini", "openai/gpt-5.6-luna"]
        assert "budgets.run is $0.01" in reason(plan, "openai/gpt-5.6-sol")
        short = a_draft(parameters=Parameters(max_tokens=10))
        assert len(lab.routing.plan(short).result().candidates) == 5


def test_an_unknown_price_is_left_out_where_the_budget_wants_that(tmp_path: Path) -> None:
    work = '[providers.work]\ndialect = "openai-chat"\nbase_url = "https://llm.example"\n'
    work += 'models = ["m"]\n'
    with a_lab(tmp_path, work) as lab:
        assert names(lab.routing.plan(a_draft()).result()) == ["work/m"]
        capped = lab.routing.plan(a_draft(max_cost=Decimal(1))).result()
        assert "nobody knows what it costs, and --max-cost" in reason(capped, "work/m")
    with a_lab(tmp_path, work + '[budgets]\nunknown = "block"\n') as lab:
        blocked = lab.routing.plan(a_draft()).result()
        assert "budgets.unknown lets no such run through" in reason(blocked, "work/m")


def test_a_named_model_that_no_list_has_may_answer_too(tmp_path: Path) -> None:
    with a_lab(tmp_path, **KEYS) as lab:
        model = ModelRef.parse("openai/gpt-4o-mini-2024-07-18")
        plan = lab.routing.plan(a_draft(), model).result()
        assert names(plan)[:2] == [str(model), "openai/gpt-4o-mini"]
        without = lab.routing.plan(a_draft(), ModelRef("nobody", "m")).result()
        assert reason(without, "nobody/m") == "there is no provider 'nobody'"
        assert len(without.candidates) > 5


def test_simulated_models_are_asked_only_where_the_settings_name_them(tmp_path: Path) -> None:
    with a_lab(tmp_path, '[routing]\npreferred = ["*", "*/echo"]\n') as lab:
        assert lab.routing.plan(a_draft()).result().candidates == ()
    with a_lab(tmp_path, '[routing]\npreferred = ["sandbox/echo"]\n') as lab:
        assert names(lab.routing.plan(a_draft()).result()) == ["sandbox/echo"]
    with a_lab(tmp_path, '[routing]\npinned = "sandbox/fast"\n') as lab:
        assert names(lab.routing.plan(a_draft()).result()) == ["sandbox/fast"]
    with a_lab(tmp_path, '[routing]\npinned = "sandbox/nothing"\n') as lab:
        plan = lab.routing.plan(a_draft()).result()
        assert reason(plan, "sandbox/nothing") == "sandbox has no model 'nothing'"


def test_documents_are_counted_by_page_and_paid_for_together(tmp_path: Path) -> None:
    pdf = DocumentPart(data=TWO_PAGES, media_type="application/pdf")
    draft = a_draft(messages=(Message("user", (pdf, TextPart("Sum it up"))),))
    with a_lab(tmp_path, **KEYS) as lab:
        one, many = (
            lab.routing.plan(draft, demand=Demand(times, Decimal(1))).result() for times in (1, 300)
        )
        gemini, claude = (
            next(c for c in one.candidates if str(c.model) == name)
            for name in ("gemini/gemini-2.5-flash", "anthropic/claude-haiku-4-5")
        )
        assert gemini.estimate is not None
        assert claude.estimate is not None
        assert gemini.estimate.likely < claude.estimate.likely
        assert 0 < len(many.candidates) < len(one.candidates)
        assert all(c.estimate and c.estimate.cap * 300 <= 1 for c in many.candidates)
        nobody = lab.routing.plan(draft, demand=Demand(10**6, Decimal(1))).result()
        assert nobody.candidates == ()


def test_high_quality_is_not_the_cheapest(tmp_path: Path) -> None:
    with a_lab(tmp_path, **KEYS) as lab:
        cheapest = lab.routing.plan(a_draft()).result()
        high = lab.routing.plan(
            a_draft(strategy=Strategy.BEST), demand=Demand(least_quality=70)
        ).result()
        assert names(high)[0] != names(cheapest)[0]
        assert "quality 51 is below 70" in reason(high, "openai/gpt-4o-mini")
