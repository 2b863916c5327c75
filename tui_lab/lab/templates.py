"""The templates as a face sees them: the library, the person's own, and what runs made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tui_lab import resources
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import RunRecord
from tui_lab.core.template_versions import TemplateVersion
from tui_lab.core.toml_edit import with_key
from tui_lab.engine.thread import LoopThread
from tui_lab.store.store import Store
from tui_lab.store.template_runs import Content, Versions
from tui_lab.templates.library import load_templates
from tui_lab.templates.own import DeletedTemplate, OwnTemplates, TemplateSource, template_in
from tui_lab.templates.template import Library, Template


class LabTemplates:
    """A version stands for a content: the number rises by itself when the content is another.

    A content gets its number for good when a run is made from it; until then the number is the one
    that it would get.
    """

    def __init__(
        self, own: Path, store: Store, thread: LoopThread, workspace: Callable[[], str]
    ) -> None:
        self._packaged = resources.templates_file()
        self._own = OwnTemplates(own)
        self._store = store
        self._thread = thread
        self._workspace = workspace
        self._versions: Versions = {}
        self._seen: dict[tuple[str, int], Template] = {}
        self.library: Library
        self.read()

    def read(self) -> None:
        """Reads the templates as their files are now."""
        found = load_templates([self._packaged, self._own.path])
        numbered = tuple(replace(one, version=self._version(one)) for one in found.templates)
        self._seen |= {(one.id, one.version): one for one in numbered}
        self.library = replace(found, templates=numbered)

    async def load_versions(self) -> None:
        """To be awaited on the engine's thread: what the history knows of versions."""
        with suppress(LabError):  # a history that cannot be read is told elsewhere
            self._versions = await self._store.known_versions()
        self.read()

    async def numbered(self, draft: Draft) -> Draft:
        """The draft with the number for good of its template's version, its content being kept.

        To be awaited on the engine's thread.
        """
        use = draft.template
        template = self._seen.get((use.id, use.version)) if use is not None else None
        if use is None or template is None:
            return draft
        content = Content(template.id, template.content, template.digest)
        with suppress(LabError):  # where it cannot be recorded, the run will say so
            version = await self._store.number_template(content, template.version)
            known = {**self._versions.get(template.id, {}), template.digest: version}
            self._versions = {**self._versions, template.id: known}
            self._seen[template.id, version] = replace(template, version=version)
            return replace(draft, template=replace(use, version=version))
        return draft

    def is_own(self, template: Template) -> bool:
        return template.file == str(self._own.path)

    # Changes: each raises `LabError` like those of `OwnTemplates`

    def source(self, template_id: str) -> TemplateSource:
        """The table of a template: the person's own, else the one that comes with tui-lab.

        Raises `LabError`: `usage` where there is none, `config` where the own file is broken.
        """
        if (found := self._own.source(template_id)) is not None:
            return found
        self.library.get(template_id)
        packaged = OwnTemplates(self._packaged).source(template_id)
        assert packaged is not None
        return replace(packaged, own=False)

    def copy(self, template_id: str, new_id: str) -> str:
        """The table of a template under another id, its versions beginning anew.

        Raises `LabError` like `source`.
        """
        table = with_key(self.source(template_id).text, "id", new_id)
        return with_key(table, "version", 1)

    def save(self, table: str, instead_of: TemplateSource | None = None) -> Template:
        """Writes a table into the person's file, under a new version where its content is new."""
        new = template_in(table, str(self._own.path))
        old = self.library.find(new.id)
        if old is not None and old.digest != new.digest and new.version <= old.version:
            table = with_key(table, "version", old.version + 1)
        self._own.save(table, instead_of)
        self.read()
        return self.library.get(new.id)

    def check_deletable(self, template_id: str) -> None:
        """Raises `LabError` of kind `usage` for a template that comes with tui-lab, or is none."""
        if not self.source(template_id).own:
            raise LabError(
                ErrorKind.USAGE,
                f"{template_id!r} comes with tui-lab and cannot be deleted",
                "one of your own with its id takes its place",
            )

    def delete(self, template_id: str) -> DeletedTemplate:
        self.check_deletable(template_id)
        deleted = self._own.delete(template_id)
        self.read()
        return deleted

    def restore(self, deleted: DeletedTemplate) -> None:
        self._own.restore(deleted)
        self.read()

    # What runs made of them

    def versions(self, template_id: str) -> Future[tuple[TemplateVersion, ...]]:
        """Every version that runs were made from, and how they did, the newest first."""
        return self._thread.call(self._store.template_versions(template_id))

    def last_variables(self, template_id: str) -> Future[Mapping[str, str] | None]:
        """The values with which the workspace has last used a template; None if it never has."""
        return self._thread.call(self._store.last_variables(template_id, self._workspace()))

    def answered_runs(self, template_id: str, tag: str) -> Future[tuple[RunRecord, ...]]:
        """The workspace's answered runs of a template with this tag, newest first, brief."""
        return self._thread.call(self._store.answered_runs(template_id, tag, self._workspace()))

    def _version(self, template: Template) -> int:
        known = self._versions.get(template.id, {})
        if (version := known.get(template.digest)) is not None:
            return version
        return max([template.version, *(number + 1 for number in known.values())])
