from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.toml_edit import array_tables, toml_value, with_key

DOCUMENT = """\
# of the file

# of one
[[item]]
id = "one"  # beside it
text = '''
[[item]]
'''
  [item.sub]
  deep = [
    1, # inside
  ]
# after one

[other]
id = "no item"

[[ item ]]
id = "two"
"""

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40) | st.text(
    alphabet=st.sampled_from("\"'\\\n\t\r\x00\x7fa"), max_size=20
)


def test_a_table_goes_from_the_comment_on_top_of_it_to_its_last_value() -> None:
    one, two = (DOCUMENT[span.start : span.end] for span in array_tables(DOCUMENT, "item"))
    assert one.startswith("# of one\n[[item]]\n")
    assert one.endswith("  ]\n")
    assert two == '[[ item ]]\nid = "two"\n'


def test_another_value_takes_the_place_of_a_key_and_of_nothing_else() -> None:
    span = array_tables(DOCUMENT, "item")[0]
    table = DOCUMENT[span.start : span.end]
    assert with_key(table, "text", "new") == table.replace("'''\n[[item]]\n'''", '"new"')


def test_a_key_that_is_missing_comes_before_the_sub_tables() -> None:
    table = '[[item]]\nid = "one"\n\n[item.sub]\nid = "two"\n'
    changed = with_key(table, "size", 2)
    assert changed == '[[item]]\nid = "one"\nsize = 2\n\n[item.sub]\nid = "two"\n'


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert tomllib.loads(f"a = {toml_value(text)}") == {"a": text}
    assert tomllib.loads(f"a = {toml_value([text, text])}") == {"a": [text, text]}


@given(TEXTS)
def test_a_text_in_a_table_leaves_the_other_keys(text: str) -> None:
    changed = with_key('[[item]]\nid = "one"\nsize = 1\n', "id", text)
    assert tomllib.loads(changed) == {"item": [{"id": text, "size": 1}]}
