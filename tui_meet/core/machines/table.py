"""A machine is a table: (state, move) to state. Everything not in the table is an illegal move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Generic, TypeVar

S = TypeVar("S", bound=Enum)
M = TypeVar("M", bound=Enum)


class IllegalMove(Exception):
    """The table has no such move from this state: a fault of the caller, never of the network."""

    def __init__(self, name: str, state: Enum, move: Enum) -> None:
        super().__init__(f"{name}: no move {move.name} in state {state.name}")
        self.state = state
        self.move = move


class Table(Generic[S, M]):
    """The moves of one machine. Documentation and tests are made from `rows`."""

    def __init__(self, name: str, moves: Mapping[tuple[S, M], S]) -> None:
        self.name = name
        self._moves = dict(moves)

    def allows(self, state: S, move: M) -> bool:
        """Whether the move is legal now."""
        return (state, move) in self._moves

    def after(self, state: S, move: M) -> S:
        """The state after a move. Raises `IllegalMove`."""
        try:
            return self._moves[state, move]
        except KeyError:
            raise IllegalMove(self.name, state, move) from None

    def rows(self) -> Iterator[tuple[S, M, S]]:
        """Every row: state, move, next state."""
        for (state, move), following in self._moves.items():
            yield state, move, following
