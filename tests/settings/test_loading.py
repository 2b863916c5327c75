from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_lab.core.problem import Problem
from tui_lab.settings import Settings, Timeouts, load_settings

NOTHING: Mapping[str, str] = {}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(
    file: Path, text: str = "", environ: Mapping[str, str] = NOTHING
) -> tuple[Settings, tuple[Problem, ...]]:
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ)


def one_problem(
    file: Path, text: str = "", environ: Mapping[str, str] = NOTHING
) -> tuple[Settings, Problem]:
    loaded, problems = load(file, text, environ)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return loaded, problems[0]


def test_without_a_file_everything_is_at_its_default(file: Path) -> None:
    assert load_settings(file, {}) == (Settings(), ())
    assert Settings().timeouts == Timeouts(connect=5, first_event=300, idle=120, total=1800)
    assert Settings().ui.theme == "auto"
    assert Settings().default_model is None


def test_the_file_is_read(file: Path) -> None:
    text = """
    default_model = "openai/gpt-4o-mini"
    [timeouts]
    idle = 30
    [ui]
    theme = "lab-light"
    [workspaces.team]
    default_model = "ollama/qwen3"
    environment_keys = true
    """
    loaded, problems = load(file, text)
    assert problems == ()
    assert loaded.default_model == "openai/gpt-4o-mini"
    assert loaded.timeouts == Timeouts(idle=30)
    assert loaded.ui.theme == "lab-light"
    assert loaded.workspaces["team"].environment_keys is True


def test_the_environment_wins_over_the_file_value_by_value(file: Path) -> None:
    text = '[timeouts]\nidle = 30\nconnect = 7\n[providers.x]\nname = "X"\nbase_url = "http://a"\n'
    environ = {"TUI_LAB_TIMEOUTS__IDLE": "60", "TUI_LAB_PROVIDERS__X__BASE_URL": "http://b/"}
    loaded, problems = load(file, text, environ)
    assert problems == ()
    assert loaded.timeouts == Timeouts(connect=7, idle=60)
    assert (loaded.providers["x"].name, loaded.providers["x"].base_url) == ("X", "http://b")


def test_the_processes_own_environment_is_not_looked_at(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_LAB_DEFAULT_MODEL", "openai/gpt-4o")
    assert load(file)[0].default_model is None


def test_a_provider_can_come_from_the_environment_alone(file: Path) -> None:
    environ = {
        "TUI_LAB_PROVIDERS__MY_VLLM__DIALECT": "openai-chat",
        "TUI_LAB_PROVIDERS__MY_VLLM__BASE_URL": "http://localhost:8000/v1",
        "TUI_LAB_PROVIDERS__MY_VLLM__KEY_ENV": "VLLM_KEY, OTHER_KEY",
        "TUI_LAB_PROVIDERS__MY_VLLM__LOCAL": "true",
        "TUI_LAB_PROVIDERS__MY_VLLM__MODELS": "a,b/c",
        "TUI_LAB_PROVIDERS__MY_VLLM__HEADERS": '{"X-Team": "blue"}',
        "TUI_LAB_PROVIDERS__MY_VLLM__TIMEOUTS__IDLE": "9",
    }
    loaded, problems = load(file, "", environ)
    assert problems == ()
    provider = loaded.providers["my_vllm"]
    assert provider.dialect == "openai-chat"
    assert provider.base_url == "http://localhost:8000/v1"
    assert provider.key_env == ("VLLM_KEY", "OTHER_KEY")
    assert provider.local is True
    assert provider.models == ("a", "b/c")
    assert provider.headers == {"X-Team": "blue"}
    assert loaded.timeouts_of("my_vllm") == Timeouts(idle=9)


def test_key_variables_are_a_text_or_a_list(file: Path) -> None:
    loaded, problems = load(file, '[providers]\na = {key_env="A"}\nb = {key_env=["B", "C"]}\n')
    assert problems == ()
    assert loaded.providers["a"].key_env == ("A",)
    assert loaded.providers["b"].key_env == ("B", "C")


def test_a_blank_variable_counts_as_unset(file: Path) -> None:
    assert load(file, "", {"TUI_LAB_DEFAULT_MODEL": " "}) == (Settings(), ())


def test_variables_with_a_meaning_elsewhere_are_no_problem(file: Path) -> None:
    names = ["TUI_LAB_CONFIG_DIR", "TUI_LAB_DATA_DIR", "TUI_LAB_WORKSPACE", "TUI_LAB_TEST_DATA"]
    assert load(file, "", dict.fromkeys(names, "x")) == (Settings(), ())


def test_a_broken_file_is_shown_where_it_breaks_and_the_environment_still_counts(
    file: Path,
) -> None:
    text = 'default_model = "a/b"\n[timeouts]\nidle = \n'
    loaded, problem = one_problem(file, text, {"TUI_LAB_TIMEOUTS__TOTAL": "60"})
    assert loaded == Settings(timeouts=Timeouts(total=60))
    assert (problem.file, problem.line, problem.column) == (str(file), 3, 8)


def test_a_file_in_another_encoding_is_a_problem(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    assert len(load_settings(file, {})[1]) == 1


def test_a_directory_in_place_of_the_file_is_a_problem(tmp_path: Path) -> None:
    loaded, problems = load_settings(tmp_path, {})
    assert loaded == Settings()
    assert "directory" in problems[0].message


def test_one_bad_value_of_the_file_costs_only_itself(file: Path) -> None:
    text = '[timeouts]\nconnect = 7\nidle = "soon"\n'
    loaded, problem = one_problem(file, text)
    assert loaded.timeouts == Timeouts(connect=7)
    assert (problem.file, problem.line) == (str(file), 3)
    assert problem.message == "timeouts.idle is 'soon': it should be a number"


def test_one_bad_value_of_the_environment_costs_only_itself(file: Path) -> None:
    environ = {"TUI_LAB_TIMEOUTS__IDLE": "-3", "TUI_LAB_TIMEOUTS__CONNECT": "7"}
    loaded, problem = one_problem(file, "[timeouts]\nidle = 60\n", environ)
    assert loaded.timeouts == Timeouts(connect=7, idle=60)
    assert problem.file is None
    assert problem.message == "TUI_LAB_TIMEOUTS__IDLE is '-3': it should be greater than 0"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('default_model = "gpt-4o"', "default_model is 'gpt-4o': it should be provider/model"),
        ("[timeouts]\nidle = true", "timeouts.idle is true: it should be a number of seconds"),
        ("[timeouts]\nidle = inf", "timeouts.idle is inf: it should be a finite number"),
        ("[timeouts]\nidle = 0", "timeouts.idle is 0: it should be greater than 0"),
        ("timeouts = 5", "timeouts is 5: it should be a table"),
        ("[ui]\ntheme = 3", "ui.theme is 3: it should be text"),
        ('[providers.x]\nlocal = "perhaps"', "it should be true or false"),
        ('[providers.x]\nbase_url = "ftp://x"', "it should be a URL"),
        ('[providers.x]\nbase_url = "http://h:port"', "providers.x.base_url"),
        ('[providers.x]\nbase_url = "http://h/\\nv1"', "it should be a URL"),
        ('[providers.x]\ndialect = "openai"', "'openai-chat', 'openai-responses', 'anthropic'"),
        ('[providers.x]\nmodels = ["a", 3]', "providers.x.models is 3: it should be text"),
        ('[providers.x]\nheaders = {A = "a\\r\\nB: b"}', "one line of ASCII text"),
        ('[providers.My-Id]\nname = "x"', "providers.My-Id: a provider's id holds only"),
    ],
)
def test_a_bad_value_is_told_with_what_it_should_be(file: Path, text: str, said: str) -> None:
    _, problem = one_problem(file, text)
    assert said in problem.message
    assert problem.line == len(text.split("\n")) or "My-Id" in text
    assert "left out" in problem.hint


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('defalt_model = "a/b"', 1, "did you mean default_model?"),
        ("[timeouts]\nidel = 3", 2, "did you mean idle?"),
        ("[providers.x]\nbase_ulr = 'http://h'", 2, "did you mean base_url?"),
        ("[providers.x.timeouts]\nconect = 3", 2, "did you mean connect?"),
        ("[workspaces.w]\ndefault_modle = 'a/b'", 2, "did you mean default_model?"),
    ],
)
def test_an_unknown_key_is_reported_with_the_nearest(
    file: Path, text: str, line: int, hint: str
) -> None:
    loaded, problem = one_problem(file, text)
    assert (problem.line, problem.hint) == (line, hint)
    assert "means nothing here" in problem.message
    assert loaded.default_model is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TUI_LAB_DEFAULT_MODLE", "TUI_LAB_DEFAULT_MODEL"),
        ("TUI_LAB_DATADIR", "TUI_LAB_DATA_DIR"),
        ("TUI_LAB_TIMEOUTS__IDEL", "TUI_LAB_TIMEOUTS__IDLE"),
        ("TUI_LAB_PROVIDERS__X__BASEURL", "TUI_LAB_PROVIDERS__X__BASE_URL"),
    ],
)
def test_an_unknown_variable_is_reported_with_the_nearest(
    file: Path, name: str, meant: str
) -> None:
    _, problem = one_problem(file, "", {name: "x"})
    assert problem.message == f"{name} means nothing here"
    assert problem.hint == f"did you mean {meant}?"


KEY = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz"
PLAIN_KEY = "Zk3vQ9pLw2xT7nRb5mYc1dHf"


@pytest.mark.parametrize("key", [KEY, PLAIN_KEY])
@pytest.mark.parametrize(
    "text",
    [
        'default_model = "{}"',
        'timeouts.idle = "{}"',
        'timeouts = "{}"',
        '[providers.x]\nkey_env = "{}-x"',
        '[providers.x]\nbase_url = "https://me:{}@host/v1"',
        '[providers.x]\nheaders = {{A = "{}\\n"}}',
        '[providers.x]\napi_key = "{}"',
    ],
)
def test_a_key_in_the_wrong_place_is_never_repeated(file: Path, key: str, text: str) -> None:
    _, problem = one_problem(file, text.format(key))
    assert key not in str(problem)


def test_a_key_in_the_environment_is_never_repeated(file: Path) -> None:
    _, problem = one_problem(file, "", {"TUI_LAB_PROVIDERS__X__API_KEY": KEY})
    assert KEY not in str(problem)


def test_problems_come_in_the_order_of_the_file(file: Path) -> None:
    _, problems = load(file, "zeta = 1\n[ui]\ntheme = 3\n[timeouts]\nidle = 'x'\n")
    assert [problem.line for problem in problems] == [1, 3, 5]


def test_the_default_workspace_may_use_shared_keys_and_others_when_told(file: Path) -> None:
    loaded, _ = load(file, "[workspaces.open]\nenvironment_keys = true\n")
    assert loaded.environment_keys_of("default")
    assert loaded.environment_keys_of("open")
    assert not loaded.environment_keys_of("other")
    closed, _ = load(file, "[workspaces.default]\nenvironment_keys = false\n")
    assert not closed.environment_keys_of("default")


def test_a_workspace_has_its_own_default_model_else_the_general_one(file: Path) -> None:
    text = 'default_model = "a/general"\n[workspaces.team]\ndefault_model = "b/own"\n'
    loaded, _ = load(file, text)
    assert loaded.default_model_of("team") == "b/own"
    assert loaded.default_model_of("default") == "a/general"


NAMES = st.sampled_from(
    (
        "default_model timeouts idle providers x Y- headers key_env models base_url workspaces "
        "ui theme local nonsense"
    ).split()
)
ENVIRONMENTS = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=4).map(lambda path: "TUI_LAB_" + "__".join(path).upper()),
    st.sampled_from('3 -1 a/b true { {"idle":[]} [1] http://h a,b \0'.split()),
    max_size=5,
)
VALUES = st.sampled_from(
    (
        '3 -1.5 nan true "a/b" "http://[h" [] [1,{}] {} {x={}} 1979-05-27 '
        '{idle="x",X-y=3} 99999999999999999999999999999999999999'
    ).split()
)
DOCUMENTS = st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=4), VALUES), max_size=4).map(
    lambda lines: "".join(f"{'.'.join(path)} = {value}\n" for path, value in lines)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, ENVIRONMENTS)
def test_whatever_is_written_there_are_settings(
    file: Path, text: str, environ: dict[str, str]
) -> None:
    loaded, problems = load(file, text, environ)
    assert isinstance(loaded, Settings)
    assert all(str(problem) for problem in problems)
    assert load(file, "", {})[0] == Settings()  # the defaults have not been touched
