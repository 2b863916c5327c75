"""The catalogue, and what settings make of it."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.refs import ModelRef
from tui_lab.providers.catalogue import Auth, Provider, load_catalogue, with_overrides
from tui_lab.providers.dialects import DIALECT_IDS, dialect


def changed(provider_id: str, **values: Any) -> Provider:
    return with_overrides(load_catalogue(), {provider_id: values})[provider_id]


def refusal(provider_id: str, **values: Any) -> LabError:
    with pytest.raises(LabError) as raised:
        changed(provider_id, **values)
    assert raised.value.kind is ErrorKind.CONFIG
    return raised.value


@pytest.mark.parametrize("provider", load_catalogue().values(), ids=lambda provider: provider.id)
def test_every_row_is_whole(provider: Provider) -> None:
    assert provider.name
    assert provider.dialect in DIALECT_IDS
    assert provider.base_url.startswith("http")
    assert not provider.base_url.endswith("/")
    assert provider.auth in get_args(Auth)
    for model in provider.models:
        assert ModelRef.parse(f"{provider.id}/{model}").model == model
    free = provider.local or provider.simulated
    assert bool(provider.key_env) != free
    assert bool(provider.keys_url) != free
    assert bool(provider.hint) == provider.local


def test_the_catalogue_knows_the_usual_providers() -> None:
    assert (
        list(load_catalogue())
        == (
            "sandbox openai anthropic gemini openrouter deepseek groq together mistral xai "
            "moonshot deepinfra perplexity ollama llamacpp lmstudio vllm"
        ).split()
    )


def test_anthropic_has_its_own_header_for_the_key_and_a_version() -> None:
    anthropic = load_catalogue()["anthropic"]
    assert anthropic.auth == "x-api-key"
    assert dialect("anthropic").headers == {"anthropic-version": "2023-06-01"}
    assert anthropic.option_headers({"version": "2026-10-21"}) == {
        "anthropic-version": "2026-10-21"
    }


def test_gemini_has_its_own_header_for_the_key_which_is_never_in_the_address() -> None:
    gemini = load_catalogue()["gemini"]
    assert gemini.auth == "x-goog-api-key"
    assert gemini.key_env == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert "key" not in gemini.base_url


def test_ollama_is_asked_in_its_own_words_at_its_own_address() -> None:
    ollama = load_catalogue()["ollama"]
    assert (ollama.dialect, ollama.base_url) == ("ollama", "http://127.0.0.1:11434")


@pytest.mark.parametrize(
    ("model", "spoken"),
    [
        ("gpt-4o-mini", "openai-chat"),
        ("o1-pro-2025-03-19", "openai-responses"),
        ("gpt-5.4-pro", "openai-responses"),
        ("gpt-5.3-codex", "openai-responses"),
    ],
)
def test_a_model_may_have_a_dialect_of_its_own(model: str, spoken: str) -> None:
    assert load_catalogue()["openai"].dialect_of(model) == spoken


@pytest.mark.parametrize("provider", load_catalogue().values(), ids=lambda provider: provider.id)
def test_a_model_s_own_dialect_takes_the_key_as_the_provider_s_does(provider: Provider) -> None:
    for spoken in provider.model_dialects.values():
        assert spoken in DIALECT_IDS
        assert changed(provider.id, dialect=spoken).auth == provider.auth


def test_who_changes_the_dialect_changes_it_for_every_model() -> None:
    for spoken in ("openai-chat", "anthropic"):
        assert changed("openai", dialect=spoken).dialect_of("o1-pro") == spoken
    elsewhere = changed("openai", base_url="https://llm.example/v1")
    assert elsewhere.dialect_of("o1-pro") == "openai-responses"


def test_settings_give_models_dialects_of_their_own_beside_those_of_the_catalogue() -> None:
    own = changed("openai", model_dialects={"claude-*": "anthropic", "*codex*": "openai-chat"})
    assert own.dialect_of("claude-opus-5-5") == "anthropic"
    assert own.dialect_of("gpt-5.3-codex") == "openai-chat"
    assert own.dialect_of("o1-pro") == "openai-responses"
    assert changed("openai", dialect="gemini", model_dialects={"o*": "ollama"}).model_dialects == {
        "o*": "ollama"
    }


def test_a_models_dialect_that_does_not_exist_is_refused() -> None:
    assert "antropic" in refusal("openai", model_dialects={"claude-*": "antropic"}).message


def test_the_sandbox_has_options_and_no_other_models() -> None:
    sandbox = load_catalogue()["sandbox"]
    assert sandbox.option_headers({"pace": "0", "seed": "7"}) == {
        "x-sandbox-pace": "0",
        "x-sandbox-seed": "7",
    }
    sandbox.check_model("markdown")
    with pytest.raises(LabError) as raised:
        sandbox.check_model("markdwn")
    assert (raised.value.kind, raised.value.hint) == (ErrorKind.USAGE, "did you mean markdown?")


def test_an_option_that_a_provider_does_not_have_is_refused() -> None:
    with pytest.raises(LabError, match="openai has no option 'pace'") as raised:
        load_catalogue()["openai"].option_headers({"pace": "0"})
    assert raised.value.kind is ErrorKind.USAGE


@pytest.mark.parametrize(
    ("provider", "option", "value"),
    [
        ("sandbox", "pace", "abc"),
        ("sandbox", "pace", "-3"),
        ("sandbox", "pace", "inf"),
        ("sandbox", "pace", "٣"),
        ("sandbox", "tokens", "0"),
        ("sandbox", "tokens", "1000001"),
        ("sandbox", "seed", "1.5"),
        ("sandbox", "fault", "430"),
        ("anthropic", "version", "a\nb: c"),
        ("anthropic", "version", ""),
    ],
)
def test_a_value_that_an_option_does_not_take_is_refused(
    provider: str, option: str, value: str
) -> None:
    with pytest.raises(LabError, match=f"{provider}.{option} cannot be") as raised:
        load_catalogue()[provider].option_headers({option: value})
    assert raised.value.kind is ErrorKind.USAGE
    assert raised.value.hint


def test_any_model_of_an_open_provider_is_accepted() -> None:
    load_catalogue()["openai"].check_model("gpt-99-from-tomorrow")


def test_a_provider_can_be_pointed_elsewhere() -> None:
    openai = changed("openai", base_url=" http://127.0.0.1:9999/v1/ ")
    assert openai.base_url == "http://127.0.0.1:9999/v1"
    assert openai.key_env == ("OPENAI_API_KEY",)


def test_what_is_unsaid_stays() -> None:
    unsaid: dict[str, Any] = {
        "name": None,
        "models": (),
        "key_env": [],
        "headers": {},
        "timeouts": {"idle": 3},
    }
    assert changed("anthropic", **unsaid) == load_catalogue()["anthropic"]


def test_headers_add_to_those_that_are_there() -> None:
    once = with_overrides(load_catalogue(), {"openai": {"headers": {"x-team": "lab"}}})
    twice = with_overrides(once, {"openai": {"headers": {"x-desk": "7"}}})
    assert twice["openai"].headers == {"x-team": "lab", "x-desk": "7"}


def test_a_new_provider_needs_a_dialect_and_a_base_url() -> None:
    mine = changed("mine", dialect="openai-chat", base_url="https://llm.example/v1")
    assert mine == Provider("mine", "mine", "openai-chat", "https://llm.example/v1")
    assert not mine.key_env
    assert not mine.local
    assert "base_url" in refusal("mine", dialect="openai-chat").message
    error = refusal("mine", base_url="https://llm.example/v1")
    assert ("no dialect" in error.message, error.hint) == (True, "set providers.mine.dialect")


def test_a_new_provider_has_the_manners_of_its_dialect() -> None:
    mine = changed("mine", dialect="anthropic", base_url="https://llm.example/v1")
    assert mine.auth == "x-api-key"
    assert set(mine.options) == {"version"}
    deepseek = changed("deepseek", dialect="anthropic", base_url="https://api.deepseek.com/x")
    assert deepseek.auth == "x-api-key"
    assert deepseek.key_env == ("DEEPSEEK_API_KEY",)
    own = changed("mine", dialect="anthropic", base_url="https://llm.example", auth="bearer")
    assert own.auth == "bearer"


def test_a_dialect_that_does_not_exist_is_refused_with_the_nearest() -> None:
    error = refusal("mine", dialect="opnai-chat", base_url="https://llm.example/v1")
    assert (error.message, error.hint) == (
        "there is no dialect 'opnai-chat'",
        "did you mean openai-chat?",
    )
    assert refusal("openai", dialect="telnet").message == "there is no dialect 'telnet'"


@pytest.mark.parametrize("provider_id", ["My-Own", "", "a/b", "é", "a b"])
def test_an_id_is_lower_case_letters_digits_and_underscores(provider_id: str) -> None:
    values = {"dialect": "openai-chat", "base_url": "https://llm.example/v1"}
    assert "cannot be the id" in refusal(provider_id, **values).message


def test_overrides_leave_the_catalogue_as_it_was() -> None:
    catalogue = load_catalogue()
    with_overrides(catalogue, {"openai": {"name": "Mine"}})
    assert catalogue == load_catalogue()


@pytest.mark.parametrize("dialect_id", DIALECT_IDS)
def test_every_dialect_can_be_made(dialect_id: str) -> None:
    assert dialect(dialect_id).id == dialect_id


def test_each_provider_is_in_one_tier_and_what_nobody_charges_for_is_free() -> None:
    tiers: dict[str, set[str]] = {}
    for provider in load_catalogue().values():
        tiers.setdefault(provider.tier, set()).add(provider.id)
    assert tiers == {
        "free": {"sandbox", "ollama", "llamacpp", "lmstudio", "vllm"},
        "budget": {"deepseek", "moonshot", "deepinfra", "groq", "together"},
        "mid": {"gemini", "mistral", "xai", "openrouter", "perplexity"},
        "premium": {"openai", "anthropic"},
    }
    assert changed("openai", local=True).tier == "free"
