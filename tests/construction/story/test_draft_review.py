"""Review of a story draft: accept, edit, reject with a reason, stop, and resume."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from human_simulacra.construction.review.terminal_review import Decision
from human_simulacra.construction.story.checkpoints import Checkpoints
from tests.construction.scripted_judge import is_verdict, verdict
from tests.construction.story.scripted_story import (
    ADA,
    BIOGRAPHY,
    as_reply,
    grown,
    left,
    passage,
    run,
    story,
    teller,
    write_biography,
)


class Scripted:
    """A reviewer who follows a script: a function of draft, what stood before, and notes."""

    def __init__(self, script) -> None:
        self.script, self.seen = script, []

    def __call__(self, draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
        self.seen.append((draft_text, before, list(notes)))
        return self.script(draft_text, before, notes)


def test_a_reviewer_is_asked_every_ten_iterations_and_at_the_end_about_each_passage_that_changed(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    counts = []

    def accept(draft: str, before: str, notes: Sequence[str]) -> Decision:
        counts.append(Checkpoints(out, ADA).iterations()[-1])
        return Decision("accept", draft)

    person = Scripted(accept)
    run(out, teller(), person, iterations=12)
    assert set(counts) == {10, 12}
    assert all(draft.startswith(before) for draft, before, _ in person.seen)
    unattended = write_biography(tmp_path / "unattended")
    run(unattended, teller(), iterations=12)
    assert story(out) == story(unattended)  # accepting everything changes nothing


def test_a_rejected_passage_is_rewritten_with_the_reason_and_reviewed_again(tmp_path: Path) -> None:
    out, rejected, backbone = write_biography(tmp_path / "own"), [], teller()

    def decide(draft: str, before: str, notes: Sequence[str]) -> Decision:
        if not rejected:
            rejected.append((draft, before))
            return Decision("reject", before, "too much laughing")
        return Decision("accept", draft)

    person = Scripted(decide)
    result = run(out, backbone, person, iterations=2, review_every=1)
    draft, before = rejected[0]
    told = [call[0][-1].content for call in backbone.calls]
    advised = [prompt for prompt in told if "A reviewer rejected an earlier version: too much laughing" in prompt]
    assert advised and passage(advised[0]) == before
    assert result.iterations == 2 and person.seen[1][1] == before
    state = Checkpoints(out, ADA).load(1)
    assert state and before in state.texts and draft not in "\n\n".join(state.texts)


def test_a_rejection_in_the_last_review_is_rewritten_before_the_story_is_saved(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    first = []

    def decide(draft: str, before: str, notes: Sequence[str]) -> Decision:
        first.append(draft)
        return Decision("reject", before, "") if len(first) == 1 else Decision("accept", draft)

    assert run(out, teller(), Scripted(decide), iterations=3).iterations == 4


def test_an_edited_passage_is_kept_as_edited(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    run(out, teller(), Scripted(lambda d, b, n: Decision("edit", "Ada wrote this.\n\nAnd this.")), iterations=1)
    assert sum(text in ("Ada wrote this.", "And this.") for text in story(out)) == 2 and len(story(out)) == len(BIOGRAPHY) + 1


def test_a_stopped_review_resumes_after_the_decided_passages(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    asked: list[str] = []

    def once(draft: str, before: str, notes: Sequence[str]) -> Decision:
        asked.append(before)
        return Decision("accept", draft) if len(asked) == 1 else Decision("stop", before)

    stopped = run(out, teller(), Scripted(once), iterations=4)
    assert stopped.path is None and not (out / "characters" / ADA / "story.jsonl").exists()
    rest = Scripted(lambda d, b, n: Decision("accept", d))
    assert run(out, teller(), rest, resume=True).finished
    assert asked[0] not in [before for _, before, _ in rest.seen] and asked[1] == rest.seen[0][1]


def test_a_reviewer_sees_what_the_judge_rejected_and_may_accept_it(tmp_path: Path) -> None:
    out = write_biography(tmp_path / "own")
    backbone = teller(lambda p: verdict(p, lambda text: "harmless") if is_verdict(p) else as_reply(grown(passage(p)), p))
    person = Scripted(lambda d, b, n: Decision("accept", d))
    run(out, backbone, person, iterations=1)
    assert person.seen[0][2] == ["it demeans people or encourages harm: as quoted"]
    assert story(out) != BIOGRAPHY and left(out) == []
