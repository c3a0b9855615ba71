"""The examples in docstrings run, as they stand in the package that is installed."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import dxgraph

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [module.name for module in pkgutil.walk_packages(dxgraph.__path__, "dxgraph.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert result.failed == 0


def test_the_ground_modules_have_examples() -> None:
    finder = doctest.DocTestFinder()
    for name in ("fiscal_year", "identifiers", "guard", "catalog", "session"):
        tests = finder.find(importlib.import_module(f"dxgraph.{name}"))
        assert any(test.examples for test in tests), name
