"""Running a network on one input."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from oracles.counts import MOST_LAYERS, MOST_POSITIONS, Counts, Malformed, Refused, Row
from oracles.expressions import constant
from oracles.tensors import Axis, Back, Kernel, Scope, Style, Tensor, both, cells, settle
from oracles.tree import Call, Definition, Group, Item, Items, Layer, Merge, Program, Recall, Values
from oracles.vocabulary import ACTIVATIONS, NORMS, SKIPS, SPECS
from oracles.windows import POINT, Grid, Scatter, Summed, Tensors, Window


class Machine:
    """Runs a program on one input and keeps the counts."""

    def __init__(self, program: Program, tensors: bool) -> None:
        self.program = program
        self.how: type[Summed | Tensors] = Tensors if tensors else Summed
        self.counts = Counts()
        self.running: list[str] = []
        self.steps = 0
        self.frames = 0
        # For each axis ever made: the axes it depends on, and how (None: on the whole of it).
        self.links: list[list[tuple[int, Back | None]]] = []
        self.periods = [1, 1]
        for word, flags in program.uses.items():
            settle(flags, SPECS[word].flags)

    # Axes

    def axis(self, extent: int, links: list[tuple[int, Back | None]], like: Axis, stride: Fraction) -> Axis:
        """A new axis."""
        if extent < 1:
            raise Refused("nothing is left of an axis")
        if extent > MOST_POSITIONS:
            raise OverflowError("this input is too large for brute force")
        self.links.append(links)
        return replace(like, extent=extent, stride=stride, node=len(self.links) - 1)

    def step(self, axis: Axis, extent: int, back: Back, stride: Fraction | int = 1) -> Axis:
        """The axis that a layer makes of another."""
        return self.axis(extent, [(axis.node, back)], axis, axis.stride * stride)

    def cut(self, axis: Axis, extent: int, back: Back | None = None) -> Axis:
        """An axis whose extent has nothing to do with the input's; it sees the whole of it, if not told."""
        self.frames += 1
        loose = replace(axis, fixed=True, frame=self.frames)
        return self.axis(extent, [(axis.node, back)], loose, Fraction(1))

    def begin(self, channels: int, extents: Sequence[int], pinned: Sequence[bool]) -> Tensor:
        """The input."""
        blank = Axis(0, False, 0, Fraction(1), 0)
        rows, columns = (
            self.axis(extent, [], replace(blank, fixed=fixed), Fraction(1))
            for extent, fixed in zip(extents, pinned, strict=True)
        )
        return Tensor(channels, rows, columns)

    # Items

    def sequence(self, items: Items, x: Tensor, scope: Scope) -> Tensor:
        """One item after another."""
        for item in items:
            x = self.item(item, x, scope)
        return x

    def item(self, item: Item, x: Tensor, scope: Scope) -> Tensor:
        """An item with its repeat, written out, and its tag."""
        if item.tail.repeat is None:
            x = self.once(item, x, scope, 0)
        else:
            for index in range(scope.whole(item.tail.repeat)):
                x = self.once(item, x, Scope(scope.values, scope), index)
        if item.tail.tag is not None:
            scope.tag(item.tail.tag, x)
        return x

    def once(self, item: Item, x: Tensor, scope: Scope, index: int) -> Tensor:
        """An item in one of its repeats."""
        self.steps += 1
        if self.steps > MOST_LAYERS:
            raise Refused(f"more than {MOST_LAYERS} items when written out")
        match item:
            case Recall():
                return scope.recall(item.tag)
            case Layer():
                return self.layer(item, x, scope)
            case Merge():
                return self.merge(item, x, scope)
            case Group():
                y = self.sequence(item.items, x, scope)
            case Call():
                y = self.call(item, x, scope, index)
        return self.activate(settle(item.tail.flags, ACTIVATIONS), y)

    def call(self, call: Call, x: Tensor, scope: Scope, index: int) -> Tensor:
        """The body of a definition, which sees its parameters, `cin` and the free symbols."""
        definition = self.program.definitions.get(call.name)
        if definition is None or call.name in self.running:
            raise Malformed(f"{call.name} is " + ("not defined" if definition is None else "recursive"))
        values = dict(self.free)
        values["cin"] = Fraction(x.channels)
        values.update(self.bind(definition, call, scope, index, values))
        self.running.append(call.name)
        y = self.sequence(definition.body, x, Scope(values))
        self.running.pop()
        return y

    @staticmethod
    def bind(definition: Definition, call: Call, scope: Scope, index: int, values: Values) -> Values:
        """The parameters' values: positional arguments, named ones, then defaults."""
        names = [parameter for parameter, _ in definition.parameters]
        found: dict[str, Fraction] = {}
        for place, argument in enumerate(call.arguments):
            if argument.name is None and (place >= len(names) or len(found) != place):
                raise Malformed(f"{call.name} has too many arguments, or one after a named one")
            parameter = names[place] if argument.name is None else argument.name
            if parameter not in names or parameter in found:
                raise Malformed(f"{call.name} takes no {parameter}, or takes it once")
            found[parameter] = (argument.then if index else argument.first)(scope.values)
        seen = dict(values)
        for parameter, default in definition.parameters:
            if parameter not in found and default is None:
                raise Malformed(f"{call.name} needs {parameter}")
            if parameter not in found:
                found[parameter] = default(seen)
            seen[parameter] = found[parameter]
        return found

    def run(self, values: Values, x: Tensor) -> Tensor:
        """The whole network."""
        self.free = values
        y = self.sequence(self.program.network, x, Scope(values))
        self.counts.output = y.shape
        return y

    # Merges

    def merge(self, item: Merge, x: Tensor, scope: Scope) -> Tensor:
        """Branches on the same input, put together."""
        residual = item.leading and item.operator == "+" and len(item.branches) == 1
        style = settle(item.tail.flags, ACTIVATIONS | (SKIPS if residual else frozenset()))
        outs = [self.sequence(branch, x, scope) for branch in item.branches]
        if item.leading:
            skip = style["skip"].name if "skip" in style else None
            outs = [*self.identity(x, outs[0], skip, scope), *outs]
        return self.activate(style, self.join(item.operator, outs))

    def identity(self, x: Tensor, y: Tensor, skip: str | None, scope: Scope) -> list[Tensor]:
        """What the identity of `[+ f]` is; there may be none."""
        pairs = list(zip(x.axes, y.axes, strict=True))
        strides = [
            after.stride / before.stride if after.frame == before.frame else None for before, after in pairs
        ]
        if skip is None or (x.channels == y.channels and strides == [1, 1]):
            return [x]
        if skip == "opt":
            return []
        if any(stride is None or stride.denominator != 1 for stride in strides):
            raise Refused("the identity has no stride that could be followed")
        windows = [Window(1, int(stride)) for stride in strides if stride is not None]
        if skip == "proj":
            style = settle(self.program.uses.get("conv", ()), SPECS["conv"].flags)
            style.pop("activation", None)
            return [self.convolution(x, Kernel("conv", y.channels, windows, 1, style, scope))]
        if y.channels < x.channels:
            raise Refused("zero padding does not take channels away")
        return [Tensor(y.channels, *self.slide(x, windows)[0])]

    def join(self, operator: str, outs: Sequence[Tensor]) -> Tensor:
        """Concatenate, add or multiply."""
        if len(outs) == 1:
            return outs[0]
        rows, columns = (self.joint([out.axes[i] for out in outs], operator != "|") for i in (0, 1))
        if operator == "|":
            return Tensor(sum(out.channels for out in outs), rows, columns)
        if len({out.channels for out in outs}) > 1:
            raise Refused("the branches differ in channels")
        y = Tensor(outs[0].channels, rows, columns)
        self.counts.elementwise_ops += (len(outs) - 1) * self.how.elements(*y.shape)
        return y

    def joint(self, axes: Sequence[Axis], broadcast: bool) -> Axis:
        """The axis of a merge: equal extents, but for what is 1 by construction."""
        full = [axis for axis in axes if not (broadcast and axis.one)] or list(axes)
        if len({axis.extent for axis in full}) > 1:
            raise Refused("the branches differ in extent")
        if len({(axis.frame, axis.stride) for axis in full}) > 1:
            self.frames += 1
            like = replace(full[0], frame=self.frames, stride=Fraction(1))
        else:
            like = full[0]
        links: list[tuple[int, Back | None]] = [
            (axis.node, (lambda y: (y,)) if axis in full else (lambda _: (0,))) for axis in axes
        ]
        fixed = any(axis.fixed for axis in full)
        return self.axis(full[0].extent, links, replace(like, fixed=fixed), like.stride)

    # Layers

    def layer(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer and the norm and activation that its flags add."""
        flags = self.program.uses.get(layer.word, ()) + layer.tail.flags
        style = settle(flags, SPECS[layer.word].flags)
        own = settle(layer.tail.flags, SPECS[layer.word].flags)
        if "p" in layer.geometry and "fit" in own and own["fit"].name != "ceil":
            raise Malformed("the padding is said twice")
        if layer.word in ("conv", "dw", "deconv", "fc"):
            return self.weighted(layer, x, scope, style)
        if layer.word in ("pool", "avgpool"):
            y = self.pooled(layer, x, scope, style)
        elif layer.word in ("gap", "gmp", "adapool"):
            y = self.adaptive(layer, x, scope)
        else:
            y = self.plain(layer, x, scope)
        return self.activate(style, y)

    def record(
        self, word: str, y: Tensor, *, weights: int = 0, biases: int = 0, macs: int = 0, norm: int = 0
    ) -> None:
        """Add what a layer has to the counts."""
        self.counts.weights += weights
        self.counts.biases += biases
        self.counts.normalization += norm
        self.counts.macs += macs
        self.counts.layers.append(Row(word, y.shape, weights + biases + norm, macs))

    def slide(self, x: Tensor, windows: Sequence[Window]) -> tuple[list[Axis], Grid]:
        """Place windows on both axes: the new axes, and the windows' places."""
        starts = [window.starts(axis.extent) for window, axis in zip(windows, x.axes, strict=True)]
        axes = [
            self.step(axis, len(places), window.sees, window.s)
            for axis, window, places in zip(x.axes, windows, starts, strict=True)
        ]
        return axes, (starts[0], starts[1])

    @staticmethod
    def windows(
        layer: Layer, scope: Scope, fit: str | None, k: Sequence[int], s: Sequence[int]
    ) -> list[Window]:
        """What a layer's geometry says on each axis."""

        def values(letter: str, least: int, default: Sequence[int | None]) -> Sequence[int | None]:
            given = [scope.whole(expr, least) for expr in layer.geometry.get(letter, ())]
            return both(given) if given else default

        if fit == "same" and "p" not in layer.geometry:
            padding: Sequence[int | None] = (None, None)
        else:
            padding = values("p", 0, (0, 0))
        strides, dilations = values("s", 1, s), values("d", 1, (1, 1))
        return [Window(k[i], strides[i] or 1, padding[i], dilations[i] or 1, fit) for i in (0, 1)]

    def weighted(self, layer: Layer, x: Tensor, scope: Scope, style: Style) -> Tensor:
        """A convolution of any kind, or a fully connected layer."""
        c_out = layer.width or (layer.size[0] if layer.word == "fc" else None)
        width = x.channels if c_out is None else scope.whole(c_out)
        if layer.word == "fc":
            return self.connected(x, Kernel("fc", width, (), 1, style, scope))
        sizes = both([scope.whole(size) for size in layer.size])
        fit = style["fit"].name if "fit" in style else "same"
        windows = self.windows(layer, scope, fit, sizes, (1, 1))
        groups = x.channels if layer.word == "dw" else 1
        if "g" in layer.geometry:
            groups = scope.whole(layer.geometry["g"][0])
        run = self.deconvolution if layer.word == "deconv" else self.convolution
        return run(x, Kernel(layer.word, width, windows, groups, style, scope))

    def convolution(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A convolution gathers to every output position, padded ones as full ones."""
        self.divide(kernel.groups, x.channels, kernel.c_out)
        axes, places = self.slide(x, kernel.windows)
        weights, macs = self.how.convolution(
            x.channels, kernel.c_out, kernel.groups, cells(kernel.windows), places
        )
        return self.dress(kernel, Tensor(kernel.c_out, *axes), weights, macs)

    def deconvolution(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A transposed convolution scatters from every input position."""
        self.divide(kernel.groups, x.channels, kernel.c_out)
        axes: list[Axis] = []
        for i, (axis, window) in enumerate(zip(x.axes, kernel.windows, strict=True)):
            scatter = Scatter(window.k, window.s, window.p, window.d)
            self.periods[i] *= window.s
            axes.append(self.step(axis, scatter.extent(axis.extent), scatter.sees, Fraction(1, window.s)))
        places = (range(x.rows.extent), range(x.columns.extent))
        weights, macs = self.how.transposed(
            x.channels, kernel.c_out, kernel.groups, cells(kernel.windows), places
        )
        return self.dress(kernel, Tensor(kernel.c_out, *axes), weights, macs)

    @staticmethod
    def divide(groups: int, *channels: int) -> None:
        """Groups must come out even."""
        if any(number % groups for number in channels):
            raise Refused(f"{groups} groups do not divide {channels} channels")

    def connected(self, x: Tensor, kernel: Kernel) -> Tensor:
        """A fully connected layer is a 1×1 convolution of the flattened tensor."""
        units = self.how.elements(*x.shape)
        y = Tensor(kernel.c_out, *(self.cut(axis, 1) for axis in x.axes))
        weights, macs = self.how.convolution(units, kernel.c_out, 1, POINT, POINT)
        return self.dress(kernel, y, weights, macs)

    def dress(self, kernel: Kernel, y: Tensor, weights: int, macs: int) -> Tensor:
        """Bias, norm and activation of a layer with weights; a norm takes the bias's place if not told."""
        elements, style = self.how.elements(*y.shape), kernel.style
        self.counts.activations += elements
        biased = style["bias"].name == "bias" if "bias" in style else "norm" not in style
        if biased:
            self.counts.bias_additions += elements
        biases = self.how.elements(y.channels, 1, 1) if biased else 0
        self.record(kernel.word, y, weights=weights, biases=biases, macs=macs)
        if "norm" in style:
            size = style["norm"].size
            self.normalize(style["norm"].name, y, None if size is None else kernel.scope.whole(size))
        return self.activate(style, y)

    def normalize(self, word: str, y: Tensor, groups: int | None) -> None:
        """A scale and a shift for each channel; `bn` keeps a mean and a variance, too."""
        if word == "gn":
            self.divide(groups or 32, y.channels)
        pairs = self.how.elements(y.channels, 2, 1)
        self.counts.buffers += pairs if word == "bn" else 0
        self.counts.normalization_ops += self.how.elements(*y.shape)
        self.record(word, y, norm=pairs)

    def activate(self, style: Style, y: Tensor) -> Tensor:
        """The activation that flags add."""
        if "activation" in style:
            self.activation(style["activation"].name, y)
        return y

    def activation(self, word: str, y: Tensor) -> None:
        """One operation for each element; `prelu` has a weight for each channel."""
        self.counts.activation_ops += self.how.elements(*y.shape)
        self.record(word, y, weights=self.how.elements(y.channels, 1, 1) if word == "prelu" else 0)

    def pooled(self, layer: Layer, x: Tensor, scope: Scope, style: Style) -> Tensor:
        """A sliding pool."""
        kernel = both([scope.whole(size) for size in layer.size] or [2])
        fit = style["fit"].name if "fit" in style else None
        windows = self.windows(layer, scope, fit, kernel, kernel)
        if any(2 * (window.p or 0) > window.k for window in windows):
            raise Refused("a pool is padded by more than half its window")
        axes, places = self.slide(x, windows)
        y = Tensor(x.channels, *axes)
        self.counts.pooling_ops += self.how.pooling(x.channels, cells(windows), places)
        self.counts.activations += self.how.elements(*y.shape)
        self.record(layer.word, y)
        return y

    def adaptive(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A pool whose output is given, 1×1 if nothing is said."""
        sizes = both([scope.whole(size) for size in layer.size] or [1])
        axes: list[Axis] = []
        for i, (axis, size) in enumerate(zip(x.axes, sizes, strict=True)):
            self.periods[i] *= size
            axes.append(self.cut(axis, size, None if size == 1 else self.share(axis.extent, size)))
        y = Tensor(x.channels, *axes)
        self.counts.pooling_ops += self.how.elements(*x.shape)
        self.counts.activations += self.how.elements(*y.shape)
        self.record(layer.word, y)
        return y

    @staticmethod
    def share(n: int, size: int) -> Back:
        """Which of n positions an adaptive pool's output sees."""
        return lambda y: range(y * n // size, -(-(y + 1) * n // size))

    def plain(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer that has no window and no matrix of weights."""
        word = layer.word
        if word in NORMS:
            self.normalize(word, x, scope.whole(layer.size[0]) if layer.size else None)
        elif word in ACTIVATIONS:
            self.activation(word, x)
        elif word == "lrn":
            self.counts.normalization_ops += self.how.elements(*x.shape)
            self.record(word, x)
        elif word == "scale":
            self.counts.elementwise_ops += self.how.elements(*x.shape)
            self.record(word, x, weights=self.how.elements(x.channels, 1, 1))
        else:
            x = self.reshaped(layer, x, scope)
            self.record(word, x)
        return x

    def reshaped(self, layer: Layer, x: Tensor, scope: Scope) -> Tensor:
        """A layer that moves elements and computes nothing."""
        size = [scope.whole(value) for value in layer.size] if layer.word not in ("drop",) else []
        match layer.word:
            case "flatten":
                return Tensor(self.how.elements(*x.shape), *(self.cut(axis, 1) for axis in x.axes))
            case "upsample":
                return self.enlarge(x, x.channels, both(size or [2]))
            case "pixelshuffle":
                r = (size or [2])[0]
                self.divide(r * r, x.channels)
                return self.enlarge(x, x.channels // (r * r), (r, r))
            case "pixelunshuffle":
                return self.fold(x, (size or [2])[0])
            case "pad":
                axes = [
                    self.step(axis, axis.extent + 2 * n, lambda y, n=n: (y - n,))
                    for axis, n in zip(x.axes, both(size), strict=True)
                ]
                return Tensor(x.channels, *axes)
            case "shuffle":
                self.divide((size or [2])[0], x.channels)
            case "take":
                taken = scope.whole(layer.width or constant("0"))
                if taken > x.channels:
                    raise Refused(f"there are no {taken} channels to take")
                return x._replace(channels=taken)
        return x

    def enlarge(self, x: Tensor, channels: int, factors: tuple[int, int]) -> Tensor:
        """Every position becomes several."""
        axes: list[Axis] = []
        for i, (axis, factor) in enumerate(zip(x.axes, factors, strict=True)):
            self.periods[i] *= factor
            axes.append(
                self.step(axis, axis.extent * factor, lambda y, f=factor: (y // f,), Fraction(1, factor))
            )
        return Tensor(channels, *axes)

    def fold(self, x: Tensor, r: int) -> Tensor:
        """Several positions become channels of one."""
        self.divide(r, x.rows.extent, x.columns.extent)
        axes = [self.step(axis, axis.extent // r, Window(r, r, 0).sees, r) for axis in x.axes]
        return Tensor(x.channels * r * r, *axes)

    # What an output sees

    def field(self, axis: Axis, origin: Axis, period: int) -> int:
        """The longest stretch of the origin that any of the axis's positions in one period sees."""
        first = max(0, (axis.extent - period) // 2)
        places = range(first, min(axis.extent, first + period))
        return max(self.span(axis.node, place, origin) for place in places)

    def span(self, node: int, place: int, origin: Axis) -> int:
        """From the first position of the origin that one place sees to the last."""
        seen: dict[int, set[int]] = {node: {place}}
        whole: set[int] = set()
        for at in range(node, -1, -1):
            for source, back in self.links[at] if at in seen or at in whole else ():
                if back is None or at in whole:
                    whole.add(source)
                else:
                    seen.setdefault(source, set()).update(x for y in seen[at] for x in back(y))
        if origin.node in whole:
            return origin.extent
        positions = seen.get(origin.node)
        return max(positions) - min(positions) + 1 if positions else 0
