"""Writing a network as text, so that it mostly runs: layers in a row, and what puts them together."""

import re

from symcnn.testing.known import Channels, Scale, Tensor
from symcnn.testing.layers import LayerWriter
from symcnn.testing.plans import Block, Leaf, Plan
from symcnn.testing.spelling import again, letter

FIXING = re.compile(r"gap|gmp|adapool|fc|linear|dense|flatten|[BD]\w+", re.IGNORECASE)
"""What fixes the size of a map, or may hide what does."""


class Writer(LayerWriter):
    """Writes the items of one network, blocks by the method of their kind."""

    def items(self, plan: Plan, x: Tensor) -> tuple[str, Tensor]:
        """Items one after another."""
        written: list[str] = []
        for wish in plan:
            text, x = self.leaf(wish, x) if isinstance(wish, Leaf) else getattr(self, wish.how)(wish, x)
            written.append(text)
        return ",".join(written) or "identity", x

    def deeper(self, plan: Plan, x: Tensor) -> tuple[str, Tensor]:
        """Items that may be run several times, so that maps must not grow in them."""
        self.depth += 1
        found = self.items(plan, x)
        self.depth -= 1
        return found

    def matched(self, x: Tensor, y: Tensor, like: Tensor) -> str | None:
        """What makes y's channels those of another tensor; None where nothing does."""
        if y.scale != like.scale:
            return None
        if y.channels == like.channels:
            return ""
        return f",conv1-{like.channels}" if like.channels.written else None

    def residual(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`[+ f]`, with the shortcut that f needs."""
        text, y = self.items(block.bodies[0], x)
        if x.scale.fixed and FIXING.search(text):
            # Is a size that is fixed twice on one way, and once on another, one size? No rule says so.
            text, y = self.strided(block, x, 1)
        end = self.matched(x, y, x)
        if end is not None and block.number % 4 == 0:
            return f"[+{text}{end}]{block.flags}", x
        shortcut = ("proj", "pad", "opt", "proj")[block.number % 4]
        if y.scale.base != x.scale.base and block.number % 2:
            text, y = self.strided(block, x, 1 + block.number // 4)
        elif y.scale.base != x.scale.base:
            shortcut = "opt"
        difference = y.channels.plus(x.channels.times(-1))
        if shortcut == "pad" and (difference.constant < 0 or any(v < 0 for v in difference.terms.values())):
            if block.number < 4 or not x.channels.written:
                shortcut = "proj"
            else:
                channels = x.channels.plus(Channels({}, block.width))
                text, y = f"conv3s2-{channels}", Tensor(channels, x.scale.strided(2, 2))
        return f"[+{text}]:{shortcut}{block.flags}", y

    @staticmethod
    def strided(block: Block, x: Tensor, stride: int) -> tuple[str, Tensor]:
        """A convolution that a shortcut can follow."""
        y = Tensor(Channels({}, block.width), x.scale.strided(stride, stride))
        return f"conv3s{stride}-{block.width}", y

    def branches(self, block: Block, x: Tensor) -> tuple[list[str], list[Tensor]]:
        """Branches with one scale: a branch that ends elsewhere is written like the first one."""
        first, target = self.items(block.bodies[0], x)
        texts, tensors = [first], [target]
        for body in block.bodies[1:]:
            before = self.growth
            text, y = self.items(body, x)
            if y.scale != target.scale:
                self.growth = before
                text, y = again(first), target
                if target.scale.base == x.scale.base:
                    stride = (target.scale.rows // x.scale.rows, target.scale.columns // x.scale.columns)
                    text = f"conv3{letter('s', stride)}-{block.width}"
                    y = Tensor(Channels({}, block.width), target.scale)
            texts.append(text)
            tensors.append(y)
        return texts, tensors

    def concat(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`[a | b]`."""
        texts, tensors = self.branches(block, x)
        if len(texts) == 1:
            return self.dense(block, x)
        channels = Channels()
        for y in tensors:
            channels = channels.plus(y.channels)
        return f"[{' | '.join(texts)}]{block.flags}", Tensor(channels, tensors[0].scale)

    def elementwise(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`[a + b]` and `[a * b]`."""
        texts, tensors = self.branches(block, x)
        first = texts[0]
        texts, tensors = ([*texts, again(first)], tensors * 2) if len(texts) == 1 else (texts, tensors)
        like = tensors[0]
        for i, y in enumerate(tensors):
            end = self.matched(x, y, like)
            texts[i] = again(first) if end is None else texts[i] + end
        sign = "+*"[block.number % 2]
        return f"[{f' {sign} '.join(texts)}]{block.flags}", like

    def dense(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`[| f]`."""
        before = self.growth
        text, y = self.items(block.bodies[0], x)
        if y.scale != x.scale:
            self.growth = before
            text, y = f"conv3-{block.width}", Tensor(Channels({}, block.width), x.scale)
        return f"[|{text}]{block.flags}", Tensor(x.channels.plus(y.channels), x.scale)

    def excite(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """Squeeze-and-excitation, and additions that repeat one position."""
        end = f"conv1-{block.width}:relu,conv1-{x.channels}" if x.channels.written else "dw1"
        pool = ("gmp", "gap", "adapool1", "gap")[block.number % 4]
        sign = "*+"[block.number // 4 % 2]
        return f"[{sign}{pool},{end}:sigmoid]{block.flags}", x

    def group(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`(a, b)x3`: each pass enters with channels that only the writer knows."""
        if block.symbol and not self.inside:
            return self.loop(block, x)
        if block.number == 1:
            text, y = self.items(block.bodies[0], x)
            return f"({text}){block.flags}", y
        entering = f"?{self.name()}"
        text, once = self.deeper(block.bodies[0], Tensor(Channels({entering: 1}), x.scale))
        channels = x.channels
        for _ in range(block.number):
            channels = once.channels.put({entering: channels})
        y = Tensor(channels, self.repeated(x.scale, once.scale, block.number, text))
        space = " " * bool(block.flags)
        return f"({text}){block.flags}{space}x{block.number}", y

    def loop(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """`(a)xn`: all passes leave the same channels."""
        text, once = self.deeper(block.bodies[0], Tensor(Channels({f"?{self.name()}": 1}), x.scale))
        if once.channels.written:
            channels = once.channels
        else:
            text, channels = f"{text},conv1-{block.width}", Channels({}, block.width)
        still = once.scale == x.scale
        scale = x.scale if still else x.scale.moved(f"({text})x{block.symbol}")
        return f"({text}){block.flags} x{{{block.symbol}}}", Tensor(channels, scale)

    @staticmethod
    def repeated(before: Scale, once: Scale, number: int, text: str) -> Scale:
        """The extents after several passes."""
        if once.base != before.base:
            return before.through(once, f"({text})x{number}")
        strides = (once.rows // before.rows) ** number, (once.columns // before.columns) ** number
        return before.strided(*strides)

    def call(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """A definition and its use, perhaps with an argument that changes after the first pass."""
        if self.portable:
            return self.group(block, x)
        called, inside, self.inside = f"D{self.name()}", self.inside, True
        body, once = self.deeper(block.bodies[0], Tensor(Channels({"cin": 1})))
        self.inside = inside
        self.definitions.append(f"{called}(w,s=1)={body},conv3s{{s}}-w")
        first, then = block.width, block.width + block.number % 3
        stride = 1 + block.number % 2
        width = f"{first}->{then}" if then != first and block.number > 1 else str(first)
        geometry = f",s={stride}->1" if stride > 1 and block.number > 1 else f",{stride}" * (stride > 1)
        repeat = f"x{block.number}" if block.number > 1 else ""
        channels = Channels({}, first if block.number == 1 else then)
        scale = x.scale
        if once.scale == Scale() and block.number > 1:
            scale = scale.strided(stride, stride)
        elif once.scale != Scale() or stride > 1:
            scale = scale.through(once.scale, f"{called}x{block.number}")
        space = " " * bool(block.flags and repeat)
        return f"{called}({width}{geometry}){block.flags}{space}{repeat}", Tensor(channels, scale)

    def bare(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """A definition without parameters, whose widths follow `cin`."""
        if self.portable:
            return self.group(block, x)
        called, inside, self.inside = f"B{self.name()}", self.inside, False
        body, once = self.deeper(block.bodies[0], Tensor(Channels({"cin": 1})))
        self.inside = inside
        self.definitions.append(f"{called} = {body}")
        channels = x.channels
        for _ in range(block.number):
            channels = once.channels.put({"cin": channels})
        still = once.scale == Scale()
        scale = x.scale if still else x.scale.through(once.scale, f"{called}x{block.number}")
        repeat = f" x{block.number}" if block.number > 1 else ""
        return f"{called}{block.flags}{repeat}", Tensor(channels, scale)

    def net(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """A U: down, through a body, up again, and together with what was tagged before."""
        if self.portable:
            return self.group(block, x)
        tag, width = self.name(), block.width
        down = ("pool", "conv3s2-4", "pool3s2p1", "pool2:ceil")[block.number % 4]
        low = Tensor(Channels({}, 4 if "conv" in down else width), Scale("low"))
        body, y = self.deeper(block.bodies[0], low)
        if y.scale != low.scale:
            body = "conv3-3"
        up = (f"deconv2s2-{width}", f"upsample2,conv1-{width}", f"deconv3s2-{width}")[block.number % 3]
        sign, channels = ("|", 2 * width) if block.number % 5 < 3 else ("+", width)
        text = f"conv3-{width}@{tag},{down},{body},[{up} {sign} @{tag}]{block.flags}"
        return text, Tensor(Channels({}, channels), x.scale)

    def detour(self, block: Block, x: Tensor) -> tuple[str, Tensor]:
        """Layers that are built, and left again for a tagged tensor."""
        text, y = self.items(block.bodies[0], x)
        if self.portable:
            return text, y
        tag = self.name()
        other, _ = self.deeper(block.bodies[-1], y)
        if block.number % 2:
            return f"({text})@{tag},{other},@{tag}", y
        return f"({text})@{tag},({other}),[@{tag},conv1-2 | @{tag}]", y._replace(
            channels=y.channels.plus(Channels({}, 2))
        )
