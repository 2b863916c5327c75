"""Runs as one HTML page that needs nothing but itself: no script, no link, nothing fetched.

Every text is escaped and shown as the terminal shows it, so that nothing in it acts or hides; and a
content security policy that allows the page's own style alone stands behind that.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise, sanitise_line
from tui_lab.core.summary import summary
from tui_lab.core.value_json import format_time
from tui_lab.export.form import Form
from tui_lab.export.sections import sections

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #5f6670; --line: #d4d8dd;
  --paper: #ffffff; --well: #f5f6f8; --mark: #0b5fa5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6e9; --dim: #9aa3ad; --line: #3a4048;
  --paper: #16181b; --well: #1f2226; --mark: #7ab8ef; } }
body { margin: 0 auto; padding: 1.5rem 1rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
article { border-top: 2px solid var(--line); margin-top: 2rem; padding-top: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 0; color: var(--mark); }
h3 { font-size: .8rem; margin: 1rem 0 .3rem; color: var(--dim); letter-spacing: .05em;
  text-transform: uppercase; }
h2, dd { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .6rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
pre { margin: 0; padding: .7rem .9rem; background: var(--well); border: 1px solid var(--line);
  border-radius: .3rem; font: .9rem/1.45 ui-monospace, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; } article { break-before: page; }
  article:first-of-type { break-before: auto; } h3 { break-after: avoid; } }
"""


def html_form() -> Form:
    return Form(_article, head=_head(), tail="</body>\n</html>\n")


def _head() -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Runs of tui-lab</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        "<h1>Runs of tui-lab</h1>\n"
    )


def _article(record: RunRecord) -> str:
    return "\n".join(_lines(record)) + "\n"


def _lines(record: RunRecord) -> Iterator[str]:
    yield "<article>"
    yield f'<h2 dir="auto">{_line(record.answered_by or record.model)}</h2>'
    yield "<dl>"
    for name, value in _facts(record):
        yield f'<dt>{name}</dt><dd dir="auto">{_line(value)}</dd>'
    yield "</dl>"
    for section in sections(record):
        yield f"<h3>{escape(section.title)}</h3>"
        # A newline right after <pre> is not part of it: without this one the text's own would go.
        yield f'<pre dir="auto">\n{escape(sanitise(section.text))}</pre>'
    yield "</article>"


def _facts(record: RunRecord) -> Iterator[tuple[str, str]]:
    yield "outcome", summary(record)
    if record.answered_by not in (None, record.model):
        yield "asked for", record.model
    yield "when", format_time(record.created_at)
    yield "workspace", record.workspace
    if parameters := record.parameters.as_dict():
        yield "parameters", " ".join(f"{name}={value}" for name, value in parameters.items())
    if record.template is not None:
        yield "template", f"{record.template.id}, version {record.template.version}"
    for message in record.messages:
        for part in message.attachments:
            yield "attached", part.name or part.url or part.media_type or "?"
    if record.tags:
        yield "tags", ", ".join(record.tags)
    if record.rating is not None:
        yield "rating", str(record.rating)
    yield "run", record.id


def _line(text: str) -> str:
    return escape(sanitise_line(text))
