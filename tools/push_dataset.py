"""Prepares the dataset as a repository of the Hugging Face Hub: `python tools/push_dataset.py OUT_DIR [--repo NAME --upload]`.

Writes the card, Parquet files and `croissant.json` into OUT_DIR and checks them without a network. Nothing is uploaded
without `--upload`, which takes your own token from HF_TOKEN or `hf auth login`.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import datasets

from human_simulacra.describing.hub_repository import prepare_repository
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.redacted_output import redacted_output
from human_simulacra.secret_redaction import add_secret, redact

EXAMPLE = "USER/human_simulacra"


@redacted_output
def main() -> int:
    """Prepares the repository, and uploads it if asked; returns 0, or 2 for a user error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="the folder to write: new, empty, or written by this tool")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (default: the dataset package)")
    parser.add_argument("--repo", metavar="NAME", help=f"the repository, such as {EXAMPLE}")
    parser.add_argument("--upload", action="store_true", help="upload the folder to --repo, after asking")
    parser.add_argument("--private", action="store_true", help="make a new repository private")
    parser.add_argument("--yes", action="store_true", help="upload without asking")
    arguments = parser.parse_args()
    try:
        token = _check_upload(arguments.repo, arguments.yes) if arguments.upload else ""
        datasets.disable_progress_bars()
        for line in prepare_repository(Library(arguments.data).path, arguments.out, arguments.repo or EXAMPLE):
            print(line)
        print(f"{arguments.out} is ready: load_dataset('{arguments.out}', 'stories', split='train')")
        if token:
            print(_upload(arguments.out, arguments.repo, arguments.private, arguments.yes, token))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _check_upload(repo: str | None, agreed: bool) -> str:
    """Returns the user's token; raises a UserError if something that an upload needs is missing."""
    from huggingface_hub import get_token

    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repo or ""):
        raise UserError(f"--upload needs the name of the repository with its owner: --repo {EXAMPLE}")
    if not agreed and not sys.stdin.isatty():
        raise UserError("--upload asks before it uploads, and there is no terminal: add --yes")
    token = get_token()
    if not token:
        raise UserError("there is no token of the Hugging Face Hub: set HF_TOKEN, or run `hf auth login`")
    add_secret(token)
    return token


def _upload(folder: Path, repo: str, private: bool, agreed: bool, token: str) -> str:
    """Uploads the folder and returns where it is.

    Raises:
        UserError: If you decline, or the Hub refuses.
    """
    from httpx import HTTPError
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
    from requests import RequestException

    api = HfApi(token=token)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    if not agreed:
        question = f"upload {len(files)} files ({size:.1f} MB) to {api.endpoint}/datasets/{repo}? [y/N] "
        if input(question).strip().lower() not in ("y", "yes"):
            raise UserError("nothing was uploaded")
    try:
        api.create_repo(repo, repo_type="dataset", private=private or None, exist_ok=True)
        api.upload_folder(repo_id=repo, repo_type="dataset", folder_path=folder, commit_message="Upload the dataset")
    except OfflineModeIsEnabled:
        raise UserError("HF_HUB_OFFLINE is set, so nothing was uploaded: unset it") from None
    except (HfHubHTTPError, RequestException, HTTPError, ValueError, OSError) as error:
        lines = redact(error).strip().splitlines()
        reason = lines[0] if lines else type(error).__name__
        raise UserError(f"the Hub refused the upload ({reason}): check the token's right to write to {repo}") from None
    return f"uploaded to {api.endpoint}/datasets/{repo}"


if __name__ == "__main__":
    sys.exit(main())
