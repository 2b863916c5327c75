"""How a search is done: which lists of runs meet, and what is tried on each run that they share."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from tui_lab.core.matching import TermMatcher
from tui_lab.core.query import Began, Has, Measure, Measured, Name, Named, Part, Query, Term
from tui_lab.core.words import fold_word, index_words
from tui_lab.store.conditions import NAMES, Sql, condition_sql, is_name, seq_at
from tui_lab.store.rows import storable
from tui_lab.store.streams import STEPS, Listing, Stream, meetings, rows

_INDEXED_PREFIXES = (2, 3)
_MOST_WORDS = 40
_MOST_NAMES = 8
_MOST_DIFFERENT_NAMES = 200
_LISTED_NAMES = (Name.MODEL, Name.PROVIDER, Name.STATUS, Name.TEMPLATE, Name.WORKSPACE)
_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run must meet: it is in all `lists` and in none of `excluded`, all `tests` of SQL hold
    for it and all `matchers` for its texts. Its number is from `since` on and before `until`."""

    lists: tuple[Listing, ...]
    excluded: tuple[Listing, ...]
    tests: tuple[Sql, ...]
    matchers: tuple[TermMatcher, ...]
    since: int = 0
    until: int = _END


def plan_search(db: sqlite3.Connection, query: Query) -> Plan:
    """The fastest way that the indexes allow. Reads names and words, but no runs."""
    lists: list[Listing] = []
    excluded: list[Listing] = []
    tests: list[Sql] = []
    matchers: list[TermMatcher] = []
    since, until = 0, _END
    for condition in query.conditions:
        match condition:
            case Began(negated=False):
                since = max(since, seq_at(condition.since.timestamp()) if condition.since else 0)
                if condition.until is not None:
                    until = min(until, seq_at(condition.until.timestamp()))
                continue
            case Named(negated=False) if (listing := _name_list(db, condition)) is not None:
                lists.append(listing)
                continue
            case Named(Name.TAG, negated=False) | Has(Part.TAG, False):
                lists.append(_marked("tags <> '[]'"))
            case Measured(Measure.RATING, negated=False) | Has(Part.RATING, False):
                lists.append(_marked("rating IS NOT NULL"))
            case Has(Part.NOTE, False):
                lists.append(_marked("note IS NOT NULL"))
            case _:
                pass
        tests.append(condition_sql(condition))
    for typed in query.terms:
        term = replace(typed, text=storable(typed.text))
        found, exact = _word_lists(db, term)
        if not term.negated:
            lists += found
        elif exact:
            excluded += found
        if not exact:
            matchers.append(TermMatcher.of(term))
    return Plan(tuple(lists), tuple(excluded), tuple(tests), tuple(matchers), since, until)


def candidates(
    db: sqlite3.Connection, plan: Plan, start: int, *, newest_first: bool
) -> Generator[tuple[int, bool]]:
    """Runs from this number on, each with whether it is found; those between are not.

    To be closed: only then may the transaction end.
    """
    index = _measures_index(db)
    test = " AND ".join(f"({test.text})" for test in plan.tests) or "1"
    values = [value for test in plan.tests for value in test.values]
    with ExitStack() as stack:

        def stream(listing: Listing) -> Stream:
            one = Stream(db, listing, start, newest_first=newest_first)
            return stack.enter_context(closing(one))

        excluded = [stream(listing) for listing in plan.excluded]
        if plan.lists:
            one_run = f"SELECT {test} FROM runs {index} WHERE runs.seq = ?"  # noqa: S608
            for seq, met in meetings([stream(listing) for listing in plan.lists]):
                holds = met and (not plan.tests or bool(next(rows(db, one_run, [*values, seq]))[0]))
                yield seq, holds and _passes(db, plan, excluded, seq)
            return
        bound, way = ("<=", "DESC") if newest_first else (">=", "ASC")
        every_run = (
            f"SELECT runs.seq, {test} FROM runs {index} "  # noqa: S608
            f"WHERE runs.seq {bound} ? ORDER BY runs.seq {way}"
        )
        tested = stack.enter_context(closing(rows(db, every_run, [*values, start])))
        for seq, holds in tested:
            yield seq, bool(holds) and _passes(db, plan, excluded, seq)


def _passes(db: sqlite3.Connection, plan: Plan, excluded: list[Stream], seq: int) -> bool:
    for stream in excluded:
        stream.go_to(seq)
        if stream.head == seq:
            return False
    return _has_texts(db, plan.matchers, seq)


def texts_of(db: sqlite3.Connection, seq: int) -> tuple[str | None, ...]:
    """All that a run has to be searched."""
    columns = "SELECT prompt, system, text, reasoning FROM runs WHERE seq = ?"
    return tuple(db.execute(columns, (seq,)).fetchone())


def _has_texts(db: sqlite3.Connection, matchers: tuple[TermMatcher, ...], seq: int) -> bool:
    if not matchers:
        return True
    texts = texts_of(db, seq)
    return all(one.is_in(texts) is not one.term.negated for one in matchers)


def _measures_index(db: sqlite3.Connection) -> str:
    """A history that could not be migrated, because it may only be read, has no such index."""
    name = "runs_measures"
    found = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return f"INDEXED BY {name}" if found else ""


def _marked(condition: str) -> Listing:
    return Listing((f"SELECT runs.seq FROM runs WHERE {condition}",), "runs.seq", ())  # noqa: S608


def equal(column: str, *values: str) -> Listing:
    """The runs with one of these values in an indexed column."""
    one = f"SELECT runs.seq FROM runs WHERE {column} = ?"  # noqa: S608
    return Listing((one,) * len(values), "runs.seq", tuple(map(storable, values)))


def _name_list(db: sqlite3.Connection, wanted: Named) -> Listing | None:
    """The runs that have the name; None where too many names must be looked at."""
    if wanted.name not in _LISTED_NAMES:
        return None
    column = NAMES[wanted.name]
    # SQLite uses the index of the few runs with templates for a question that says so.
    few = " AND runs.template IS NOT NULL" if wanted.name is Name.TEMPLATE else ""
    following = f"SELECT {column} FROM runs WHERE {column} > {{}}{few} ORDER BY {column} LIMIT 1"  # noqa: S608
    test = is_name("name", wanted)
    names = db.execute(
        "WITH RECURSIVE names (name) AS (SELECT '' UNION ALL "  # noqa: S608
        f"SELECT ({following.format('name')}) FROM names WHERE name IS NOT NULL "
        f"LIMIT {_MOST_DIFFERENT_NAMES}) "
        f"SELECT name, name IS NOT NULL AND {test.text} FROM names",
        test.values,
    ).fetchall()
    found = [name for name, is_wanted in names if is_wanted]
    if len(names) == _MOST_DIFFERENT_NAMES or len(found) > _MOST_NAMES:
        return None
    return equal(column, *found) if found else _marked("FALSE")


def _word_lists(db: sqlite3.Connection, term: Term) -> tuple[list[Listing], bool]:
    """The runs with the words of the term, and whether that is all the term asks."""
    words = index_words(term.text)
    if not words:
        return [], False
    *others, last = words
    lists = [_matching(f'"{word}"') for word in others]
    if not term.prefix:
        return [*lists, _matching(f'"{last}"')], not others
    beginning = fold_word(last)
    if len(beginning) in _INDEXED_PREFIXES:
        return [*lists, _matching(f'"{beginning}"*')], not others
    if len(beginning) < min(_INDEXED_PREFIXES):
        return lists, False
    if known := _words_beginning(db, beginning):
        either = _matching(" OR ".join(f'"{word}"' for word in known))
        return [*lists, replace(either, steps=STEPS * len(known))], not others
    # The shorter beginning finds more, and the texts tell.
    return [*lists, _matching(f'"{beginning[: max(_INDEXED_PREFIXES)]}"*')], False


def _matching(expression: str) -> Listing:
    return Listing(("SELECT rowid FROM runs_fts WHERE runs_fts MATCH ?",), "rowid", (expression,))


def _words_beginning(db: sqlite3.Connection, beginning: str) -> list[str]:
    """The words of the index that begin so; itself if there are none, none if there are many.

    SQLite would first put the runs of all these words together, and then give the newest.
    """
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab (main, runs_fts, instance)"
    )
    found: list[str] = []
    following = beginning
    sql = "SELECT term FROM temp.words WHERE term >= ? LIMIT 1"
    while row := db.execute(sql, (following,)).fetchone():
        word = row[0]
        if not word.startswith(beginning):
            break
        found.append(word)
        if len(found) > _MOST_WORDS:
            return []
        following = word + "\x01"  # asked for `term > word`, SQLite would read all its runs first
    return found or [beginning]
