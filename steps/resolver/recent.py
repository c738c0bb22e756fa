"""A dictionary that forgets: it holds at most about so many answers, the ones asked for lately."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Two generations: when the young one is full it becomes the old one, and what was not asked for since goes.

    That keeps what is asked for often without any bookkeeping when it is found.
    """

    __slots__ = ("_half", "_old", "young")

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self.young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Answer what is kept under the key, or None."""
        value = self.young.get(key)
        if value is None:
            value = self._old.get(key)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: K, value: V) -> V:
        """Keep a value, and answer it."""
        if len(self.young) >= self._half:
            self._old, self.young = self.young, {}
        self.young[key] = value
        return value

    def __len__(self) -> int:
        return len(self.young) + len(self._old)
