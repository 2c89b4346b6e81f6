"""A pack is read, written and read again without loss; a broken one lists every fault."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from toguna.core.errors import PackError
from toguna.country import check, packs, read_country, write_country
from toguna.country.packs import SHIPPED
from toguna.country.read import pack_hash


@pytest.fixture
def copy(tmp_path):
    """A copy of the made-up pack that a test may break."""
    return shutil.copytree(SHIPPED / "ouadji", tmp_path / "ouadji")


def edit(pack, table, change):
    """Change the text of a table in a pack."""
    path = pack / "tables" / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_written_pack_reads_back_equal(ouadji, tmp_path, form):
    """No value, type or row changes on the way to disk and back."""
    again = read_country(write_country(ouadji, tmp_path / "pack", form))
    assert again.profile == ouadji.profile
    for name, table in ouadji.tables.items():
        pd.testing.assert_frame_equal(pd.DataFrame(again.table(name)), pd.DataFrame(table), check_dtype=False)


def test_every_fault_is_in_one_list(copy):
    """Negative people, an unknown P-code, a swapped point, a bad date and a wrong number are found in one go."""
    edit(copy, "displacement", lambda text: text.replace(",8000,", ",-8000,", 1))
    edit(copy, "services", lambda text: text.replace("XO0201", "XO9999", 1))
    edit(copy, "places", lambda text: text.replace("1.0,10.5", "10.5,1.0", 1))
    edit(copy, "events", lambda text: text.replace("2012-01-17", "17/01/2012", 1))
    edit(copy, "governance", lambda text: text.replace("0.6,", "six tenths,", 1))
    faults = [str(fault) for fault in check(copy)]
    assert any(
        "displacement.csv, row 2, column people: the value is negative (found '-8000.0')" in one for one in faults
    )
    assert any("events.csv, row 2, column date_start" in one and "17/01/2012" in one for one in faults)
    assert any("governance.csv, row 2" in one and "six tenths" in one and "wrong type" in one for one in faults)


def test_faults_between_tables_name_row_and_remedy(copy):
    """P-codes nobody knows, swapped coordinates and unknown sources are found across tables."""
    edit(copy, "services", lambda text: text.replace("XO0201", "XO9999", 1))
    edit(copy, "places", lambda text: text.replace("1.0,10.5", "10.5,1.0", 1))
    edit(copy, "needs", lambda text: text.replace("made-up-needs", "hearsay", 1))
    edit(copy, "displacement", lambda text: text.replace("camp-nador", "camp-nowhere", 1))
    faults = [str(fault) for fault in check(copy)]
    assert len(faults) == 4
    assert any(
        "services.csv, row 2, column admin2_pcode: no area has this P-code (found 'XO9999')" in one for one in faults
    )
    assert any("longitude and latitude seem swapped (found '10.5, 1.0')" in one for one in faults)
    assert any("no such source (found 'hearsay')" in one for one in faults)
    assert any("no such place (found 'camp-nowhere')" in one for one in faults)


def test_duplicated_rows_and_ids_are_faults(copy):
    """A place id used twice and a count given twice are named."""
    edit(copy, "places", lambda text: text.replace("p02,", "p01,", 1))
    edit(copy, "displacement", lambda text: text + text.splitlines()[1] + "\n")
    faults = [str(fault) for fault in check(copy)]
    assert any("places.csv, row 3, column place_id: the identifier is used twice" in one for one in faults)
    assert any("the row is there twice" in one and "displacement.csv" in one for one in faults)


def test_a_pack_made_before_a_column_was_added(copy):
    """A pack of an earlier making lacks a column of today: the fault says what to add, or to build anew."""
    edit(copy, "events", lambda text: text.replace("admin1_name", "admin2_pcode_old", 1))
    faults = [str(fault) for fault in check(copy)]
    assert any("column admin1_name: the column is missing" in one and "build the pack again" in one for one in faults)


def test_reading_a_broken_pack_raises_with_all_faults(copy):
    """`read_country` refuses what `check` finds faulty, and carries the list."""
    edit(copy, "needs", lambda text: text.replace("phase1", "phase_one"))
    with pytest.raises(PackError) as caught:
        read_country(copy)
    assert {fault.column for fault in caught.value.faults} >= {"phase1", "phase_one"}


def test_unknown_pack_names_the_known_ones():
    """A misspelt pack is answered with the shipped ones."""
    with pytest.raises(PackError, match="mali, ouadji"):
        read_country("malli")


def test_pack_of_a_newer_schema_is_refused(copy):
    """A pack made for a later Toguna says so instead of failing somewhere."""
    path = copy / "country.yaml"
    path.write_text(path.read_text().replace("schema: 1", "schema: 99"))
    with pytest.raises(PackError, match=r"schema 99.*newer Toguna"):
        read_country(copy)


def test_unknown_setting_is_a_fault(copy):
    """A misspelt key of country.yaml is named, not ignored."""
    path = copy / "country.yaml"
    path.write_text(path.read_text() + "neighbors: [XNA]\n")
    with pytest.raises(PackError, match="neighbors"):
        read_country(copy)


def test_write_leaves_a_folder_that_is_no_pack_alone(ouadji, tmp_path):
    """Nobody's folder is replaced by a slip of the keyboard."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PackError, match="left alone"):
        write_country(ouadji, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_interrupted_write_leaves_the_old_pack_whole(copy, ouadji, monkeypatch):
    """A write that dies half-way changes nothing and leaves nothing behind."""
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    def die(name, frame, path):
        if name == "events":
            raise KeyboardInterrupt
        path.write_text("half")

    monkeypatch.setattr("toguna.country.write._write_table", die)
    with pytest.raises(KeyboardInterrupt):
        write_country(ouadji, copy, "csv")
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    assert [path.name for path in copy.parent.iterdir()] == ["ouadji"]


def test_a_write_broken_off_between_its_two_moves(copy, ouadji, monkeypatch):
    """Broken off when the old pack is moved aside and the new one not yet in place, the old one is put back."""
    before = pack_hash(copy)
    move = Path.replace

    def die(path, target):
        if path.name.startswith(".ouadji-"):
            raise KeyboardInterrupt
        return move(path, target)

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        write_country(ouadji, copy, "parquet")
    assert pack_hash(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["ouadji"]


def test_what_a_killed_write_left_aside_is_put_back(copy, ouadji):
    """A process killed at that moment puts nothing back; whoever asks for the pack next finds the old one."""
    before = pack_hash(copy)
    copy.rename(copy.with_name(".ouadji.old"))
    assert read_country(copy).pack_hash == before
    copy.rename(copy.with_name(".ouadji.old"))
    write_country(ouadji.seen_from("2012-06"), copy, "csv")
    assert [path.name for path in copy.parent.iterdir()] == ["ouadji"]
    assert pack_hash(copy) != before


def test_a_pack_half_removed_is_no_pack(copy):
    """What is left where the removal of an old pack was cut off is never taken for one."""
    aside = copy.rename(copy.with_name(".ouadji.old"))
    (aside / "country.yaml").unlink()
    with pytest.raises(PackError, match="no country pack"):
        read_country(copy)


def test_hidden_folders_are_no_packs(tmp_path, monkeypatch, copy):
    """What a killed write left beside the shipped packs is not listed among them."""
    shutil.copytree(copy, tmp_path / ".ouadji-x1y2z3")
    monkeypatch.setattr(packs, "SHIPPED", tmp_path)
    assert packs.pack_names() == ["ouadji"]


def test_what_is_kept_beside_the_tables_stays(copy, ouadji):
    """A catalogue of words in the pack's folder survives a rebuild of its tables."""
    (copy / "fr.po").write_text("words")
    write_country(ouadji, copy, "csv")
    assert (copy / "fr.po").read_text() == "words"
