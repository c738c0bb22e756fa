from steps.picture.drawing import Drawing, drawing
from steps.picture.items import Entry, Item, Listing, Strip, listing, strip, strip_of

__all__ = ["Drawing", "Entry", "Item", "Listing", "Strip", "drawing", "listing", "strip", "strip_of"]
