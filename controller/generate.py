"""The files that follow from the code: `python -m controller.generate` writes them, `--check` says which are stale."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from controller.api.app import openapi_document
from controller.faults import policy, stock_truth
from controller.protocol import documents

ROOT = Path(__file__).parent

Producer = Callable[[], Iterable[tuple[Path, str]]]


def _openapi() -> Iterable[tuple[Path, str]]:
    text = json.dumps(openapi_document(), indent=1, ensure_ascii=False, sort_keys=True)
    yield ROOT / "api" / "openapi.json", text + "\n"


def _contract() -> Iterable[tuple[Path, str]]:
    folder = ROOT / "protocol" / "schemas"
    version = folder / "VERSION"
    yield version, documents.version_history(version.read_text() if version.is_file() else "")
    yield folder / "asyncapi.json", documents.text_of(documents.asyncapi())
    for name, schema in documents.json_schemas().items():
        yield folder / f"{name}.schema.json", documents.text_of(schema)


def _policy() -> Iterable[tuple[Path, str]]:
    yield ROOT / "docs" / "faults" / "policy.md", policy.page()


def _stock_truth() -> Iterable[tuple[Path, str]]:
    yield ROOT / "docs" / "faults" / "stock-truth.md", stock_truth.page()


PRODUCERS: tuple[Producer, ...] = (_policy, _stock_truth, _openapi, _contract)
"""Each yields files with their text, as they should be."""


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    return {path: text for producer in PRODUCERS for path, text in producer()}


def stale() -> list[Path]:
    """The files that are not as the code has them."""
    return [path for path, text in generated().items() if not path.is_file() or path.read_text() != text]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m controller.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file is stale")
    outdated = stale()
    if parser.parse_args().check:
        for path in outdated:
            sys.stderr.write(f"{path.relative_to(ROOT.parent)} is stale: run python -m controller.generate\n")
        return 1 if outdated else 0
    texts = generated()
    for path in outdated:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path])
        sys.stderr.write(f"wrote {path.relative_to(ROOT.parent)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
