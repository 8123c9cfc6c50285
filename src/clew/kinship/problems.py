"""What is wrong with a pedigree, a profile, a table or a file, in words that a person can act on."""

from __future__ import annotations


class KinshipProblem(ValueError):
    """A fault in what was given: `subject` names sample, locus or file; `problem` says what is wrong; `cure` helps."""

    def __init__(self, subject: str, problem: str, cure: str) -> None:
        self.subject, self.problem, self.cure = subject, problem, cure
        super().__init__(f"{subject}: {problem} {cure}".strip())
