from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.toml_edit import with_key
from tui_lab.templates.own import OwnTemplates, TemplateSource, table_of, template_in

FILE = """\
# mine

# the first
[[template]]
id = "one"   # short
name = 'One'
category = "c"
prompt = "Hi {{who}}"
[template.variables.who]
default = "Ada"

# the second
[[template]]
id = "two"
name = "Two"
category = "c"
prompt = "Ho"
# the end
"""


def table(template_id: str, prompt: str = "New") -> str:
    fields = {"id": template_id, "name": "N", "category": "c", "prompt": prompt}
    return table_of(list(fields.items()))


def own_file(folder: Path, text: str | bytes = FILE) -> OwnTemplates:
    path = folder / "templates.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return OwnTemplates(path)


def source(own: OwnTemplates, template_id: str) -> TemplateSource:
    found = own.source(template_id)
    assert found is not None
    return found


def test_the_first_template_makes_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    own = OwnTemplates(tmp_path / "deep" / "templates.toml")
    template = own.save(table("new", "Line\nand line"))
    assert template.prompt == "Line\nand line"
    assert own.path.stat().st_mode & 0o777 == 0o600
    assert template_in(own.path.read_text(), "f") == template


def test_a_new_template_comes_last_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    own.save(table("new"))
    assert own.path.read_text() == f"{FILE}\n{table('new')}"


def test_an_edit_changes_its_table_alone(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    before = source(own, "one")
    own.save(with_key(before.text, "name", "Uno"), before)
    assert own.path.read_text() == FILE.replace("'One'", '"Uno"')


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    own = own_file(tmp_path, raw)
    before = source(own, "two")
    own.save(with_key(before.text, "prompt", "Hu"), before)
    assert own.path.read_bytes() == raw.replace(b'"Ho"', b'"Hu"')


@pytest.mark.parametrize("template_id", ["one", "two"])
def test_what_was_deleted_comes_back_byte_for_byte(tmp_path: Path, template_id: str) -> None:
    own = own_file(tmp_path)
    deleted = own.delete(template_id)
    assert own.source(template_id) is None
    assert "# mine" in own.path.read_text()
    own.restore(deleted)
    assert own.path.read_text() == FILE


def test_it_comes_back_to_its_place_when_others_were_changed_meanwhile(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    deleted = own.delete("one")
    own.save(table("new"))
    own.restore(deleted)
    text = own.path.read_text()
    assert text.index('"one"') < text.index('"two"') < text.index('"new"')
    assert own.source("one") == TemplateSource("one", deleted.table, own=True)


def test_a_broken_file_is_told_with_its_place_and_never_written(tmp_path: Path) -> None:
    own = own_file(tmp_path, FILE + "oh no\n")
    before = own.path.read_bytes()
    for change in (lambda: own.save(table("new")), lambda: own.delete("one")):
        with pytest.raises(LabError) as raised:
            change()
        assert raised.value.kind is ErrorKind.CONFIG
        assert f"{own.path}:19:" in raised.value.message
    assert own.path.read_bytes() == before


def test_an_edit_by_another_program_is_noticed(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    before = source(own, "one")
    own.path.write_text(FILE.replace("Hi", "Hello"))
    with pytest.raises(LabError, match="changed by another program"):
        own.save(with_key(before.text, "name", "Uno"), before)
    assert own.path.read_text() == FILE.replace("Hi", "Hello")


def test_an_edit_elsewhere_in_the_file_is_kept(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    before = source(own, "one")
    own.path.write_text("# more\n" + FILE.replace("Ho", "Hoho"))
    own.save(with_key(before.text, "name", "Uno"), before)
    expected = "# more\n" + FILE.replace("Ho", "Hoho").replace("'One'", '"Uno"')
    assert own.path.read_text() == expected


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    for instead in (None, source(own, "two")):
        with pytest.raises(LabError, match="already"):
            own.save(table("one"), instead)
    assert own.path.read_text() == FILE


def test_a_template_with_a_fault_is_refused_where_it_is(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    with pytest.raises(LabError, match=r"line 3, column 1: .*name is missing") as raised:
        own.save('[[template]]\nid = "x"\nname = ""\ncategory = "c"\nprompt = "p"\n')
    assert raised.value.kind is ErrorKind.USAGE
    assert own.path.read_text() == FILE


def test_a_template_that_cannot_be_used_can_be_mended(tmp_path: Path) -> None:
    own = own_file(tmp_path, FILE.replace("name = 'One'\n", ""))
    broken = source(own, "one")
    own.save(with_key(broken.text, "name", "One"), broken)
    assert template_in(source(own, "one").text, "f").name == "One"


@pytest.mark.skipif(os.geteuid() == 0, reason="no mode binds root")
def test_a_file_that_may_not_be_written_is_left_alone(tmp_path: Path) -> None:
    own = own_file(tmp_path)
    own.path.chmod(0o400)
    with pytest.raises(LabError) as raised:
        own.save(table("new"))
    assert raised.value.kind is ErrorKind.STORAGE
    assert own.path.read_text() == FILE
