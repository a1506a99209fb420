"""`dondoc letter read`: the real letter, and everything that is none."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

LETTER = Path(__file__).parents[1] / "fixtures" / "letter-seed.txt"


def test_read_as_json_has_every_key(dondoc):
    told = dondoc("letter", "read", LETTER, "--json")
    assert (told.code, told.err) == (0, "")
    letter = json.loads(told.out)
    assert letter["number"] is None
    assert letter["issued_on"] is None
    assert letter["symbol"] == "STTTT-TTBCXB"
    assert letter["place"] == "Yên Bái"
    assert letter["subject"].startswith("tuyên truyền kết quả thực hiện Chương trình")
    assert len(letter["addressees"]) == 5
    assert [task["number"] for task in letter["tasks"]] == [1, 2, 3, 4]
    assert {found["code"] for found in letter["references"]} == {"56-CTr/TU", "1068/CV-BTGTU"}
    assert letter["signatory"]["name"] == "Nguyễn Quốc Chiến"


def test_read_as_text_is_readable(dondoc):
    told = dondoc("letter", "read", LETTER)
    assert told.code == 0
    lines = told.out.splitlines()
    assert "Number:     (not found)" in lines
    assert "Issued on:  2023-01, the day is blank  [line 5, sure]" in lines
    assert "  - Trung tâm Điều hành thông minh tỉnh  [line 13, sure]" in lines
    assert sum(line.startswith(("  1. ", "  2. ", "  3. ", "  4. ")) for line in lines) == 4


def test_read_takes_every_form_and_says_where_each_part_stands(dondoc):
    told = dondoc("letter", "read", LETTER.parent / "letters" / "two-fonts.pdf", "--json")
    letter = json.loads(told.out)
    assert letter["superior"] == "ỦY BAN NHÂN DÂN TỈNH YÊN BÁI"
    assert letter["places"]["number"] == {
        "page": 1, "line": 5, "last_page": 1, "last_line": 5, "sureness": "sure",
    }  # fmt: skip
    (deadline,) = letter["deadlines"]["tasks.2"]
    assert (deadline["kind"], deadline["op"], deadline["day"]) == ("date", "before", "2023-01-18")
    assert deadline["late_from"] == "2023-01-18T10:00:00+00:00"
    assert deadline["quote"] == "trước ngày 18/01/2023"


def test_read_takes_standard_input(dondoc, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LETTER.read_bytes())))
    told = dondoc("letter", "read", "-", "--json")
    assert json.loads(told.out)["symbol"] == "STTTT-TTBCXB"


SECRET = "TỐI MẬT\nSố: 12/QĐ-UBND\nV/v kế hoạch năm\nKính gửi: Sở A\n1. Làm việc này.\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no words"),
        (b" \n\t \n", "has no words"),
        (b"\x7fELF\x02\x01\x01\x00" * 40, "not a text file"),
        (b"PK\x03\x04rest of a .docx", "The file ends in .txt, but its content is .zip"),
        (b"%PDF-1.7", "The file ends in .txt, but its content is .pdf"),
        ("Chào anh, chiều nay họp lúc mấy giờ?".encode(), "does not look like an official letter"),
        (SECRET.encode(), "secrecy mark"),
        (b"a" * (1024 * 1024 + 1), "larger than 1 MiB"),
    ],
)
def test_read_refuses_what_is_no_letter_in_one_sentence(dondoc, tmp_path, content, sentence):
    file = tmp_path / "letter.txt"
    file.write_bytes(content)
    told = dondoc("letter", "read", file, "--json")
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert told.err.startswith(f"dondoc: {file}: ")
    assert sentence in told.err


def test_read_names_a_missing_file_and_a_directory(dondoc, tmp_path):
    told = dondoc("letter", "read", tmp_path / "none.txt")
    assert (told.code, told.out) == (1, "")
    assert "none.txt: there is no such file" in told.err
    told = dondoc("letter", "read", tmp_path)
    assert (told.code, told.out) == (1, "")
    assert "this is a directory" in told.err
