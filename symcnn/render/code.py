"""Closed forms as Python functions of integers."""

import keyword
import re
from collections.abc import Iterable
from typing import Final

from symcnn.algebra.arithmetic import cleared
from symcnn.algebra.atoms import symbols_of
from symcnn.algebra.conditions import (
    AtMost,
    Bound,
    Comparison,
    Condition,
    Guarded,
    Members,
    Residues,
    Whole,
)
from symcnn.algebra.domain import Domain
from symcnn.algebra.printing import python, write
from symcnn.algebra.styles import PYTHON
from symcnn.algebra.symbols import is_rational
from symcnn.derivation import Derivation

ROUND_TO: Final = '''def round_to(x, m):
    """Round to a multiple of m, never below m and never more than 10 % below x."""
    nearest = max(m, (2 * x + m) // (2 * m) * m)
    return nearest + m if 10 * nearest < 9 * x else nearest


'''


def derivation(content: Derivation) -> str:
    """Write a function that checks its arguments and returns the exact count."""
    formula = content.formula
    names = sorted(symbols_of(formula.value) | formula.domain.symbols)
    body = [
        f"def {content.quantity}({', '.join(map(_name, names))}):",
        f'    """Return the {content.title} of a network, for {formula.domain}.',
        "",
        f"    Convention: {content.convention}.",
        '    """',
    ]
    for test, words in [*_positive(names, formula.domain), *conditions(formula.domain)]:
        body += [f"    if not {_renamed(test, names)}:", f'        raise ValueError("{words}")']
    written = _renamed(formula.python, names)
    rational = any(map(is_rational, names))
    body.append(f"    return {f'int({written})' if rational else written}")
    text = "\n".join(body)
    imports = "from fractions import Fraction\n\n\n" if "Fraction(" in text else ""
    return imports + (ROUND_TO if "round_to(" in text else "") + text


def _name(name: str) -> str:
    """Return a symbol's name as Python takes it."""
    return name + "_" if keyword.iskeyword(name) else name


def _renamed(written: str, names: list[str]) -> str:
    for name in (n for n in names if keyword.iskeyword(n)):
        written = re.sub(rf"\b{name}\b", _name(name), written)
    return written


def conditions(domain: Domain) -> list[tuple[str, str]]:
    """Return the tests of a domain, with the words for each."""
    tests: list[tuple[str, str]] = []
    for name, allowed in domain.ranges.items():
        if allowed.least > 1:
            tests.append((f"{name} >= {allowed.least}", f"it needs {name} >= {allowed.least}"))
        if allowed.most is not None:
            tests.append((f"{name} <= {allowed.most}", f"it needs {name} <= {allowed.most}"))
        if allowed.modulus > 1:
            inside = f"{name} % {allowed.modulus} in {_set(allowed.residues)}"
            tests.append((inside, f"it needs {inside}"))
        if allowed.members is not None:
            inside = f"{name} in {_set(allowed.members)}"
            tests.append((inside, f"it needs {inside}"))
    return tests + [(_test(c), f"it needs {c}") for c in domain.general]


def _positive(names: Iterable[str], domain: Domain) -> list[tuple[str, str]]:
    """Return the tests that symbols are positive, where the domain says no more of them."""
    bounded = {name for name, allowed in domain.ranges.items() if allowed.least > 1}
    return [
        (f"{_name(n)} > 0" if is_rational(n) else f"{_name(n)} >= 1", f"it needs a positive {n}")
        for n in names
        if n not in bounded
    ]


def _set(numbers: Iterable[int]) -> str:
    return f"{{{', '.join(map(str, sorted(numbers)))}}}"


def _test(condition: Condition) -> str:
    match condition:
        case Bound(symbol=name, least=least):
            return f"{name} >= {least}"
        case AtMost(symbol=name, most=most):
            return f"{name} <= {most}"
        case Residues(symbol=name, modulus=modulus, residues=residues):
            return f"{name} % {modulus} in {_set(residues)}"
        case Members(symbol=name, members=members):
            return f"{name} in {_set(members)}"
        case Guarded(count=count, least=least, inner=inner):
            return f"({python(count)} < {least} or {_test(inner)})"
        case Comparison(left=left, relation=relation, right=right):
            return f"{python(left)} {'>=' if relation == '≥' else '=='} {python(right)}"
        case Whole(value=value):
            top, bottom = cleared(value)
            below = write(bottom, PYTHON)
            return f"({write(top, PYTHON)}) % {below if below.isalnum() else f'({below})'} == 0"
        case _:
            raise TypeError(type(condition))
