"""The profiles of a Familias file as samples of a laboratory.

Such a file knows no consents and no records of a node. What each sample is, stands in lines beside it, one for each
sample: `NAME CONSENT 12 REFERENCE FAM-1 PERSON F KIT name`, as in the comment of a CODIS specimen. A person without
such a line is a fault, never left out in silence: whoever imports says of each who it is.
"""

from __future__ import annotations

from clew.kinship.fam import decoded, read_fam
from clew.kinship.laboratory_files import ABOUT, FileFault, FileSample, LaboratoryFile, lacking
from clew.kinship.problems import KinshipProblem


def read_fam_samples(content: bytes, about: str) -> LaboratoryFile:
    """Every profile of the file, those of unidentified persons in its DVI part among them.

    Args:
        content: the file, UTF-8 or Windows-1252.
        about: the lines that say what each sample is.

    Returns:
        Faults of lines of the file have the code `fam` and name the line; those of the lines beside it have their row.
    """
    try:
        read = read_fam(decoded(content))
    except KinshipProblem as problem:
        return LaboratoryFile((), (FileFault(1, "", "fam", problem.subject),))
    profiles = dict(read.profiles)
    faults: list[FileFault] = []
    for name, profile in (read.dvi.unidentified if read.dvi is not None else {}).items():
        if name in profiles:
            faults.append(FileFault(1, name, "sample"))
        profiles[name] = profile
    samples = {
        name: FileSample(place, name, genotypes={locus: str(seen) for locus, seen in profile.items()})
        for place, (name, profile) in enumerate(profiles.items(), 1)
    }
    faults += _say(samples, about)
    return LaboratoryFile(tuple(samples.values()), (*faults, *lacking(samples)))


def _say(samples: dict[str, FileSample], about: str) -> list[FileFault]:
    """Give each sample what its line says of it."""
    faults = []
    for row, line in enumerate(about.splitlines(), 1):
        name = next((each for each in _longest_first(samples) if line.strip().startswith(f"{each} ")), "")
        if line.strip() and not name:
            faults.append(FileFault(row, "", "about", line.strip()[:80]))
        elif name and samples[name].about:
            faults.append(FileFault(row, name, "sample"))
        elif name:
            words = line.strip().removeprefix(name).split()
            said = {key.lower(): value for key, value in zip(words[::2], words[1::2], strict=False)}
            if len(words) % 2 or said.keys() - set(ABOUT):
                faults.append(FileFault(row, name, "about", line.strip()[:80]))
            samples[name].about = {each: said.get(each, "") for each in ABOUT}
    return faults


def _longest_first(samples: dict[str, FileSample]) -> list[str]:
    """A name may begin as another one does, and may hold spaces."""
    return sorted(samples, key=len, reverse=True)
