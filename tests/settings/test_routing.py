"""What a person sets of how models are chosen, in the file and in the environment."""

from __future__ import annotations

from pathlib import Path

from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Preferences, Strategy
from tui_lab.settings import load_settings

FILE = """
[routing]
strategy = "cheapest"
pinned = "groq/a"
preferred = ["openai"]
excluded = ["*-preview"]
quality."Work/Llama" = 71.5

[workspaces.team.routing]
strategy = "best"
excluded = ["xai"]
quality."groq/a" = 12
"""


def test_a_workspace_adds_to_what_holds_for_all(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(FILE.replace("Work/Llama", "work/Llama"))
    settings, problems = load_settings(tmp_path / "config.toml", {})
    assert problems == ()
    general = Preferences(
        Strategy.CHEAPEST,
        ModelRef("groq", "a"),
        ("openai",),
        ("*-preview",),
        {"work/llama": 71.5},
    )
    assert settings.preferences_of("default") == general
    assert settings.preferences_of("team") == Preferences(
        Strategy.BEST,
        ModelRef("groq", "a"),
        ("openai",),
        ("*-preview", "xai"),
        {"work/llama": 71.5, "groq/a": 12},
    )


def test_the_environment_says_the_same(tmp_path: Path) -> None:
    environ = {
        "TUI_LAB_ROUTING__STRATEGY": "fastest",
        "TUI_LAB_ROUTING__PREFERRED": "groq/*, openai",
        "TUI_LAB_ROUTING__QUALITY": '{"groq/a": 80}',
    }
    settings, problems = load_settings(tmp_path / "config.toml", environ)
    assert problems == ()
    assert settings.preferences_of("default") == Preferences(
        Strategy.FASTEST, preferred=("groq/*", "openai"), quality={"groq/a": 80}
    )


def test_what_cannot_be_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[routing]\nstrategy = "wisest"\npinned = "nobody"\nprefered = ["a"]\n'
        'quality."groq/a" = 101\n'
    )
    settings, problems = load_settings(tmp_path / "config.toml", {})
    assert settings.preferences_of("default") == Preferences()
    told = [str(problem) for problem in problems]
    assert len(told) == 4
    assert "cheapest" in told[0]
    assert "provider/model" in told[1]
    assert "preferred" in told[2]
    assert "100" in told[3]
