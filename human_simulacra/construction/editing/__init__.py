"""Editing of a character: dependent files are updated, affected texts are listed, and every change can be undone."""

from human_simulacra.construction.editing.edit_application import EditResult, apply_edit
from human_simulacra.construction.editing.edit_history import EditHistory
from human_simulacra.construction.editing.profile_edit import EditRequest, parse_request

__all__ = ["EditHistory", "EditRequest", "EditResult", "apply_edit", "parse_request"]
