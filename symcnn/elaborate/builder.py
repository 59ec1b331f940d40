"""Walking the items of an architecture, and adding layers to a graph."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from symcnn.algebra.arithmetic import differs, divide
from symcnn.algebra.atoms import symbol, symbols_of
from symcnn.algebra.conditions import Origin
from symcnn.algebra.polynomials import Number as Exact
from symcnn.algebra.polynomials import Poly, Value, checked
from symcnn.algebra.requirements import Demand, Requirements
from symcnn.elaborate.scope import Names, Scope, Tags
from symcnn.elaborate.words import (
    Evaluate,
    Options,
    find_kind,
    flag_layer,
    own_repeat,
    read_flags,
    refuse_axis_symbols,
    word_layer,
)
from symcnn.errors import LimitError, NotationError, SymcnnError, UnsupportedError
from symcnn.graph import Graph, Node, Row
from symcnn.layers import WORDS, Extent, Layer, Pair, Shape
from symcnn.layers.merges import MERGES, Add, Merge, PaddedShortcut
from symcnn.layers.windows import Conv
from symcnn.limits import MAX_LAYERS, MAX_NESTING, MAX_SYMBOLIC_WORK
from symcnn.notation.expressions import Expression
from symcnn.notation.syntax import (
    Architecture,
    Argument,
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
    """

    def __init__(self, architecture: Architecture, bound: Mapping[str, Exact]) -> None:
        self.architecture = architecture
        self.requirements = Requirements()
        self.definitions: dict[str, Definition] = {}
        self.defaults: dict[str, tuple[Flag, ...]] = {}
        self.nodes: list[Node] = []
        self.rows: list[Row] = []
        self.visited = 0
        self.work = 0
        self.names = Names(bound)
        self._outputs: dict[tuple[int, ...], tuple[Shape, Layer, tuple[Shape, ...]]] = {}
        self._words: dict[tuple[object, ...], tuple[Layer, ...]] = {}
        self.input = self._input()
        self.axes = (symbols_of(self.input.height.value), symbols_of(self.input.width.value))

    def build(self) -> Graph:
        """Build the graph."""
        for definition in self.architecture.definitions:
            self._define(definition)
        for default in self.architecture.defaults:
            self._default(default.word, default.flags, default.span)
        output = self._run(self.architecture.items, 0, Scope(Tags()))
        return Graph(
            input=self.input,
            nodes=tuple(self.nodes),
            output=output,
            rows=tuple(self.rows),
            domain=self.requirements.domain(self.architecture.text),
            symbols=frozenset(self.names.free) | {"C", "H", "W"},
            text=self.architecture.text,
            bound=tuple(sorted(self.names.bound.items())),
        )

    def shape(self, tensor: int) -> Shape:
        """Return the shape of a tensor."""
        return self.nodes[tensor - 1].output if tensor else self.input

    def _input(self) -> Shape:
        scope = Scope(Tags())
        for pin in self.architecture.pins:
            demand = self._demand(pin.span, None)
            value = self.names.evaluate(pin.value, scope, demand)
            demand.count(value, f"the input's {pin.name}")
            given = self.names.bound.get(pin.name)
            if given is not None and given != value:
                raise NotationError(f"the text pins {pin.name}, but {given} is given", pin.span)
            self.names.bound[pin.name] = value
        channels, height, width = (self.names.bound.get(n, symbol(n)) for n in ("C", "H", "W"))
        return Shape(channels, Extent(height), Extent(width))

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

    def _demand(self, span: Span, shape: Shape | None) -> Demand:
        return Demand(self.requirements, Origin(span, shape.sizes if shape else None))

    def _run(self, items: Sequence[Item], tensor: int, scope: Scope) -> int:
        """Build a row of items on a tensor, and return the tensor that goes on."""
        if scope.depth > MAX_NESTING:
            raise LimitError(f"brackets and definitions nest deeper than {MAX_NESTING} levels", items[0].span)
        for item in items:
            repeat = item.repeat if item.repeat is not None else own_repeat(item)
            count = 1 if repeat is None else self._count(repeat, scope)
            body = BODIES[type(item.body)]
            for index in range(count):
                self._visit(item, index, scope)
                inner = scope if repeat is None else replace(scope, tags=Tags(scope.tags))
                tensor = body(self, item, tensor, inner, index)
            if item.tag is not None:
                scope.tags.set(item.tag, tensor, item.span)
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
            self.rows.append(Row(str(Item(replace(word, size=size), item.flags)), item.span))
        elif index == 0:
            self.rows.append(Row(str(replace(item, tag=None)), item.span))

    def _count(self, repeat: Expression, scope: Scope) -> int:
        demand = self._demand(repeat.span, None)
        count = self.names.evaluate(repeat, scope, demand)
        if isinstance(count, Poly):
            raise UnsupportedError(
                f"the number of repeats, {count}, is a symbol without a value",
                repeat.span,
                f"give it a value, as in -D {min(symbols_of(count))}=3",
            )
        demand.count(count, "the number of repeats")
        if count > MAX_LAYERS:
            raise LimitError(f"the network has more than {MAX_LAYERS:,} layers written out", repeat.span)
        return int(count)

    # One method for each kind of body: item, tensor, scope and the number of the repetition.

    def _word(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        word = item.body
        assert isinstance(word, Word)
        if word.word in self.definitions:
            return self._plain_call(word, item, tensor, scope)
        # In a repeated body the same word with the same parameters is the same layers.
        key = (id(item), scope.channels, *scope.parameters.values())
        if key not in self._words:
            self._words[key] = tuple(self._layers(item, word, scope))
        for layer in self._words[key]:
            tensor = self._add(layer, (tensor,), item.span)
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

    def _plain_call(self, word: Word, item: Item, tensor: int, scope: Scope) -> int:
        """Build a definition that is written without parentheses."""
        for part, name in ((word.size, "size"), (word.geometry, "geometry"), (word.width, "width")):
            if part:
                raise NotationError(f"{word.word} is a definition and takes no {name}", word.span)
        return self._apply(self.definitions[word.word], (), item, tensor, scope, 0)

    def _call(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        call = item.body
        assert isinstance(call, Call)
        definition = self.definitions.get(call.name)
        if definition is None:
            find = Word(call.name, span=call.span)
            if call.name.lower() in WORDS:
                raise NotationError(f"{call.name} is a layer and takes no arguments", call.span)
            raise find_definition_error(find, self.definitions, call)
        return self._apply(definition, call.arguments, item, tensor, scope, index)

    def _apply(
        self,
        definition: Definition,
        arguments: tuple[Argument, ...],
        item: Item,
        tensor: int,
        scope: Scope,
        index: int,
    ) -> int:
        name = definition.name
        if name in scope.definitions:
            chain = " -> ".join((*scope.definitions, name))
            raise NotationError(f"the definition {name} uses itself: {chain}", item.span)
        inner = Scope(
            Tags(),
            channels=self.shape(tensor).channels,
            definitions=(*scope.definitions, name),
            depth=scope.depth + 1,
        )
        values = self._arguments(definition, arguments, item, scope, index)
        parameters: dict[str, Value] = {}
        for parameter in definition.parameters:
            if parameter.name in values:
                parameters[parameter.name] = values[parameter.name]
            elif parameter.default is not None:
                inner = replace(inner, parameters=dict(parameters))
                demand = self._demand(parameter.span, None)
                parameters[parameter.name] = self.names.evaluate(parameter.default, inner, demand)
            else:
                raise self._wrong_arguments(definition, item, f"{parameter.name} is missing")
        out = self._run(definition.items, tensor, replace(inner, parameters=parameters))
        return self._activated(out, item, scope)

    def _arguments(
        self,
        definition: Definition,
        arguments: tuple[Argument, ...],
        item: Item,
        scope: Scope,
        index: int,
    ) -> dict[str, Value]:
        """Evaluate arguments where they are written, by the names of the parameters."""
        names = [p.name for p in definition.parameters]
        values: dict[str, Value] = {}
        for place, argument in enumerate(arguments):
            if argument.name is None and place >= len(names):
                raise self._wrong_arguments(definition, item, f"{len(arguments)} are given")
            name = names[place] if argument.name is None else argument.name
            if name not in names:
                raise NotationError(
                    f"{definition.name} has no parameter {name}",
                    argument.span,
                    f"it takes {', '.join(names)}" if names else "it takes no arguments",
                )
            if name in values:
                raise NotationError(f"{definition.name} gets {name} twice", argument.span)
            written = argument.value if index == 0 or argument.then is None else argument.then
            values[name] = self.names.evaluate(written, scope, self._demand(argument.span, None))
        return values

    @staticmethod
    def _wrong_arguments(definition: Definition, item: Item, what: str) -> NotationError:
        takes = ", ".join(str(p) for p in definition.parameters)
        return NotationError(
            f"wrong arguments for {definition.name}: {what}",
            item.span,
            f"it is defined as {definition.name}({takes})" if takes else f"{definition.name} takes no arguments",
        )

    def _group(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
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

    def _recall(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        recall = item.body
        assert isinstance(recall, Recall)
        found = scope.tags.find(recall.tag)
        if found is None:
            raise unknown_tag(self.architecture, recall)
        return found

    def _bracket(self, item: Item, tensor: int, scope: Scope, index: int) -> int:
        bracket = item.body
        assert isinstance(bracket, Bracket)
        inner = replace(scope, depth=scope.depth + 1)
        residual = bracket.operator == "+" and bracket.identity and len(bracket.branches) == 1
        options = read_flags(item.flags, (), what="a bracket", mergeable=residual)
        joined = [tensor] if bracket.identity else []
        joined += [self._run(branch, tensor, inner) for branch in bracket.branches]
        if options.merge and residual:
            out = self._residual(options.merge, joined[0], joined[1], item)
        else:
            out = self._merge(MERGES[bracket.operator](), joined, item)
        return self._flagged(out, options, self._evaluator(item.span, scope), item.span)

    def _merge(self, layer: Merge, joined: Sequence[int], item: Item) -> int:
        try:
            return self._add(layer, tuple(joined), item.span)
        except SymcnnError as error:
            bracket = item.body
            if isinstance(bracket, Bracket) and not error.related:
                spans = [b[0].span.to(b[-1].span) for b in bracket.branches]
                error.related = tuple(("a branch is here", span) for span in spans[:3])
            raise

    def _residual(self, how: str, tensor: int, result: int, item: Item) -> int:
        """Add the input to the result of `f`, where shapes differ as the flag says."""
        x, y = self.shape(tensor), self.shape(result)
        when, stride = self._difference(x, y)
        if when == 0:
            return self._merge(Add(), (tensor, result), item)
        if how == "opt":
            return result if when == 1 else self._optional(tensor, result, 1 - when, item)
        if stride is None:
            raise NotationError(
                f":{how} cannot follow what fixes the size of the map",
                item.span,
                "[+ f]:opt leaves the identity out",
            )
        for value in set(stride):
            self._demand(item.span, x).count(value, f"the stride that :{how} follows")
        if how == "pad":
            shortcut = self._add(PaddedShortcut(y.channels, stride), (tensor,), item.span, when)
        else:
            shortcut = self._projection(tensor, y.channels, stride, item, when)
        return self._merge(Add(), (shortcut, result), item)

    @staticmethod
    def _difference(x: Shape, y: Shape) -> tuple[Value, Pair | None]:
        """Return the bracket of "shapes differ", and the stride of the way between.

        Decided by channels and total stride, never by extents at a point: at
        extent 1 a block of stride 2 has equal shapes, and still projects.
        """
        fixed = x.height.collapses != y.height.collapses or x.width.collapses != y.width.collapses
        if fixed:
            return 1, None
        pairs = ((x.channels, y.channels), (x.height.stride, y.height.stride), (x.width.stride, y.width.stride))
        when = differs(b - a for a, b in pairs)
        stride = Pair(divide(y.height.stride, x.height.stride), divide(y.width.stride, x.width.stride))
        return when, stride

    def _projection(self, tensor: int, channels: Value, stride: Pair, item: Item, when: Value) -> int:
        """Add the 1×1 convolution of an option B shortcut, as `use conv` sets it."""
        flags = self.defaults.get("conv", ())
        options = read_flags((), flags, spec=Conv.spec, what="conv")
        bias = options.bias if options.bias is not None else options.norm is None
        out = self._add(Conv(channels, Pair(1, 1), stride, bias=bias), (tensor,), item.span, when)
        if options.norm is None:
            return out
        norm = flag_layer(options.norm, self._evaluator(item.span, Scope(Tags())))
        return self._add(norm, (out,), item.span, when)

    def _optional(self, tensor: int, result: int, when: Value, item: Item) -> int:
        """Add the input where that is possible, which depends on symbols."""
        y = self.shape(result)
        self.nodes.append(Node(Add(), (tensor, result), (y, y), y, len(self.rows) - 1, item.span, when))
        return len(self.nodes)

    def _flagged(self, tensor: int, options: Options, evaluate: Evaluate, span: Span) -> int:
        for layer in self._flag_layers(options, evaluate):
            tensor = self._add(layer, (tensor,), span)
        return tensor

    @staticmethod
    def _flag_layers(options: Options, evaluate: Evaluate) -> Iterator[Layer]:
        for flag in (options.norm, options.activation):
            if flag is not None:
                yield flag_layer(flag, evaluate)

    def _evaluator(self, span: Span, scope: Scope) -> Evaluate:
        demand = self._demand(span, None)
        return lambda expression: self.names.evaluate(expression, scope, demand)

    def _add(self, layer: Layer, inputs: tuple[int, ...], span: Span, when: Value = 1) -> int:
        """Add a layer and what it requires; return its output tensor."""
        shapes = tuple(self.shape(i) for i in inputs)
        key = (id(layer), *map(id, shapes))
        known = self._outputs.get(key)
        if known is None:
            output = self._checked_output(layer, shapes, span)
            # Layer and shapes are kept with the result, so that their identities stay theirs.
            self._outputs[key] = (output, layer, shapes)
        else:
            output, _, shapes = known
        self.nodes.append(Node(layer, inputs, shapes, output, len(self.rows) - 1, span, when))
        return len(self.nodes)

    def _checked_output(self, layer: Layer, shapes: tuple[Shape, ...], span: Span) -> Shape:
        """Return the output of a layer, after stating what it requires."""
        demand = self._demand(span, shapes[0])
        width = layer.spec.width_field if hasattr(layer, "spec") else None
        if width is not None and (channels := getattr(layer, width)) is not None:
            demand.count(channels, f"the width of {layer.spec.word}")
        layer.require(demand, *shapes)
        output = layer.output(*shapes)
        for before, after in ((shapes[0].height, output.height), (shapes[0].width, output.width)):
            if after is not before:
                demand.at_least(after.value, 1, lambda _: f"the input is too small for {layer.label()}")
        if output.channels is not shapes[0].channels:
            checked(output.channels)
            self._work(shapes[0].channels, output.channels, span)
        return output

    def _work(self, before: Value, after: Value, span: Span) -> None:
        """Count the products of terms that this layer's costs will take."""
        if isinstance(before, Poly) and isinstance(after, Poly):
            self.work += len(before.terms) * len(after.terms)
            if self.work > MAX_SYMBOLIC_WORK:
                raise LimitError(f"the symbolic channels take more than {MAX_SYMBOLIC_WORK:,} products", span)


Body = Callable[[Builder, Item, int, Scope, int], int]
BODIES: Final[Mapping[type, Body]] = {
    Word: Builder._word,
    Call: Builder._call,
    Group: Builder._group,
    Bracket: Builder._bracket,
    Recall: Builder._recall,
}


def find_definition_error(word: Word, definitions: Mapping[str, Definition], call: Call) -> NotationError:
    """Return the error for a call of something that is not defined."""
    from difflib import get_close_matches

    near = get_close_matches(word.word, definitions, n=2, cutoff=0.6)
    arguments = str(call)[len(call.name) :]
    hint = f"did you mean: {' or '.join(n + arguments for n in near)}" if near else None
    return NotationError(f'unknown definition "{word.word}"', call.span, hint)


def unknown_tag(architecture: Architecture, recall: Recall) -> NotationError:
    """Return the error for a tag that is not in sight: unset, later, or elsewhere."""
    places = [item.span for item in all_items(architecture) if item.tag == recall.tag]
    if not places:
        known = sorted({i.tag for i in all_items(architecture) if i.tag})
        hint = f"tags: {', '.join('@' + t for t in known)}" if known else "tag a tensor as in conv3-64@a"
        return NotationError(f"there is no tag @{recall.tag}", recall.span, hint)
    if places[0].start > recall.span.start:
        return NotationError(
            f"the tag @{recall.tag} is set later", recall.span, related=(("it is set here", places[0]),)
        )
    return NotationError(
        f"the tag @{recall.tag} cannot be seen from here",
        recall.span,
        "a definition or a repeated item keeps its tags to itself",
        related=(("it is set here", places[0]),),
    )


def all_items(architecture: Architecture) -> list[Item]:
    """Return all items of an architecture, in order of their places."""
    rows = [architecture.items, *(d.items for d in architecture.definitions)]
    found: list[Item] = []
    while rows:
        for item in rows.pop():
            found.append(item)
            if isinstance(item.body, Group):
                rows.append(item.body.items)
            elif isinstance(item.body, Bracket):
                rows.extend(item.body.branches)
    return sorted(found, key=lambda item: item.span.start)
