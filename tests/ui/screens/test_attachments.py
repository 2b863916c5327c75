"""Images and documents in the prompt: attached, listed, sent, removed, brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_record
from tests.ui.driving import Driver, driving
from tui_lab.core.attachments import LARGEST_DOCUMENT, attachment_of, turn_of
from tui_lab.core.messages import DocumentPart, ImagePart, TextPart
from tui_lab.core.value_json import message_from_json, message_to_json
from tui_lab.ui.widgets.attachment_rows import AttachmentRow

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 2040


REASONS = {
    "song.mp3": "no PDF and no text",
    "missing.png": "cannot be read",
    "huge.txt": "larger than 32 MiB",
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some files, in which the program is started."""
    folder = tmp_path / "files"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "cat.png").write_bytes(PNG)
    (folder / "pictures" / "cathedral.png").write_bytes(PNG)
    (folder / "notes.txt").write_text("one\ntwo")
    (folder / "song.mp3").write_bytes(b"ID3\0\0")
    monkeypatch.chdir(folder)
    return folder


def rows(driver: Driver) -> list[str]:
    return [str(row.render()) for row in driver.screen.query(AttachmentRow)]


def wrong(driver: Driver) -> str:
    return str(driver.app.screen.query_one("#wrong").render())


async def attach(driver: Driver, word: str) -> None:
    await driver.press("f4")
    await driver.write(word)
    await driver.press("enter")
    await driver.until(lambda: driver.app.screen is driver.screen)
    await driver.pilot.pause()


async def test_a_path_is_completed_and_its_file_goes_with_the_prompt(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.write("What is this?")
        await driver.press("f4", *"pic")
        paths = driver.app.screen.query_one("#list")
        await driver.until(lambda: paths.option_count == 1)  # type: ignore[attr-defined]
        await driver.press("tab")
        await driver.until(lambda: paths.option_count == 2)  # type: ignore[attr-defined]
        await driver.press("down", "enter")
        await driver.until(lambda: driver.app.screen is driver.screen)
        await driver.until(lambda: rows(driver) == ["image       cat.png · image/png · 2 KiB"])
        assert "1 file" in str(driver.screen.prompt.border_subtitle)
        await driver.press("ctrl+j")
        await driver.until(lambda: driver.lanes)
        (record,) = await driver.finished()
        (sent,) = record.messages[0].attachments
        assert (sent.name, sent.media_type, sent.size) == ("cat.png", "image/png", len(PNG))


async def test_a_text_goes_with_the_prompt_and_a_url_is_what_its_row_says(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await driver.write("What is this?")
        await attach(driver, "notes.txt")
        await attach(driver, "https://example.org/paper")
        assert [row.split(" · ")[0] for row in rows(driver)] == [
            "document    notes.txt",
            "image       https://example.org/paper",
        ]
        driver.screen.query(AttachmentRow).last().focus()
        await driver.press("t")
        image, prompt, text = driver.screen.prompt.draft("default").messages[0].parts
        assert image == DocumentPart(url="https://example.org/paper", name="paper")
        assert prompt == TextPart("What is this?")
        assert isinstance(text, TextPart)
        assert "one\ntwo" in text.text


async def test_what_cannot_be_sent_is_told_at_once_and_nothing_is_attached(
    tmp_path: Path, files: Path
) -> None:
    with (files / "huge.txt").open("wb") as huge:
        huge.truncate(LARGEST_DOCUMENT + 1)
        huge.write(b"%PDF-1.7")
    async with driving(tmp_path) as driver:
        for path in ("song.mp3", "missing.png", "huge.txt"):
            await driver.press("f4")
            await driver.write(path)
            await driver.press("enter")
            await driver.until(lambda: wrong(driver))
            assert REASONS[path] in wrong(driver)
            await driver.press("escape")
        assert not rows(driver)


async def test_a_row_removes_what_it_shows(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await attach(driver, "notes.txt")
        await attach(driver, "pictures/cat.png")
        driver.screen.query(AttachmentRow).first().focus()
        await driver.pilot.pause()
        assert "d remove" in driver.footer
        await driver.press("d")
        await driver.until(lambda: len(rows(driver)) == 1)
        assert "cat.png" in rows(driver)[0]
        await driver.press("d")
        await driver.until(lambda: not rows(driver))
        assert driver.screen.prompt.attached.parts == ()


async def test_a_model_that_sees_nothing_is_named_before_the_run(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        driver.choose("sandbox/echo", "openai/gpt-3.5-turbo")
        await attach(driver, "pictures/cat.png")
        assert "openai/gpt-3.5-turbo reads no images" in rows(driver)[0]
        driver.choose("sandbox/echo")
        await driver.until(lambda: "reads no images" not in rows(driver)[0])


async def test_of_an_earlier_run_only_the_description_is_left_until_it_is_added_again(
    tmp_path: Path,
) -> None:
    turn = turn_of("Look", [attachment_of(PNG, "cat.png"), attachment_of(b"one", "notes.txt")])
    kept = message_from_json(message_to_json(turn))
    async with driving(tmp_path) as driver:
        driver.screen.restore(a_record(prompt=kept.text, messages=(kept,)))
        await driver.until(lambda: len(rows(driver)) == 2)
        await driver.pilot.pause()
        assert driver.screen.prompt.editor.text == "Look"
        assert "not at hand any more" in rows(driver)[0]
        assert "not at hand any more" not in rows(driver)[1]
        await driver.press("ctrl+j")
        assert "does not keep the bytes of cat.png" in driver.notices[0]
        assert not driver.lanes
        await driver.press("enter")
        await driver.write("pictures/cat.png")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.screen)
        sent = driver.screen.prompt.draft("default").messages[0]
        assert isinstance(sent.parts[0], ImagePart)
        assert sent.parts[0].data == PNG
        assert sent == turn


async def test_a_template_says_that_what_was_attached_is_left_out(tmp_path: Path) -> None:
    async with driving(tmp_path) as driver:
        await attach(driver, "notes.txt")
        assert rows(driver)
        await driver.press("ctrl+t", *"poem", "enter")
        await driver.until(lambda: driver.notices)
        assert "attached" in driver.notices[0]
        assert not rows(driver)
