"""Settings: who wins, where a value came from, and the sentence for a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_meet.config.load import ConfigError, Source, load
from tui_meet.config.schema import SETTINGS


@pytest.mark.parametrize(
    ("option", "variable", "in_file", "wanted", "source"),
    [
        ("opt", "var", "file", "opt", Source.OPTION),
        (None, "var", "file", "var", Source.VARIABLE),
        (None, None, "file", "file", Source.FILE),
        (None, None, None, "default", Source.DEFAULT),
        (None, "", "file", "", Source.VARIABLE),
    ],
)
def test_the_strongest_source_wins(
    tmp_path: Path, option: str | None, variable: str | None, in_file: str | None, wanted: str, source: Source
) -> None:
    file = tmp_path / "config.toml"
    if in_file is not None:
        file.write_text(f'# mine\nmic = "{in_file}"\n', encoding="utf-8")
    environment = {} if variable is None else {"TUI_MEET_MIC": variable}
    found = load({"mic": option}, environment, file)
    assert found.text("mic") == wanted
    assert found.origins["mic"].source is source
    if source is Source.FILE:
        assert found.origins["mic"].where == f"{file}, line 2"


@pytest.mark.parametrize(
    ("option", "variable", "in_file", "wanted"),
    [
        (False, "1", "true", False),
        (None, "no", "true", False),
        (None, "ON", "false", True),
        (None, None, "false", False),
        (None, None, None, True),
    ],
)
def test_a_switch(tmp_path: Path, option: bool | None, variable: str | None, in_file: str | None, wanted: bool) -> None:
    file = tmp_path / "config.toml"
    if in_file is not None:
        file.write_text(f"try_resume = {in_file}\n", encoding="utf-8")
    environment = {} if variable is None else {"TUI_MEET_TRY_RESUME": variable}
    assert load({"try_resume": option}, environment, file).switch("try_resume") is wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "Ada"\ntheem = "night"\n', "{file}, line 2: there is no setting “theem”; did you mean “theme”?"),
        ('[server]\nbind = "x"\n', "{file}, line 1: there is no setting “server”; there are name, mic, speaker,"),
        ("\n\ntheme = 3\n", "{file}, line 3: “theme” must be text in quotation marks."),
        ('try_resume = "yes"', "{file}, line 1: “try_resume” must be true or false."),
        ('pin = "1234"', "{file}, line 1: “pin” does not belong in a file; give it by TUI_MEET_PIN or when asked."),
        ('name = "Ada\n', "{file} is not valid TOML: "),
        (b"name = '\xff'", "{file} is not UTF-8 text"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load({}, {}, file)
    said = str(caught.value)
    assert said.startswith(sentence.format(file=file))
    assert "\n" not in said
    assert said.endswith(".") or said.endswith("?")
    assert "1234" not in said


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load({}, {}, tmp_path)


def test_a_wrong_variable_names_itself() -> None:
    with pytest.raises(ConfigError, match="TUI_MEET_TRY_RESUME must be 1 or 0, not “maybe”"):
        load({}, {"TUI_MEET_TRY_RESUME": "maybe"}, Path("/nonexistent/config.toml"))


def test_secrets_are_not_in_the_repr() -> None:
    found = load({"pin": "4711"}, {}, Path("/nonexistent/config.toml"))
    assert found.text("pin") == "4711"
    assert "4711" not in repr(found)


def test_names_flags_and_variables_are_distinct() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    assert len({setting.flag for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.variable.startswith("TUI_MEET_") for setting in SETTINGS)
    assert all(bool(setting.metavar) is not setting.is_switch for setting in SETTINGS)
