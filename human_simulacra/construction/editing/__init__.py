"""Changing a character that exists: what depends on the change is updated or listed, and every change can be undone."""

from human_simulacra.construction.editing.edit_application import Edited, edit, resume_edit
from human_simulacra.construction.editing.edit_history import History
from human_simulacra.construction.editing.edit_request import Request, read_request

__all__ = ["Edited", "History", "Request", "edit", "read_request", "resume_edit"]
