"""Changing a character that exists: what depends on the change is updated or listed, and every change can be undone."""

from human_simulacra.construction.editing.changing import Edited, edit, resume_edit
from human_simulacra.construction.editing.history import History
from human_simulacra.construction.editing.requests import Request, read_request

__all__ = ["Edited", "History", "Request", "edit", "read_request", "resume_edit"]
