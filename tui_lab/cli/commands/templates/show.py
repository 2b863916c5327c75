"""`tui-lab templates show`: one template as it is, its versions, the text of its table."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tui_lab.cli.output import narrate, print_json, print_table, print_text, say_problems, write_raw
from tui_lab.core.money import dollars
from tui_lab.core.template_variables import Variable
from tui_lab.core.template_versions import TemplateVersion, best_version
from tui_lab.core.value_json import format_time
from tui_lab.templates.template import Template, variable_to_json

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "one template, or its versions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--versions", action="store_true", help="its versions, and how they did")
    form.add_argument("--source", action="store_true", help="its table, as it stands in its file")


def run(args: argparse.Namespace, lab: Lab) -> int:
    if args.source:
        write_raw(lab.templates.source(args.id).text)
        return 0
    say_problems(lab.templates.library.problems)
    template = lab.templates.library.get(args.id)
    if args.versions:
        _show_versions(template, lab, as_json=args.json)
    elif args.json:
        print_json(to_json(template, own=lab.templates.is_own(template)))
    else:
        _show(template, own=lab.templates.is_own(template))
    return 0


def to_json(template: Template, *, own: bool) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "category": template.category,
        "description": template.description,
        "version": template.version,
        "own": own,
        "system": template.system,
        "prompt": template.prompt,
        "input": template.input,
        "variables": [variable_to_json(one) for one in template.variables],
        "suggested_models": list(template.suggested_models),
    }


def _show(template: Template, *, own: bool) -> None:
    whose = " · your own" if own else ""
    print_text(f"{template.name} · {template.category} · version {template.version}{whose}")
    if template.description:
        print_text(template.description)
    for one in template.variables:
        beside = ", filled by a text beside the template" if one.name == template.input else ""
        print_text(f"  {{{{{one.name}}}}}{_variable_words(one)}{beside}")
    if template.system:
        print_text(f"\n── system\n{template.system}")
    print_text(f"\n── prompt\n{template.prompt}")
    if template.suggested_models:
        print_text(f"\nsuggested: {', '.join(template.suggested_models)}")


def _variable_words(variable: Variable) -> str:
    one_line = " ⏎ ".join((variable.default or "").splitlines())
    default = f"default: {one_line}" if variable.default is not None else ""
    told = "; ".join(filter(None, (variable.description, variable.form, default)))
    return f" ({told})" if told else ""


def _show_versions(template: Template, lab: Lab, *, as_json: bool) -> None:
    versions = lab.templates.versions(template.id).result()
    if as_json:
        items = [_version_json(one) for one in versions]
        print_json({"items": items, "next": None})
        return
    best = best_version(versions)
    rows = [["version", "runs", "answered", "rating", "cost", "first run", ""]]
    print_table([*rows, *(_row(one, template.version, best) for one in versions)])
    if template.version not in [one.version for one in versions]:
        narrate(f"version {template.version}, as it is now, has not been run yet")


def _row(one: TemplateVersion, now: int, best: TemplateVersion | None) -> list[str]:
    marks = ("as it is now" if one.version == now else "", "did best" if one == best else "")
    return [
        str(one.version),
        str(one.runs),
        str(one.answered),
        f"{one.rating:.1f}" if one.rating is not None else "–",
        dollars(one.cost) if one.cost is not None else "?",
        f"{one.first_seen.astimezone():%Y-%m-%d %H:%M}" if one.first_seen else "",
        ", ".join(filter(None, marks)),
    ]


def _version_json(one: TemplateVersion) -> dict[str, Any]:
    return {
        "version": one.version,
        "first_seen": format_time(one.first_seen) if one.first_seen else None,
        "runs": one.runs,
        "answered": one.answered,
        "mean_rating": one.rating,
        "mean_cost_usd": str(one.cost) if one.cost is not None else None,
        "content": one.content,
    }
