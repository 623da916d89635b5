"""The state machines as a page of the manual: a diagram and two tables each."""

from __future__ import annotations

from collections.abc import Iterator

from firebreak.terms.machines import Machine, Move, State, all_machines
from firebreak.terms.offices import OFFICES, Office

_TITLES = {"case": "Case 病例", "order": "Order 指令", "task": "Task: one person on orders 排查任务"}


def machines_page() -> str:
    """The page, in Markdown. Generated from ``terms/machines/*.toml``."""
    lines = [
        "# State machines of the case desk and of orders",
        "",
        "Generated from `terms/machines/*.toml` (`make docs`). Every state has somebody whose turn it is, a way out",
        "unless it is an end, and a clock unless nothing is owed any more.",
    ]
    for one in all_machines():
        lines += ["", *_of(one)]
    return "\n".join(lines) + "\n"


def _of(one: Machine) -> Iterator[str]:
    until = f" to {one.valid_to}" if one.valid_to else ""
    yield f"## {_TITLES[one.id]} · `{one.cite}`, from {one.valid_from}{until}"
    yield ""
    yield f"Source: {one.source}"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for move in one.moves:
        yield from (f"    {source} --> {move.target}: {move.key}" for source in move.sources)
    yield from (f"    {state.key} --> [*]" for state in one.states if state.end)
    yield "```"
    yield ""
    yield "| state | 状态 | whose turn | clock | 时钟 |"
    yield "|---|---|---|---|---|"
    yield from (_state(state) for state in one.states)
    yield ""
    yield "| move | 操作 | from | to | who may | a channel suffices |"
    yield "|---|---|---|---|---|---|"
    yield from (_move(move) for move in one.moves)


def _state(state: State) -> str:
    turn = ", ".join(OFFICES[office].en for office in state.owner)
    return f"| `{state.key}` {state.en} | {state.zh} | {turn} | {state.clock_en} | {state.clock_zh} |"


def _move(move: Move) -> str:
    sources = ", ".join(f"`{source}`" for source in move.sources)
    who = ", ".join(OFFICES[office].en for office in Office if office in move.offices)
    told = "yes" if move.channels else "–"
    return f"| `{move.key}` {move.en} | {move.zh} | {sources} | `{move.target}` | {who} | {told} |"
