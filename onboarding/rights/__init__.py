"""People's rights: a copy of what is held (`exporting`), erasing (`erasing`), and the clock that does it (`keeping`).

Each room says in `register` which of its tables hold something about a newcomer; a test finds those nobody named.
"""
