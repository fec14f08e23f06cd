"""The course of the demonstration, told as it goes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from interfaces.cli.api_client import ApiClient, Document
from interfaces.cli.demo_script import Script, script_for
from interfaces.cli.plain_text import mebibytes, one_line
from interfaces.cli.session_tree import session_tree, size_of

_ROWS = 10
_COLUMNS = 6
_EVENTS = 8
_CELL_CHARACTERS = 20


class StepWithoutEffect(Exception):
    """A step of the demonstration did not do what it is there to show."""


class Demonstration:
    """Leads one session from upload to export.

    `say` is told what is being waited for. Every step raises RequestRefused, TaskNotDone or
    StepWithoutEffect when it fails.
    """

    def __init__(self, client: ApiClient, console: Console, say: Callable[[str], None]) -> None:
        self._client = client
        self._console = console
        self._say = say

    def run(self, file: Path, export: Path) -> None:
        """Upload, messages, a rollback, a branch, an undo and an export; then what there is."""
        script = self._upload(file)
        for message in (*script.cleaning, script.rash):
            self._message(message)
        self._roll_back()
        self._message(script.better)
        self._message(script.regretted)
        self._message("undo that")
        self._export(export)
        self._show_tree(file.name)
        self._show_first_rows()
        self._show_events()

    def _upload(self, file: Path) -> Script:
        self._say(f"Reading {file.name}")
        self._client.upload(file)
        root = self._current()
        self._heading(f"upload {one_line(file.name)}")
        self._tell("node 0", size_of(root))
        return script_for(file, root["columns"])

    def _message(self, text: str) -> None:
        self._heading(f"“{text}”")
        self._say(f"Working on: {text}")
        before = self._client.get("")
        task = self._client.say(text)
        if task["node_id"] is None:
            raise StepWithoutEffect(f"“{text}” changed nothing. The answer was: {task['answer']}")
        after = before["version"]
        for entry in self._client.get("/history", after=after, limit=500)["items"]:
            self._tell_entry(entry)
        node = self._current()
        self._tell("result", f"node {node['number']} on {node['branch']}, {size_of(node)}")

    def _tell_entry(self, entry: Document) -> None:
        body = entry["body"]
        match entry["kind"]:
            case "plan":
                self._tell("plan", body["summary"])
            case "execution" if body["outcome"] == "ok":
                self._tell("ran", f"in a jail, {body['wall_seconds']:.2f} s")
            case "execution":
                self._tell("failed", body["detail"])
            case "answer":
                self._tell("answer", body["text"])

    def _roll_back(self) -> None:
        target = next(n for n in self._client.nodes() if n["node_id"] == self._parent())
        self._heading(f"rollback to node {target['number']}")
        self._client.roll_back(target["node_id"])
        self._tell("pointer", f"node {target['number']}, {size_of(self._current())}")

    def _parent(self) -> str:
        return str(self._current()["parent_id"])

    def _export(self, destination: Path) -> None:
        self._heading("export as CSV")
        self._client.export("csv", destination)
        size = mebibytes(destination.stat().st_size)
        self._tell("file", f"{destination.name}, {size_of(self._current())}, {size}")

    def _show_tree(self, title: str) -> None:
        self._console.print()
        self._console.rule("Session tree", align="left", style="dim")
        self._console.print(session_tree(self._client.nodes(), title))

    def _show_first_rows(self) -> None:
        """The first rows before and after, in the columns that changed there."""
        root, current = self._client.nodes()[0], self._current()
        before, after = self._rows(root), self._rows(current)
        changed = [name for name in after if before.get(name) != after[name]]
        shown = (changed or list(after))[:_COLUMNS]
        self._console.rule("The columns that changed, first rows", align="left", style="dim")
        for node, rows in ((root, before), (current, after)):
            table = Table(box=box.SIMPLE_HEAD, title=f"node {node['number']}")
            for name in shown:
                table.add_column(one_line(name, _CELL_CHARACTERS), overflow="fold")
            for cells in zip(*(rows.get(name, [""] * _ROWS) for name in shown), strict=False):
                table.add_row(*(_cell(value) for value in cells))
            self._console.print(table)

    def _rows(self, node: Document) -> Mapping[str, list[Any]]:
        """The node's first rows, column by column."""
        page = self._client.get(f"/nodes/{node['node_id']}/rows", limit=_ROWS)
        columns = enumerate(page["columns"])
        return {name: [row[index] for row in page["rows"]] for index, name in columns}

    def _show_events(self) -> None:
        events = self._client.events()
        table = Table(box=box.SIMPLE_HEAD)
        for header in ("version", "event", "by", "hash"):
            table.add_column(header, no_wrap=True)
        for event in events[-_EVENTS:]:
            actor = one_line(event["actor"], _CELL_CHARACTERS)
            table.add_row(str(event["version"]), event["type"], actor, event["hash"][:12])
        title = f"The last {_EVENTS} of {len(events)} events"
        self._console.rule(title, align="left", style="dim")
        self._console.print(table)

    def _current(self) -> Document:
        return self._client.get("/nodes/current")

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(f"> {text}", style="bold"))

    def _tell(self, label: str, text: str) -> None:
        said = Text.assemble((f"  {label:<8}", "dim"), one_line(text, 300))
        self._console.print(said, soft_wrap=True)


def _cell(value: object) -> Text:
    """A cell as it is: stray spaces are what is to be seen, so they are shown as dots."""
    if value is None:
        return Text("-", style="dim")
    text = str(value)
    padded = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    shown = "·" * padded[0] + one_line(text, _CELL_CHARACTERS) + "·" * padded[1]
    return Text(shown)
