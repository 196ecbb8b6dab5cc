"""The pages of `docs/reference/`, each made from the code that it describes; `tools/write_reference.py` writes them."""
