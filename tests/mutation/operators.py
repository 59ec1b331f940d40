"""The changes that are tried: what one mutant replaces in the syntax tree of a module.

Each operator is a function from a node to its replacements, in `OPERATORS` under the type of the node. What a
program does not run, or what only tells type checkers and readers something, is left alone: annotations,
docstrings, decorators, imports, aliases of types, `__all__`. So is what only guards against mistakes in the
program (`strict` of `zip`), and how large a limit (`MAX_…`) is: that there is one is to be tested.
"""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

SWAPPED_OPERATORS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
SWAPPED_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any", "floor_div": "ceil_div"}
SWAPPED_FUNCTIONS |= {"ceil_div": "floor_div", "lcm": "gcd", "gcd": "lcm"}

Replacements = Iterator[tuple[str, ast.AST | None]]
"""Names of changes with what comes in the place of the node; None where it goes without replacement."""


def binary(node: ast.BinOp | ast.AugAssign) -> Replacements:
    """Other arithmetic, and no `x += y`."""
    if type(node.op) in SWAPPED_OPERATORS:
        new = deepcopy(node)
        new.op = SWAPPED_OPERATORS[type(node.op)]()
        yield "arithmetic", new
    if isinstance(node, ast.AugAssign):
        yield "statement left out", ast.Pass()


def compare(node: ast.Compare) -> Replacements:
    """Other relations, one at a time."""
    for index, operator in enumerate(node.ops):
        new = deepcopy(node)
        new.ops[index] = SWAPPED_OPERATORS[type(operator)]()
        yield "comparison", new


def boolean(node: ast.BoolOp) -> Replacements:
    """`or` for `and`, and one operand less."""
    yield "and, or", ast.BoolOp(SWAPPED_OPERATORS[type(node.op)](), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield "operand left out", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def unary(node: ast.UnaryOp) -> Replacements:
    """No sign, no `not`."""
    yield "sign left out", node.operand


def constant(node: ast.Constant) -> Replacements:
    """Another number, text or truth value."""
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, str):
        yield "text", ast.Constant(f"XX{value}")


def condition(node: ast.If | ast.While | ast.IfExp) -> Replacements:
    """The other way."""
    new = deepcopy(node)
    new.test = ast.UnaryOp(ast.Not(), new.test)
    yield "condition negated", new


def filters(node: ast.comprehension) -> Replacements:
    """A filter less."""
    for index in range(len(node.ifs)):
        new = deepcopy(node)
        del new.ifs[index]
        yield "filter left out", new


def guard(node: ast.match_case) -> Replacements:
    """A case without its guard."""
    if node.guard:
        new = deepcopy(node)
        new.guard = None
        yield "guard left out", new


def call(node: ast.Call) -> Replacements:
    """A related function; an argument by name less."""
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED_FUNCTIONS:
        new = deepcopy(node)
        new.func = ast.Name(SWAPPED_FUNCTIONS[node.func.id], ast.Load())
        yield "function", new
    for index, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg != "strict":
            new = deepcopy(node)
            del new.keywords[index]
            yield "argument left out", new


def statement(node: ast.Expr | ast.Raise) -> Replacements:
    """One call, `yield` or `raise` less."""
    yield "statement left out", ast.Pass()


def returned(node: ast.Return) -> Replacements:
    """None for a value."""
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "nothing returned", ast.Return(ast.Constant(None))


def jump(node: ast.Break | ast.Continue) -> Replacements:
    """The end of the loop for the next pass, and the other way round."""
    yield "jump", ast.Continue() if isinstance(node, ast.Break) else ast.Break()


OPERATORS: dict[type[ast.AST], Callable[..., Replacements]] = {
    ast.BinOp: binary,
    ast.AugAssign: binary,
    ast.Compare: compare,
    ast.BoolOp: boolean,
    ast.UnaryOp: unary,
    ast.Constant: constant,
    ast.If: condition,
    ast.While: condition,
    ast.IfExp: condition,
    ast.comprehension: filters,
    ast.match_case: guard,
    ast.Call: call,
    ast.Expr: statement,
    ast.Raise: statement,
    ast.Return: returned,
    ast.Break: jump,
    ast.Continue: jump,
}


class Place(NamedTuple):
    """Where a node stands in its parent."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: object) -> None:
        """Put a node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True)
class Mutant:
    """One change of a module.

    Attributes:
        number: its number among the mutants of the module.
        kind: the name of the change.
        lines: the first and last line of what is changed.
        statement: those of the statement around it.
        on_import: whether that is run when the module is imported, not when a function is called.
        before: the statement (its first line, if it is a compound one) without the change.
        after: the same with the change.
        code: the syntax tree of the changed module.
    """

    number: int
    kind: str
    lines: tuple[int, int]
    statement: tuple[int, int]
    on_import: bool
    before: str
    after: str
    code: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Yield all mutants of a module; the tree of each is good until the next one is asked for."""
    tree, numbers = ast.parse(source), count()
    for place, node, around, on_import in list(_places(tree, tree, on_import=True)):
        for kind, new in OPERATORS[type(node)](node):
            before = _head(around)
            place.put(ast.copy_location(new, node) if isinstance(new, ast.stmt | ast.expr) else new)
            shown = new if node is around else around
            yield Mutant(
                next(numbers), kind, _lines(node), _lines(around), on_import, before, _head(shown),
                ast.fix_missing_locations(tree),
            )  # fmt: skip
            place.put(node)


def _places(
    node: ast.AST, around: ast.AST, *, on_import: bool
) -> Iterator[tuple[Place, ast.AST, ast.AST, bool]]:
    """Yield the nodes with an operator, from the outside to the inside, with the statement around each."""
    for field, index, child in _children(node):
        if _is_left_alone(node, field, child) or _is_docstring(child):
            continue
        statement = child if isinstance(child, ast.stmt) else around
        called = field == "body" and isinstance(node, ast.FunctionDef | ast.Lambda)
        here = on_import and not called
        if type(child) in OPERATORS:
            yield Place(node, field, index), child, statement, here
        yield from _places(child, statement, on_import=here)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            yield from ((field, index, item) for index, item in enumerate(value) if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            yield field, None, value


def _is_left_alone(parent: ast.AST, field: str, child: ast.AST) -> bool:
    if field in ("annotation", "returns", "decorator_list", "bases", "type_params", "format_spec"):
        return True
    if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
        return True
    if isinstance(parent, ast.Assign | ast.AnnAssign) and field == "value" and _is_left_alone_name(parent):
        return True
    if isinstance(child, ast.keyword) and child.arg == "strict":
        return True
    # `Value = int | Poly` is the name of a type, and `Mapping[str, int]` in an expression is one, too.
    alias = isinstance(child, ast.BinOp) and isinstance(child.op, ast.BitOr)
    if alias and isinstance(parent, ast.Assign | ast.Call):
        return True
    return (
        isinstance(parent, ast.Call) and ast.unparse(parent.func) in ("cast", "TypeVar") and field == "args"
    )


def _is_left_alone_name(node: ast.Assign | ast.AnnAssign) -> bool:
    name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
    return name == "__all__" or name.startswith("MAX_")


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _lines(node: ast.AST) -> tuple[int, int]:
    """The lines of a node; of a compound statement those before its body."""
    inside = [n for n in ast.walk(node) if hasattr(n, "lineno")]
    first = min(n.lineno for n in inside)
    if isinstance(body := getattr(node, "body", None), list) and body:
        return first, max(first, body[0].lineno - 1)
    return first, max(n.end_lineno for n in inside)


def _head(node: ast.AST) -> str:
    """A simple statement as it is; of a compound one what stands before its body."""
    text = ast.unparse(node)
    if isinstance(node, ast.If | ast.While | ast.For | ast.With | ast.FunctionDef | ast.ClassDef | ast.Match):
        return text.split("\n")[0] if not getattr(node, "decorator_list", None) else _undecorated(text)
    return text


def _undecorated(text: str) -> str:
    return next(line for line in text.split("\n") if not line.startswith("@"))
