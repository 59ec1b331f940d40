"""Walking the items of an architecture, and adding layers to a graph."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.conditions import Origin
from symcnn.algebra.demand import Demand
from symcnn.algebra.evaluation import substitute
from symcnn.algebra.polynomials import Number as Exact
from symcnn.algebra.polynomials import Poly, Value
from symcnn.algebra.requirements import Requirements
from symcnn.elaborate.arguments import default_of, given, unknown_definition
from symcnn.elaborate.construction import Construction
from symcnn.elaborate.flags import Evaluate, Options, flag_layer, read_flags
from symcnn.elaborate.joins import Residual, merge
from symcnn.elaborate.loops import Loop, too_many_passes
from symcnn.elaborate.scope import Names, Scope
from symcnn.elaborate.tags import Tags, unknown_tag
from symcnn.elaborate.words import find_kind, own_repeat, refuse_axis_symbols, word_layer
from symcnn.errors import ArgumentError, LimitError, NotationError, UnsupportedError
from symcnn.graph import Graph, Row
from symcnn.layers import WORDS, Extent, Layer, Shape
from symcnn.layers.merges import MERGES
from symcnn.layers.windows import Conv
from symcnn.limits import MAX_LAYERS, MAX_LOOPS, MAX_NESTING, MAX_WRITTEN_OUT
from symcnn.notation.expressions import Expression
from symcnn.notation.syntax import (
    Architecture,
    Bracket,
    Call,
    Definition,
    Flag,
    Group,
    Item,
    Recall,
    Word,
)
from symcnn.source import Span


class Builder:
    """Builds the graph of one architecture.

    Args:
        architecture: what was written.
        bound: values of symbols, by canonical names, known before building.
        written_out: repeats of a number up to which each pass is written out.
    """

    def __init__(
        self, architecture: Architecture, bound: Mapping[str, Exact], written_out: int = MAX_WRITTEN_OUT
    ) -> None:
        self.architecture = architecture
        self.written_out = written_out
        self.definitions: dict[str, Definition] = {}
        self.defaults: dict[str, tuple[Flag, ...]] = {}
        self.names = Names(bound)
        self.visited = 0
        self._words: dict[tuple[object, ...], tuple[Layer, ...]] = {}
        self.requirements = Requirements()
        self.net = Construction(self._input(self.requirements), self.requirements, architecture.text)
        self.axes = (symbols_of(self.net.input.height.value), symbols_of(self.net.input.width.value))

    def build(self) -> Graph:
        """Build the graph."""
        for definition in self.architecture.definitions:
            self._define(definition)
        for default in self.architecture.defaults:
            self._default(default.word, default.flags, default.span)
        output = self._run(self.architecture.items, 0, Scope(Tags()))
        return Graph(
            input=self.net.input,
            nodes=tuple(self.net.nodes),
            output=output,
            rows=tuple(self.net.rows),
            domain=self.requirements.domain(),
            symbols=frozenset(self.names.free) | {"C", "H", "W"},
            text=self.architecture.text,
            bound=tuple(sorted(self.names.bound.items())),
        )

    def _input(self, requirements: Requirements) -> Shape:
        pinned: dict[str, Value] = {}
        for pin in self.architecture.pins:
            value = self.names.evaluate(
                pin.value, Scope(Tags()), Demand(requirements, Origin(pin.span, None, self.architecture.text))
            )
            given = self.names.bound.get(pin.name)
            if given is not None and given != value:
                raise ArgumentError(f"the text pins {pin.name}, but {given} is given", pin.span)
            pinned[pin.name] = value
        for pin in self.architecture.pins:
            for _ in pinned:
                pinned[pin.name] = substitute(pinned[pin.name], pinned)
            if symbols_of(pinned[pin.name]) & pinned.keys():
                raise NotationError(f"{pin.name} is pinned to an expression of itself", pin.span)
            demand = Demand(requirements, Origin(pin.span, None, self.architecture.text))
            demand.count(pinned[pin.name], f"the input's {pin.name}")
        self.names.bound.update(pinned)
        channels, height, width = (self.names.bound.get(n, symbol(n)) for n in ("C", "H", "W"))
        # What the text pins to a number is that number for every input.
        heights, widths = (
            Extent(value, collapses=int(name in pinned and not isinstance(value, Poly)))
            for name, value in (("H", height), ("W", width))
        )
        return Shape(channels, heights, widths)

    def _define(self, definition: Definition) -> None:
        if definition.name.lower() in WORDS:
            raise NotationError(
                f"{definition.name} is the name of a layer",
                Span(definition.span.start, definition.span.start + len(definition.name)),
                f"choose another name, such as {definition.name}_block",
            )
        self.definitions[definition.name] = definition

    def _default(self, word: str, flags: tuple[Flag, ...], span: Span) -> None:
        kind = find_kind(Word(word, span=span), self.definitions)
        read_flags(flags, (), spec=kind.spec, what=word)
        name = kind.spec.word
        self.defaults[name] = self.defaults.get(name, ()) + flags

    def _run(self, items: Sequence[Item], tensor: int, scope: Scope) -> int:
        """Build a row of items on a tensor, and return the tensor that goes on."""
        if scope.depth > MAX_NESTING:
            raise LimitError(f"brackets and definitions nest deeper than {MAX_NESTING} levels", items[0].span)
        for written in items:
            item = self._as_call(written)
            repeat = own_repeat(item) or item.repeat
            count = 1 if repeat is None else self._count(repeat, scope)
            body = BODIES[type(item.body)]
            if isinstance(count, int) and count <= self.written_out:
                # Here and not in a method, which would be one more frame for each level of brackets.
                for index in range(count):
                    self._visit(item, index, scope)
                    # What is repeated sees the tags around, and keeps its own.
                    inner = scope if repeat is None else scope.repeated()
                    tensor = body(self, item, tensor, inner, index)
            else:
                tensor = self._loop(item, tensor, scope, count)
            if item.tag is not None:
                scope.tags.set(item.tag, tensor, item.span)
        return tensor

    def _as_call(self, item: Item) -> Item:
        """Return an item with a definition that is written without parentheses as a call."""
        word = item.body
        if not isinstance(word, Word) or word.word not in self.definitions:
            return item
        for part, name in ((word.size, "size"), (word.geometry, "geometry"), (word.width, "width")):
            if part:
                raise NotationError(f"{word.word} is a definition and takes no {name}", word.span)
        return replace(item, body=Call(word.word, (), span=word.span))

    def _loop(self, item: Item, tensor: int, scope: Scope, count: Value) -> int:
        """Build an item several times in closed form."""

        def begin(index: int) -> None:
            self._visit(item, index, scope)

        def build(net: Construction, entry: int, index: int) -> int:
            outer, self.net = self.net, net
            inner = scope.repeated(loops=1)
            try:
                return BODIES[type(item.body)](self, item, entry, inner, index)
            finally:
                self.net = outer

        if scope.loops == MAX_LOOPS:
            raise LimitError(f"repeats by symbols nest deeper than {MAX_LOOPS} levels", item.span)
        nodes, rows = len(self.net.nodes), len(self.net.rows)
        try:
            return Loop(item, count, begin, build, scope.loops).add(self.net, tensor)
        except UnsupportedError as error:
            if isinstance(count, Poly):
                raise
            # A number of passes without a closed form can be written out.
            del self.net.nodes[nodes:], self.net.rows[rows:]
            try:
                return self._write_out(item, tensor, scope, int(count))
            except LimitError as limit:
                raise too_many_passes(item, int(count), error, limit) from None

    def _write_out(self, item: Item, tensor: int, scope: Scope, count: int) -> int:
        for index in range(count):
            self._visit(item, index, scope)
            inner = scope.repeated()
            tensor = BODIES[type(item.body)](self, item, tensor, inner, index)
        return tensor

    def _visit(self, item: Item, index: int, scope: Scope) -> None:
        self.visited += 1
        if self.visited > MAX_LAYERS:
            raise LimitError(f"the network has more than {MAX_LAYERS:,} layers written out", item.span)
        if scope.depth or isinstance(item.body, Recall):
            return
        word = item.body
        kind = WORDS.get(word.word.lower()) if isinstance(word, Word) else None
        own_row = kind is not None and kind.spec.rows and isinstance(word, Word)
        if own_row and isinstance(word, Word):
            size = word.size and replace(word.size, second=None)
            self.net.rows.append(Row(str(Item(replace(word, size=size), item.flags)), item.span))
        elif index == 0:
            self.net.rows.append(Row(self._label(item), item.span))

    @staticmethod
    def _label(item: Item) -> str:
        """Write an item without its tag, a definition without arguments without parentheses."""
        plain = replace(item, tag=None)
        if isinstance(item.body, Call) and not item.body.arguments:
            plain = replace(plain, body=Word(item.body.name))
        return str(plain)

    def _count(self, repeat: Expression, scope: Scope) -> Value:
        demand = self.net.demand(repeat.span)
        count = self.names.evaluate(repeat, scope, demand)
        demand.count(count, "the number of repeats")
        return count

    def build_word(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        """Build a layer, or a definition written without arguments."""
        word = item.body
        assert isinstance(word, Word)
        # In a repeated body the same word with the same parameters is the same layers.
        key = (id(item), scope.channels, *scope.parameters.values())
        if key not in self._words:
            self._words[key] = tuple(self._layers(item, word, scope))
        for layer in self._words[key]:
            tensor = self.net.add(layer, (tensor,), item.span)
        return tensor

    def _layers(self, item: Item, word: Word, scope: Scope) -> Iterator[Layer]:
        """Yield the layer of a word, and those that its flags stand for."""
        kind = find_kind(word, self.definitions)
        defaults = self.defaults.get(kind.spec.word, ())
        options = read_flags(item.flags, defaults, spec=kind.spec, what=word.word)
        evaluate = self._evaluator(item.span, scope)
        layer = word_layer(kind, word, options, evaluate)
        refuse_axis_symbols(layer, word, self.axes)
        yield layer
        yield from self._flag_layers(options, evaluate)

    def build_call(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        """Build a definition with its arguments."""
        call = item.body
        assert isinstance(call, Call)
        definition = self.definitions.get(call.name)
        if definition is None:
            raise unknown_definition(call, self.definitions)
        name = definition.name
        if name in scope.definitions:
            chain = " -> ".join((*scope.definitions, name))
            hint = f"repeat it where it is used: {name} x3"
            raise NotationError(f"the definition {name} uses itself: {chain}", item.span, hint)
        inner = Scope(
            Tags(),
            channels=self.net.shape(tensor).channels,
            definitions=(*scope.definitions, name),
            depth=scope.depth + 1,
            loops=scope.loops,
        )
        values = given(definition, call.arguments, item, index, self._evaluator(item.span, scope))
        parameters: dict[str, Value] = {}
        for parameter in definition.parameters:
            if parameter.name in values:
                parameters[parameter.name] = values[parameter.name]
            else:
                default = default_of(parameter, definition, item)
                evaluate = self._evaluator(item.span, replace(inner, parameters=dict(parameters)))
                parameters[parameter.name] = evaluate(default)
        out = self._run(definition.items, tensor, replace(inner, parameters=parameters))
        return self._activated(out, item, scope)

    def build_group(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        """Build a group of items."""
        group = item.body
        assert isinstance(group, Group)
        out = self._run(group.items, tensor, replace(scope, depth=scope.depth + 1))
        return self._activated(out, item, scope)

    def _activated(self, tensor: int, item: Item, scope: Scope) -> int:
        """Add the activation that a group, a call or a bracket has as its flag."""
        if not item.flags:
            return tensor
        options = read_flags(item.flags, (), what="a group or definition")
        return self._flagged(tensor, options, self._evaluator(item.span, scope), item.span)

    def build_recall(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        """Go on from a tagged tensor."""
        recall = item.body
        assert isinstance(recall, Recall)
        found = scope.tags.find(recall.tag)
        if found is None:
            raise unknown_tag(self.architecture, recall)
        return found

    def build_bracket(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        """Build the branches of a bracket, and join them."""
        bracket = item.body
        assert isinstance(bracket, Bracket)
        inner = replace(scope, depth=scope.depth + 1)
        residual = bracket.operator == "+" and bracket.identity and len(bracket.branches) == 1
        options = read_flags(item.flags, (), what="a bracket", mergeable=residual)
        joined = [tensor] if bracket.identity else []
        joined += [self._run(branch, tensor, inner) for branch in bracket.branches]
        if options.merge:
            out = self._residual(item).join(options.merge, joined[0], joined[1])
        else:
            out = merge(self.net, MERGES[bracket.operator](), joined, item)
        return self._flagged(out, options, self._evaluator(item.span, scope), item.span)

    def _residual(self, item: Item) -> Residual:
        """Return how the bracket adds its input, with what `use conv` sets for projections."""
        options = read_flags((), self.defaults.get("conv", ()), spec=Conv.spec, what="conv")
        evaluate = self._evaluator(item.span, Scope(Tags()))
        norm = flag_layer(options.norm, evaluate) if options.norm else None
        return Residual(self.net, item, norm, options.has_bias)

    def _flagged(self, tensor: int, options: Options, evaluate: Evaluate, span: Span) -> int:
        for layer in self._flag_layers(options, evaluate):
            tensor = self.net.add(layer, (tensor,), span)
        return tensor

    @staticmethod
    def _flag_layers(options: Options, evaluate: Evaluate) -> Iterator[Layer]:
        for flag in (options.norm, options.activation):
            if flag is not None:
                yield flag_layer(flag, evaluate)

    def _evaluator(self, span: Span, scope: Scope) -> Evaluate:
        demand = self.net.demand(span)
        return lambda expression: self.names.evaluate(expression, scope, demand)


Body = Callable[[Builder, Item, int, Scope, int], int]
BODIES: Final[Mapping[type, Body]] = {
    Word: Builder.build_word,
    Call: Builder.build_call,
    Group: Builder.build_group,
    Bracket: Builder.build_bracket,
    Recall: Builder.build_recall,
}
