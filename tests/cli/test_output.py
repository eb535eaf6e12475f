"""What a table shows is what the data holds."""

from __future__ import annotations

import pytest

from cli.output import print_table


def test_cells_are_shown_as_they_are_and_never_read_as_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cells = ["[red]促销[/red]", "a:x:b", "[link=file:///]", "[/]"]
    print_table("", ("cell",), [[cell] for cell in cells])
    shown = capsys.readouterr().out
    assert all(cell in shown for cell in cells)
