"""Images, documents and long prompts on the command line."""

from __future__ import annotations

from decimal import Decimal

from tests.cli.program import ECHO, Program

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def test_attachments_are_sent_and_their_marks_recorded(program: Program) -> None:
    picture, notes = program.home / "cat.png", program.home / "notes.txt"
    picture.write_bytes(PNG)
    notes.write_text("Some notes.\n")
    words = (
        "--image",
        "cat.png",
        "--image",
        "https://example.org/b.gif",
        "--document",
        "notes.txt",
    )
    record = program("run", "Look", *ECHO, *words, "--json").json
    assert [(one["kind"], one["name"], one["bytes"]) for one in record["attachments"]] == [
        ("image", "cat.png", 16),
        ("image", "b.gif", None),
    ]
    assert record["attachments"][0]["media_type"] == "image/png"
    assert [part["type"] for part in record["messages"][0]["parts"]] == [
        "image",
        "image",
        "text",
        "text",
    ]
    assert "Some notes." in record["prompt"]
    shown = program.last()
    assert shown["attachments"] == record["attachments"]


def test_what_is_no_image_is_refused(program: Program) -> None:
    (program.home / "notes.txt").write_text("text")
    done = program("run", "Look", *ECHO, "--image", "notes.txt")
    assert done.code == 2
    assert "notes.txt is no png" in done.errors
    assert "--document" in done.errors


def test_a_model_that_reads_no_images_is_not_asked(program: Program) -> None:
    (program.home / "cat.png").write_bytes(PNG)
    keyed = program.with_environ(OPENAI_API_KEY="sk-none-0123456789")
    record = keyed("run", "Look", "-m", "openai/gpt-4", "--image", "cat.png", "--json").json
    assert (record["status"], record["attempts"]) == ("blocked", [])
    assert record["error"]["message"] == "gpt-4 reads no images"


def test_a_prompt_longer_than_the_window_is_not_sent_unless_cut(program: Program) -> None:
    keyed = program.with_environ(
        OPENAI_API_KEY="sk-none-0123456789",
        TUI_LAB_PROVIDERS__OPENAI__BASE_URL="http://127.0.0.1:9",
    )
    prompt = ("BEGIN " + "word " * 20_000 + "END").encode()
    done = keyed("run", "-m", "openai/gpt-4", "--json", given=prompt)
    assert done.code == 1
    assert (done.json["status"], done.json["error"]["kind"]) == ("blocked", "context_overflow")
    assert "8,192" in done.json["error"]["message"]
    seen = keyed("run", "-m", "openai/gpt-4", "--truncate", "--dry-run", given=prompt)
    assert seen.code == 0
    sent = seen.json["body"]["messages"][0]["content"]
    assert sent.startswith("BEGIN")
    assert sent.endswith("END")
    assert "tokens left out" in sent
    assert "left out" in seen.json["note"]
    assert Decimal(seen.json["estimated_cost"]["likely"]) < Decimal("0.3")  # whole: over $0.60


def test_a_dry_run_tells_what_the_model_does_not_take(program: Program) -> None:
    seen = program("run", "hi", "-m", "openai/gpt-5.6-terra", "-o", "temperature=0.2", "--dry-run")
    assert "temperature" not in seen.json["body"]
    assert [one["name"] for one in seen.json["dropped_parameters"]] == ["temperature"]
