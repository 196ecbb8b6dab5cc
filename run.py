"""Evaluates human simulacra with OpenCompass: `python run.py configs/eval_human_simulacra.py`."""

import os
import sys

from human_simulacra.plugin.run_command import main

if __name__ == "__main__":
    status = main()
    if status == 130:
        # A normal exit would wait for every request under way; what is finished is already on disk.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
