"""Evaluates human simulacra with OpenCompass: `python run.py configs/eval_human_simulacra.py`."""

import sys

from human_simulacra.plugin.main import main

if __name__ == "__main__":
    sys.exit(main())
