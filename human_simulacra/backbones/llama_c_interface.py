"""llama.cpp's C interface, as far as scoring needs it, from the engine's extension module, which exports it.

Runs in the model's child process. Only pointers and numbers cross the interface, but for two structures of parameters whose
layout can change with the version. It is checked by the values that they come with and by what the context then says of itself.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int32, c_size_t, c_uint8, c_uint32, c_void_p
from importlib.metadata import version
from pathlib import Path
from typing import Any


class _ModelParams(ctypes.Structure):
    """Passed as it comes; at least as long as llama.cpp's own, which reads no further."""

    _fields_ = (("bytes", c_uint8 * 512),)


class _ContextParams(ctypes.Structure):
    """The fields that are set, at their places in the tested version."""

    _fields_ = (
        ("n_ctx", c_uint32), ("n_batch", c_uint32), ("n_ubatch", c_uint32), ("n_seq_max", c_uint32), ("n_rs_seq", c_uint32),
        ("n_outputs_max", c_uint32), ("n_outputs_max_per_seq", c_uint32), ("n_threads", c_int32), ("n_threads_batch", c_int32),
        ("unset", c_uint8 * 105), ("kv_unified", c_bool), ("rest", c_uint8 * 370),
    )  # fmt: skip


_DEFAULTS = (512, 2048, 512, 1, 0, 0, 1, 4, 4)  # of the fields before `unset`: another version may have others in their places


_FUNCTIONS: dict[str, tuple[Any, ...]] = {  # the result's type and those of the arguments
    "llama_model_default_params": (_ModelParams,),
    "llama_context_default_params": (_ContextParams,),
    "llama_model_load_from_file": (c_void_p, c_char_p, _ModelParams),
    "llama_init_from_model": (c_void_p, c_void_p, _ContextParams),
    "llama_n_ctx_seq": (c_uint32, c_void_p),
    "llama_n_seq_max": (c_uint32, c_void_p),
    "llama_n_threads": (c_int32, c_void_p),
    "llama_model_get_vocab": (c_void_p, c_void_p),
    "llama_vocab_n_tokens": (c_int32, c_void_p),
    "llama_tokenize": (c_int32, c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool),
    "llama_get_memory": (c_void_p, c_void_p),
    "llama_memory_seq_pos_max": (c_int32, c_void_p, c_int32),
    "llama_memory_clear": (None, c_void_p, c_bool),
    "llama_memory_seq_cp": (None, c_void_p, c_int32, c_int32, c_int32, c_int32),
    "llama_memory_seq_rm": (c_bool, c_void_p, c_int32, c_int32, c_int32),
    "llama_state_seq_load_file": (c_size_t, c_void_p, c_char_p, c_int32, POINTER(c_int32), c_size_t, POINTER(c_size_t)),
    "llama_batch_ext_init": (c_void_p, c_void_p),
    "llama_batch_ext_clear": (None, c_void_p),
    "llama_batch_ext_add_token": (c_int32, c_void_p, c_int32, c_int32),
    "llama_batch_ext_add_seq": (c_bool, c_void_p, c_int32, c_int32),
    "llama_batch_ext_set_pos": (c_bool, c_void_p, c_int32, POINTER(c_int32)),
    "llama_batch_ext_set_output_logits": (c_bool, c_void_p, c_int32, c_bool),
    "llama_process": (c_int32, c_void_p, c_int32, c_void_p),
    "llama_get_logits_ith": (POINTER(c_float), c_void_p, c_int32),
}


class LlamaError(Exception):
    """What llama.cpp cannot do, in one sentence."""


def load_interface(library: str) -> ctypes.CDLL:
    """Returns the functions of the engine's extension module; raises a LlamaError if it lacks one.

    Args:
        library: The module's file. The module has been imported.
    """
    loaded = ctypes.CDLL(library)
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(loaded, name, None)
        if function is None:
            raise _other_version()
        function.restype, function.argtypes = result, arguments
    return loaded


def open_context(c: ctypes.CDLL, model: Path, length: int, sequences: int, threads: int) -> tuple[int, int]:
    """Loads a model and makes a context whose sequences share one memory, in which what they have in common is kept once.

    Args:
        c: The interface.
        model: A GGUF file.
        length: Context length in tokens.
        sequences: Number of sequences.
        threads: Number of threads.

    Returns:
        Pointers to the context and to the vocabulary.

    Raises:
        LlamaError: If the engine is not of the tested version, or memory is too short.
    """
    params = c.llama_context_default_params()
    first = tuple(getattr(params, field[0]) for field in _ContextParams._fields_[: len(_DEFAULTS)])
    if first != _DEFAULTS or params.kv_unified:
        raise _other_version()
    params.n_ctx = params.n_batch = length
    params.n_seq_max, params.n_outputs_max_per_seq = sequences, 0
    params.n_threads = params.n_threads_batch = threads
    params.kv_unified = True
    loaded = c.llama_model_load_from_file(str(model).encode(), c.llama_model_default_params())
    context = loaded and c.llama_init_from_model(loaded, params)
    if not context:
        raise LlamaError(f"{model} cannot be loaded a second time, for scoring: memory is too short for weights and context")
    if (c.llama_n_seq_max(context), c.llama_n_threads(context)) != (sequences, threads) or c.llama_n_ctx_seq(context) < length:
        raise _other_version()
    return context, c.llama_model_get_vocab(loaded)


def _other_version() -> LlamaError:
    return LlamaError(
        f"xllamacpp {version('xllamacpp')} has another interface than the tested version, so that it cannot score texts: "
        "pip install -c constraints.txt xllamacpp"
    )
