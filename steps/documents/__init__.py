"""JSON documents in, JSON answers out: the resolver for other programs. Pure: imports no Django."""

from .answering import Answers

__all__ = ["Answers"]
