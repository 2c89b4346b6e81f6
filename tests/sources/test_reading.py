"""Delimited text is read to the last row: encodings, archives, lost quotation marks, rows that are there twice."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, once, read_delimited

FIELDS = (Field("name", aliases=("town",)), Field("people", "number", low=0), Field("note", required=False, empty=True))


def read(folder: Path, data: bytes | str, name: str = "towns.csv") -> Reading:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_delimited(path, FIELDS, what="towns, one row a town")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(tmp_path: Path, encoding: str, end: str) -> None:
    """UTF-8 with or without a mark, Windows-1252, and any end of line give the same names on the same lines."""
    reading = read(tmp_path, end.join(["name,people", "Ségou,1", "", "Gao,2", ""]).encode(encoding))
    assert reading.rows["name"].to_dict() == {2: "Ségou", 4: "Gao"}
    assert (reading.total, reading.refused) == (2, ())


def test_one_bad_byte_spoils_one_row(tmp_path: Path) -> None:
    """A file in UTF-8 with a byte that is none keeps its other accents; only the row with the byte is refused."""
    data = "name,people\nSégou,1\nKayes,2\nMénaka,3\n".encode().replace(b"Kayes", b"Ka\xe9es")
    reading = read(tmp_path, data)
    assert reading.rows["name"].to_dict() == {2: "Ségou", 4: "Ménaka"}
    assert [(fault.row, fault.column, fault.problem) for fault in reading.refused] == [
        (3, "name", "a letter cannot be read")
    ]
    cut = read(tmp_path, "name,people\nSégou,1\nMénaka,2\nKoré,3".encode().removesuffix(b"\xa9,3"))
    assert (cut.rows["name"].to_list(), [fault.row for fault in cut.refused]) == (["Ségou", "Ménaka"], [4])


def test_a_letter_windows_does_not_have(tmp_path: Path) -> None:
    """In Windows-1252 a byte that stands for nothing refuses its row instead of leaving a mark in the name."""
    reading = read(tmp_path, b"name,people\nS\xe9gou,1\nK\x81yes,2\n")
    assert reading.rows["name"].to_list() == ["Ségou"]
    assert [fault.row for fault in reading.refused] == [3]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "towns.csv is empty"),
        (b" \n\n", "towns.csv is empty"),
        ("name,people\nGao,1\n".encode("utf-16"), "UTF-16 text"),
        ("name,people\nGao,1\n".encode("utf-16-le"), "is not text"),
        (b"PK\x03\x04...", "Excel workbook"),
        (b"name,people\n", "has a header but no rows"),
        (b"place,folk\nGao,1\n", "lacks the columns town or name; people. Found: place, folk."),
    ],
)
def test_no_such_file(tmp_path: Path, data: bytes, said: str) -> None:
    """What is no table of towns is refused in one sentence that names the file and the cure."""
    with pytest.raises(DataError, match="towns") as caught:
        read(tmp_path, data)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_quotation_mark_lost_in_the_header(tmp_path: Path) -> None:
    """A header that has swallowed the file is not shown whole."""
    with pytest.raises(DataError) as caught:
        read(tmp_path, '"name,people\n' + "Gao,1\n" * 5_000)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


def test_a_quotation_mark_lost_in_a_row(tmp_path: Path) -> None:
    """Rows that a lost quotation mark has swallowed are said; a note of several lines does no harm."""
    text = 'name,people,note\nGao,1,"two lines,\nsecond"\nKidal,2,"lost\nBourem,3,x\nAnsongo,4,x\n'
    reading = read(tmp_path, text)
    assert reading.rows["name"].to_list() == ["Gao"]
    assert [(fault.row, fault.problem) for fault in reading.refused] == [(4, "a cell has swallowed the rows after it")]


def test_rows_of_another_width(tmp_path: Path) -> None:
    """Rows with more or fewer cells than the header are refused whole, with what was found."""
    reading = read(tmp_path, "name,people\nGao,1\nKidal\nBourem,3,4\n")
    assert [(fault.row, fault.value, fault.problem) for fault in reading.refused] == [
        (3, "Kidal", "the row has 1 cells where the header has 2"),
        (4, "Bourem,3,4", "the row has 3 cells where the header has 2"),
    ]


def test_hashtags_below_the_header_are_no_row(tmp_path: Path) -> None:
    """Tags of the humanitarian exchange language are skipped in the first row, and only there."""
    reading = read(tmp_path, "town,people\n#loc+name,#population\nGao,1\n#loc,#x\n")
    assert (reading.total, reading.rows["name"].to_list()) == (2, ["Gao"])
    assert [fault.row for fault in reading.refused] == [4]


def test_archives(tmp_path: Path) -> None:
    """The only table in an archive is read; two tables, an encrypted one and a damaged archive are refused."""
    path = tmp_path / "towns.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/towns.csv", "name,people\nGao,1\n")
        archive.writestr("readme.txt", "read me")
    whole = path.read_bytes()
    assert read(tmp_path, whole, "towns.zip").rows["name"].to_list() == ["Gao"]
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    packed = bytearray(whole)
    packed[8] = packed[whole.index(b"PK\x01\x02") + 10] = 97
    for data in (bytes(locked), bytes(packed), whole[:40], b"no archive"):
        with pytest.raises(DataError, match=r"towns\.zip is a damaged archive"):
            read(tmp_path, data, "towns.zip")
    with pytest.raises(DataError, match=r"towns\.csv\.gz is a damaged archive"):
        read(tmp_path, b"\x1f\x8b nothing", "towns.csv.gz")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("towns.csv", "name,people\nGao,1\n")
        archive.writestr("more.csv", "name,people\nGao,1\n")
    with pytest.raises(DataError, match="holds 2 CSV files"):
        read_delimited(path, FIELDS, what="towns")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """What cannot be opened at all is a sentence too."""
    with pytest.raises(DataError, match="cannot be opened"):
        read_delimited(tmp_path, FIELDS, what="towns")


def test_once(tmp_path: Path) -> None:
    """The first row of a key stays, the others are refused with their lines, and no row is lost on the way."""
    reading = read(tmp_path, "name,people\nGao,1\nGao,2\nKidal,x\nGao,1\n")
    single = once(reading, ["name", "people"])
    assert single.rows["people"].to_dict() == {2: 1.0, 3: 2.0}
    assert [(fault.row, fault.column, fault.value) for fault in single.refused] == [
        (4, "people", "x"),
        (5, "name, people", "Gao, 1.0"),
    ]


def test_a_reading_that_lost_a_row(tmp_path: Path) -> None:
    """A reading whose rows and refusals do not add up cannot even be made."""
    reading = read(tmp_path, "name,people\nGao,1\n")
    with pytest.raises(DataError, match="1 rows were neither read nor refused"):
        Reading("towns.csv", reading.rows.iloc[:0], (), 1)
