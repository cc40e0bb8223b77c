"""Where the official files of each benchmark come from, and where the loaders look for them. Plain data.

Checksums are of the official files. Those of files in Git repositories were measured. Those of the archives on Google
Drive and of MBPP's two files are what several independent projects published that had downloaded them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from selfdebug.benchmarks.benchmark import DataError

_RAW = "https://raw.githubusercontent.com"
_DRIVE = "https://drive.usercontent.google.com/download?id={}&export=download&confirm=t"


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """Files of an archive that are wanted.

    Attributes:
        pattern: regular expression of their whole paths in the archive.
        target: where they go in the data folder; ``\\1`` stands for the first group of the pattern.
    """

    pattern: str
    target: str

    def place(self, path: str) -> str:
        """Where a file of the archive goes; empty for one that is not wanted."""
        match = re.fullmatch(self.pattern, path)
        return match.expand(self.target) if match else ""


@dataclass(frozen=True, slots=True)
class DataSource:
    """One official file.

    Attributes:
        url: where it is.
        path: where it is kept in the data folder. An archive, or a file to convert, is kept there only until the files
            that it gives are there; somebody may put it there by hand.
        size: bytes, about that many for an archive; 0 where nobody knows.
        sha256: of the file; empty where it is not known, so that the first download decides.
        gives: the files that must be there in the end; empty for the file itself.
        unpacked: of an archive (``.zip``, ``.tar.gz``), what is taken out of it.
        converted: of a file in another form than the loaders read, which form.
        page: for people: where to get it with a browser; empty for `url`.
    """

    url: str
    path: str
    size: int = 0
    sha256: str = ""
    gives: tuple[str, ...] = ()
    unpacked: tuple[ArchiveFiles, ...] = ()
    converted: Literal["", "transcoder"] = ""
    page: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that must be there in the end, by their paths in the data folder."""
        return self.gives or (self.path,)


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a benchmark needs.

    Attributes:
        sources: its official files.
        tasks: how many tasks it has.
        licence: of the data.
        licence_url: where that is said.
        homepage: of the benchmark.
    """

    sources: tuple[DataSource, ...]
    tasks: int
    licence: str
    licence_url: str
    homepage: str


SPIDER_DATABASES = (
    "battle_death", "car_1", "concert_singer", "course_teach", "cre_Doc_Template_Mgt", "dog_kennels",
    "employee_hire_evaluation", "flight_2", "museum_visit", "network_1", "orchestra", "pets_1", "poker_player",
    "real_estate_properties", "singer", "student_transcripts_tracking", "tvshow", "voter_1", "world_1", "wta_1",
)  # fmt: skip
"""The databases of the development set."""

BIRD_DATABASES = (
    "california_schools", "card_games", "codebase_community", "debit_card_specializing", "european_football_2",
    "financial", "formula_1", "student_club", "superhero", "thrombosis_prediction", "toxicology",
)  # fmt: skip
"""The databases of the mini-dev set."""


def _file(base: str, path: str, size: int, sha256: str) -> DataSource:
    """A file that is kept under the name that it has at its source."""
    return DataSource(f"{base}/{path.rpartition('/')[2]}", path, size, sha256)


def _databases(folder: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}/{name}.sqlite" for name in names)


_SPIDER = DataSource(
    _DRIVE.format("1403EGqzIDoHMdQF4c9Bkyl7dZLZ5Wt6J"),
    "spider/spider_data.zip",
    205_800_266,
    "00636695dabed6b5f4b8328a16b13e069a2f16591d5efcce57660669c85b121b",
    gives=("spider/dev.json", "spider/tables.json", *_databases("spider/database", SPIDER_DATABASES)),
    unpacked=(
        ArchiveFiles(r"(?:spider_data/)?(dev|tables)\.json", r"spider/\1.json"),
        ArchiveFiles(
            rf"(?:spider_data/)?database/({'|'.join(SPIDER_DATABASES)})/\1\.sqlite", r"spider/database/\1/\1.sqlite"
        ),
    ),
    page="https://drive.google.com/file/d/1403EGqzIDoHMdQF4c9Bkyl7dZLZ5Wt6J/view",
)
_SPIDER_TEST_SUITE = DataSource(
    _DRIVE.format("1mkCx2GOFIqNesD4y8TDAO1yX1QZORP5w"),
    "spider/testsuitedatabases.zip",
    1_269_456_098,
    "9ec24ea8debc6bd04abfe137b5f1a739b5a8836f32c0464e4dfc94eb7f41da96",
    gives=_databases("spider/test_suite", SPIDER_DATABASES),
    unpacked=(ArchiveFiles(rf"database/({'|'.join(SPIDER_DATABASES)})/([\w.-]+\.sqlite)", r"spider/test_suite/\1/\2"),),
    page="https://drive.google.com/file/d/1mkCx2GOFIqNesD4y8TDAO1yX1QZORP5w/view",
)
_BIRD = DataSource(
    _DRIVE.format("13VLWIwpw5E3d5DUkMvzw7hvHE67a4XkG"),
    "bird/minidev.zip",
    799_944_582,
    "aeb211c0e39010bbdae3838bb5e8bd27dc446ed77495b1709f85ccc9bf67f2be",
    gives=("bird/mini_dev_sqlite.json", *_databases("bird/dev_databases", BIRD_DATABASES)),
    unpacked=(
        ArchiveFiles(r"(?:minidev/)?MINIDEV/mini_dev_sqlite\.json", "bird/mini_dev_sqlite.json"),
        ArchiveFiles(r"(?:minidev/)?MINIDEV/mini_dev_sqlite_gold\.sql", "bird/mini_dev_sqlite_gold.sql"),
        ArchiveFiles(
            rf"(?:minidev/)?MINIDEV/dev_databases/({'|'.join(BIRD_DATABASES)})/\1\.sqlite",
            r"bird/dev_databases/\1/\1.sqlite",
        ),
    ),
    page="https://drive.google.com/file/d/13VLWIwpw5E3d5DUkMvzw7hvHE67a4XkG/view",
)
_TRANSCODER = DataSource(
    f"{_RAW}/FloridSleeves/LLMDebugger/49ac191f181d47911cf38e5b9944fbbe6d4a6e60/input_data/transcoder/dataset/probs.jsonl",
    "transcoder/probs.jsonl",
    1_972_267,
    "ee8f71c6d57b3497d9ba8300359b5737f724dff5df64564bfd275f91c625eaa1",
    gives=("transcoder/transcoder_cpp_python.jsonl",),
    converted="transcoder",
)
_HUMANEVAL_X = {
    "cpp": (50_995, "dcf2e280a1e91bbc3c5f90edb41397e8a9ac1ccc9f5d2b70082f0b0fbfb6dbb0"),
    "go": (56_743, "09126ef64ac68f87296c5f3781186aedc5dec799b114d9df99d6de4a715a7830"),
    "java": (55_950, "276f36db2eb7aeb864f36a19a2f4e1bb2460fb6e22ff100f0b5bedabe3799967"),
    "js": (52_009, "fe5d467f2c1a027b3f6f18d3729aca01f6458c1de2e2d1292a019c5aa9bed424"),
    "python": (53_055, "5752fb122efddb0e9b47c77907ae6ce9a15aac4dea14e44c46032c831e6b987a"),
    "rust": (46_660, "ae5cabbbfc8fe25244a608b04f09ac3b324c645ac969dfc033756c12f0f9924c"),
}
_CODEGEEX = f"{_RAW}/THUDM/CodeGeeX/2838420b7b4492cf3d16bce5320e26e65960c9e2/codegeex/benchmark/humaneval-x"
_HUMANEVAL = f"{_RAW}/openai/human-eval/6d43fb980f9fee3c892a914eda09951f772ad10d/data"
_HUMANEVAL_PLUS = f"{_RAW}/evalplus/humanevalplus_release/200defce9e3429d28ca215b6dd061c0f7f31c18b"
_MBPP_PLUS = f"{_RAW}/evalplus/mbppplus_release/dadf43da556a00f7bacd71cb154f2932757d9144"
_MBPP = f"{_RAW}/google-research/google-research/master/mbpp"

_CC_BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"

DATA_SETS: dict[str, DataSet] = {
    "spider": DataSet(
        (_SPIDER, _SPIDER_TEST_SUITE), 1034, "CC BY-SA 4.0", _CC_BY_SA, "https://yale-lily.github.io/spider"
    ),
    "bird": DataSet((_BIRD,), 500, "CC BY-SA 4.0", _CC_BY_SA, "https://github.com/bird-bench/mini_dev"),
    "mbpp": DataSet(
        (
            _file(_MBPP, "mbpp/mbpp.jsonl", 563_743,
                  "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f"),
            _file(_MBPP, "mbpp/sanitized-mbpp.json", 255_053,
                  "ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9"),
        ),
        500, "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/",
        "https://github.com/google-research/google-research/tree/master/mbpp",
    ),
    "mbpp+": DataSet(
        (_file(_MBPP_PLUS, "mbpp/MbppPlus.jsonl.gz", 336_032,
               "af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63"),),
        378, "Apache-2.0", "https://github.com/evalplus/mbppplus_release/blob/main/LICENSE",
        "https://evalplus.github.io",
    ),
    "humaneval": DataSet(
        (_file(_HUMANEVAL, "humaneval/HumanEval.jsonl.gz", 44_877,
               "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef"),),
        164, "MIT", "https://github.com/openai/human-eval/blob/master/LICENSE", "https://github.com/openai/human-eval",
    ),
    "humaneval+": DataSet(
        (_file(_HUMANEVAL_PLUS, "humaneval/HumanEvalPlus.jsonl.gz", 925_932,
               "272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101"),),
        164, "Apache-2.0", "https://github.com/evalplus/humanevalplus_release/blob/main/LICENSE",
        "https://evalplus.github.io",
    ),
    "transcoder": DataSet(
        (_TRANSCODER,), 560, "Apache-2.0", "https://github.com/FloridSleeves/LLMDebugger/blob/main/LICENSE",
        "https://github.com/facebookresearch/CodeGen",
    ),
    "humaneval-x": DataSet(
        tuple(
            _file(f"{_CODEGEEX}/{name}/data", f"humaneval_x/humaneval_{name}.jsonl.gz", size, sha256)
            for name, (size, sha256) in _HUMANEVAL_X.items()
        ),
        164, "Apache-2.0", "https://github.com/THUDM/CodeGeeX/blob/main/LICENSE", "https://github.com/THUDM/CodeGeeX",
    ),
}  # fmt: skip
"""By benchmark, in the order of the registry. What comes with the package is not here."""


def convert_transcoder(lines: Iterable[bytes], place: str) -> Iterator[str]:
    """LLMDebugger's file, whose prompts hold worked examples before the source, as the lines that our loader reads.

    Raises:
        DataError: a line is not of that form.
    """
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            source = record["prompt"].rpartition("[c++]\n")[2].removesuffix("\n[python]")
            task = {
                "task_id": record["task_id"],
                "source_language": "cpp",
                "target_language": "python",
                "entry_point": record["entry_point"],
                "source": source,
                "tests": record["given_tests"],
                "reference": record["canonical_solution"],
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DataError(f"{place}, line {number}: this is not LLMDebugger's TransCoder file.") from None
        yield json.dumps(task, ensure_ascii=False) + "\n"
