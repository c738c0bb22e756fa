"""A checked roster becomes placements with their steps, in one transaction: who each row is about, then storing."""
