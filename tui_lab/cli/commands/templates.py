"""`tui-lab templates`: prompts to start from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import narrate, print_json, print_table, print_text, say_problems
from tui_lab.cli.prompt import add_draft_arguments, draft_from
from tui_lab.cli.running import add_output_arguments, run_draft

if TYPE_CHECKING:
    from tui_lab.templates.library import Template


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    listing = actions.add_parser("list", help="all templates", allow_abbrev=False)
    listing.add_argument("--category", metavar="NAME", help="only those of this category")
    show = actions.add_parser("show", help="one template", allow_abbrev=False)
    for one in (listing, show):
        one.add_argument("--json", action="store_true", help="print as JSON")
    running = actions.add_parser("run", help="run a template", allow_abbrev=False)
    for one in (show, running):
        one.add_argument("id", metavar="ID")
    running.add_argument("prompt", nargs="?", metavar="TEXT", help="fills the input variable")
    add_draft_arguments(running)
    add_output_arguments(running)


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=getattr(args, "workspace", None), known_secrets=args.known_secrets) as lab:
        if args.action == "run":
            draft = draft_from(args, lab, template_id=args.id, parent=None)
            return run_draft(draft, args, lab)
        say_problems(lab.templates.problems)
        if args.action == "show":
            _show(lab.templates.get(args.id), as_json=args.json)
        else:
            _list(lab.templates.templates, args.category, as_json=args.json)
    return 0


def to_json(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "category": template.category,
        "description": template.description,
        "version": template.version,
        "system": template.system,
        "prompt": template.prompt,
        "input": template.input,
        "variables": [{"name": one.name, "default": one.default} for one in template.variables],
        "suggested_models": list(template.suggested_models),
    }


def _list(templates: tuple[Template, ...], category: str | None, *, as_json: bool) -> None:
    chosen = [one for one in templates if category in (None, one.category)]
    if as_json:
        print_json({"items": [to_json(one) for one in chosen], "next": None})
    else:
        print_table([one.id, one.category, one.description] for one in chosen)
        if not chosen:
            categories = sorted({one.category for one in templates})
            narrate(f"no template is in {category!r}; there are {', '.join(categories)}")


def _show(template: Template, *, as_json: bool) -> None:
    if as_json:
        print_json(to_json(template))
        return
    print_text(f"{template.name} · {template.category} · version {template.version}")
    print_text(template.description)
    for one in template.variables:
        default = f" (default: {one.default})" if one.default is not None else ""
        beside = ", filled by a text beside the template" if one.name == template.input else ""
        print_text(f"  {{{{{one.name}}}}}{default}{beside}")
    if template.system:
        print_text(f"\n── system\n{template.system}")
    print_text(f"\n── prompt\n{template.prompt}")
    print_text(f"\nsuggested: {', '.join(template.suggested_models)}")
