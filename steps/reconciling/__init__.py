"""A system's own list against the newcomers: what it confirms, where it differs, whom it lacks.

`extract` reads a file, `expected` the newcomers whose step the list is about, `joining` finds who is who and `sorting`
puts them into kinds. Nothing here writes: `steps.services.reconciling` takes what a person has confirmed.
"""
