"""What the Lab says before the first run: what can be used, what is missing, which keys help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from tui_lab.core.sanitise import sanitise_line

if TYPE_CHECKING:
    from tui_lab.lab import Lab


def guidance(lab: Lab, key_of: Callable[[str], str]) -> Content:
    """`key_of` gives the printed key of a binding, by its id."""
    keyed = [
        provider
        for provider in lab.models.providers.values()
        if provider.key_env and lab.keys.found(lab.workspace, provider)
    ]
    lines: list[Content] = []
    if keyed:
        names = ", ".join(sanitise_line(provider.name) for provider in keyed)
        lines.append(Content.assemble(("✓ ", "$success"), f"keys found for {names}"))
    else:
        lines += [
            Content.assemble(("○ ", "$warning"), "no keys configured"),
            Content.assemble(
                "  ",
                (f"{key_of('app.jump')} {key_of('app.tab_keys')}", "bold $footer-key-foreground"),
                " opens Keys, where you add one; or export OPENAI_API_KEY=… first",
            ),
        ]
    local = [provider.name for provider in lab.models.providers.values() if provider.local]
    lines.append(
        Content.assemble(
            ("✓ ", "$success"),
            "sandbox models answer without key or network; they are simulated",
        )
    )
    if local:
        lines.append(Content(f"  Local servers need no key: {sanitise_line(', '.join(local))}."))
    lines.append(Content(""))
    for name, words in (
        ("lab.run", "run the prompt"),
        ("app.template", "begin from a template"),
        ("lab.models", "choose models, several to compare them"),
        ("app.commands", "every command"),
    ):
        lines.append(Content.assemble((f"{key_of(name)}  ", "bold $footer-key-foreground"), words))
    return Content("\n").join(lines)
