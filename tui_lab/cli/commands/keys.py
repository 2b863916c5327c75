"""`tui-lab keys`: which keys a workspace has, where they are, whether they are good."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_lab.cli.asking import confirm, given_key, new_passphrase, open_vault
from tui_lab.cli.key_tables import (
    check_cells,
    check_to_json,
    event_cells,
    event_to_json,
    row_cells,
    row_to_json,
)
from tui_lab.cli.output import narrate, print_json, print_table, say_error, say_problems
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.key_input import clean_key, likely_owners
from tui_lab.core.keys import (
    DEFAULT_LABEL,
    KeyCheck,
    KeyId,
    KeyKind,
    KeyOutcome,
    check_label,
)
from tui_lab.core.secret import Secret

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider

STORES = (KeyKind.KEYRING, KeyKind.VAULT, KeyKind.SESSION)
EXIT_CODES = {KeyOutcome.VALID: 0, KeyOutcome.INVALID: 3}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=help_text, allow_abbrev=False)
        action.add_argument(
            "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="whose keys"
        )
        return action

    listing = add("list", "every provider, its keys and what is known of them")
    setting = add("set", "keep a key, read from a prompt or standard input")
    testing = add("test", "ask the provider whether it takes the key")
    activating = add("activate", "use this key from now on")
    relabelling = add("relabel", "give a key another label")
    deleting = add("delete", "delete a key from where it is kept")
    add("passphrase", "encrypt the vault for another passphrase")
    trail = add("log", "what was done with keys, when and from where")
    for one in (setting, activating, relabelling, deleting):
        one.add_argument("provider", metavar="PROVIDER")
        one.add_argument("--label", default=DEFAULT_LABEL, metavar="L", help=f"({DEFAULT_LABEL})")
    relabelling.add_argument("new", metavar="NEW", help="its label from now on")
    testing.add_argument("provider", nargs="?", metavar="PROVIDER", help="all, if none is named")
    testing.add_argument("--label", metavar="L", help="this key instead of the one in use")
    setting.add_argument(
        "--store", choices=[kind.value for kind in STORES], help="where to keep it"
    )
    setting.add_argument(
        "--reference",
        metavar="REF",
        help="keep nothing, look it up: env:NAME, file:PATH, command:WORDS, shell:TEXT",
    )
    for one in (setting, deleting):
        one.add_argument("--yes", action="store_true", help="ask nothing")
    for one in (listing, testing, trail):
        one.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from tui_lab.lab import Lab

    with Lab(workspace=args.workspace, known_secrets=args.known_secrets) as lab:
        say_problems(lab.problems)
        try:
            return _ACTIONS[args.action](args, lab)
        finally:
            for notice in lab.keys.do(lambda keys: keys.notices).result():
                narrate(f"tui-lab: {notice}")


def _list(args: argparse.Namespace, lab: Lab) -> int:
    rows = lab.keys.rows().result()
    if args.json:
        print_json({"items": [row_to_json(row, lab.workspace) for row in rows], "next": None})
        return 0
    print_table(row_cells(row) for row in rows)
    return 0


def _set(args: argparse.Namespace, lab: Lab) -> int:
    provider = lab.models.provider(args.provider)
    if provider.auth == "none":
        raise LabError(ErrorKind.USAGE, f"{provider.name} needs no key", "just use it")
    key = KeyId(lab.workspace, provider.id, check_label(args.label))
    if args.reference is not None:
        _refer(args, key, lab)
    else:
        kind = _chosen_store(args, lab)
        lab.keys.do(lambda keys: keys.stores.check(kind)).result()
        if kind is KeyKind.VAULT:
            open_vault(lab, make=True)
        secret = _secret(provider, lab, yes=args.yes)
        lab.keys.do(lambda keys: keys.keep(key, secret, kind)).result()
        if kind is KeyKind.SESSION:
            narrate("it is kept for this session only, which ends now")
    _tell_kept(provider, key, lab)
    return 0


def _refer(args: argparse.Namespace, key: KeyId, lab: Lab) -> None:
    from tui_lab.keys.references import Reference

    if args.store is not None:
        raise LabError(
            ErrorKind.USAGE, "a reference is not stored", "say either --store or --reference"
        )
    reference = Reference.parse(args.reference)
    lab.keys.do(lambda keys: keys.refer(key, reference)).result()


def _chosen_store(args: argparse.Namespace, lab: Lab) -> KeyKind:
    """As said, else as the last time; where to keep a key is nobody else's choice."""
    if args.store is not None:
        return KeyKind(args.store)
    chosen = lab.keys.do(lambda keys: keys.chosen_store).result()
    if chosen is not None:
        return chosen
    keyring = lab.keys.do(lambda keys: keys.stores.keyring()).result()
    there = f"a keyring is there: {keyring.name}" if keyring.backend else keyring.name
    raise LabError(
        ErrorKind.USAGE,
        "say once where keys are to be kept",
        f"--store keyring ({there}), --store vault (an encrypted file), or --store session",
    )


def _secret(provider: Provider, lab: Lab, *, yes: bool) -> Secret:
    """The key as it is given, cleaned, and questioned where it looks like another provider's."""
    cleaned = clean_key(given_key(provider.name))
    lab.known_secrets.add(cleaned.secret)
    for notice in cleaned.notices:
        narrate(notice)
    prefixes = {one.id: one.key_prefixes for one in lab.models.providers.values()}
    owners = likely_owners(cleaned.secret, provider.id, prefixes)
    if owners:
        names = " or ".join(lab.models.providers[owner].name for owner in owners)
        confirm(f"this looks like a key of {names}, not of {provider.name}: keep it?", yes=yes)
    return cleaned.secret


def _tell_kept(provider: Provider, key: KeyId, lab: Lab) -> None:
    row = next(row for row in lab.keys.rows().result() if row.key == key)
    mask = f" {row.found.mask}" if row.found else ""
    narrate(f"key{mask} for {provider.name}: {row.source}, {key.label}, {_of(lab)}")
    if row.found is None:
        narrate("nothing is there now")
    elif not row.in_use:
        narrate(f"another key is in use: tui-lab keys activate {provider.id} --label {key.label}")


def _test(args: argparse.Namespace, lab: Lab) -> int:
    rows = [row for row in lab.keys.rows().result() if row.key is not None]
    if args.provider is not None:
        provider = lab.models.provider(args.provider)
        wanted: list[tuple[Provider, str | None]] = [(provider, args.label)]
    else:
        wanted = [(row.provider, row.key.label) for row in rows if row.key is not None]
    if any(row.kind is KeyKind.VAULT for row in rows):
        open_vault(lab)
    asked = [(provider, label, lab.keys.check(provider, label)) for provider, label in wanted]
    items, codes = [], [0]
    for provider, label, check in asked:
        item, code = _tested(provider, label, check)
        codes.append(code)
        if item is not None:
            items.append(item)
    if args.json:
        print_json({"items": items, "next": None})
    else:
        print_table(check_cells(item) for item in items)
    if not asked:
        narrate(f"there is no key to test in {_of(lab)}")
    return max(codes)


def _tested(
    provider: Provider, label: str | None, check: Future[KeyCheck]
) -> tuple[dict[str, Any] | None, int]:
    """The outcome as JSON, and its exit code; a key that cannot be had has no outcome."""
    try:
        done = check.result()
    except LabError as error:
        say_error(error)
        return None, error.exit_code
    item = check_to_json(provider.id, label, done)
    return item, EXIT_CODES.get(done.outcome, 1)


def _activate(args: argparse.Namespace, lab: Lab) -> int:
    provider = lab.models.provider(args.provider)
    key = KeyId(lab.workspace, provider.id, args.label)
    lab.keys.do(lambda keys: keys.activate(key)).result()
    _tell_kept(provider, key, lab)
    return 0


def _relabel(args: argparse.Namespace, lab: Lab) -> int:
    provider = lab.models.provider(args.provider)
    key, label = KeyId(lab.workspace, provider.id, args.label), check_label(args.new)
    entry = lab.keys.do(lambda keys: keys.find(key)).result()
    if entry.kind is KeyKind.VAULT:
        open_vault(lab)
    lab.keys.do(lambda keys: keys.relabel(key, label)).result()
    _tell_kept(provider, replace(key, label=label), lab)
    return 0


def _delete(args: argparse.Namespace, lab: Lab) -> int:
    provider = lab.models.provider(args.provider)
    key = KeyId(lab.workspace, provider.id, args.label)
    entry = lab.keys.do(lambda keys: keys.find(key)).result()
    source = lab.keys.do(lambda keys: keys.source(entry)).result()
    confirm(f"delete the key {key.label!r} for {provider.name} ({source})?", yes=args.yes)
    if entry.kind is KeyKind.VAULT:
        open_vault(lab)
    lab.keys.do(lambda keys: keys.delete(key)).result()
    left = lab.keys.found(lab.workspace, provider)
    now = f"from now on: {left.source}" if left else "there is no key in use now"
    narrate(f"deleted the key {key.label!r} for {provider.name} of {_of(lab)}; {now}")
    return 0


def _passphrase(args: argparse.Namespace, lab: Lab) -> int:
    if not lab.keys.vault.exists:
        raise LabError(ErrorKind.USAGE, "there is no vault", "tui-lab keys set … --store vault")
    open_vault(lab)
    passphrase = new_passphrase()
    lab.keys.do(lambda keys: keys.change_passphrase(passphrase)).result()
    narrate("the vault is encrypted for the new passphrase")
    return 0


def _log(args: argparse.Namespace, lab: Lab) -> int:
    events = lab.keys.events().result()
    if args.json:
        print_json({"items": [event_to_json(event) for event in events], "next": None})
    else:
        print_table(event_cells(event) for event in events)
    return 0


_ACTIONS = {
    "list": _list,
    "set": _set,
    "test": _test,
    "activate": _activate,
    "relabel": _relabel,
    "delete": _delete,
    "passphrase": _passphrase,
    "log": _log,
}


def _of(lab: Lab) -> str:
    return f"workspace {lab.workspace}"
