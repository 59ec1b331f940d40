"""Writing a network as text, so that it mostly runs."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symcnn.testing.known import Channels, Scale, Tensor
from symcnn.testing.plans import Block, Leaf, Plan

SPELLINGS: Mapping[str, Sequence[str]] = {
    "conv": ("conv", "Conv", "CONV"),
    "dw": ("dw", "depthwise"),
    "deconv": ("deconv", "convt"),
    "pool": ("pool", "maxpool", "MaxPool"),
    "fc": ("fc", "FC-", "linear", "dense"),
    "drop": ("drop0.5", "drop"),
    "softmax": ("softmax", "soft-max"),
    "relu": ("relu", "ReLU", "relu6"),
    "leaky": ("leaky", "leaky0.2"),
    "lrn": ("lrn", "lrn3"),
    "gn": ("gn1",),
}
ACTIVATION_FLAGS = ("", ":relu", ":silu", ":prelu", ":softmax", ":noprelu")
PLAIN = (
    "bn in ln gn scale prelu relu leaky elu sigmoid hsigmoid silu hswish mish gelu tanh softmax lrn drop "
    "identity"
).split()
RARELY_FITS = (
    ("conv3g2-3", 3),
    ("conv3g3-3", 3),
    ("gn3", None),
    ("gn", None),
    ("shuffle3", None),
    ("conv3-4,[+conv3-5]", 4),
    ("conv3-4,[+conv3p0-4]", 4),
    ("conv3-4,[identity|conv3s2-4]", 8),
    ("conv3-4,[+conv4p1-4]", 4),
    ("conv3-4,pixelshuffle3", 1),
    ("conv3-4,take-5", 5),
    ("conv3-4,dw3-6", 6),
    ("conv3-4,[+conv3-2]:pad", 2),
    ("pool3p2", None),
    ("pool2p1d2", None),
    ("conv3-2,[pool2|pool2:ceil]", 4),
    ("conv3-2,[pool3s2|conv3s2-2]", 4),
    ("conv3-2,[adapool1*gap*conv1-2]", 2),
    ("conv3-2,[pool2,pool2+pool3]", 2),
    ("conv3-2,[+upsample2]:proj", 2),
    ("conv3-2,[+gap]:pad", 2),
    ("conv3-2,[+pool2,conv1-3]:proj", 3),
    ("[+pool2:ceil,conv1-3]:proj", 3),
    ("(conv3-{2+2})x{2-1}", 4),
    ("conv3-4,[+dw3s2,upsample2]", 4),
    ("conv3-{round_to(13,8)},[|conv3-{max(2,7//2)}]", 19),
)
"""Items that many inputs, or all, make impossible; and the channels they leave, if they change them."""

FIXING = re.compile(r"gap|gmp|adapool|fc|linear|dense|flatten|[BD]\w+", re.IGNORECASE)
"""What fixes the size of a map, or may hide what does."""

MOST_GROWTH = 8
"""How much all upsamplings together may enlarge a map, so that the counting stays quick."""


def pair(values: tuple[int, int]) -> str:
    """A value for each axis, as the notation writes it."""
    return f"{values[0]}" if values[0] == values[1] else f"{values[0]}x{values[1]}"


def letter(name: str, values: tuple[int, int]) -> str:
    """A letter of the geometry, unless it says what is so anyway."""
    return "" if values == (1, 1) else name + pair(values)


def again(text: str) -> str:
    """The same items once more; as a repeated item, they keep their tags to themselves."""
    return f"({text})x1" if "@" in text else text


@dataclass
class Writer:
    """Writes the items of one network.

    Attributes:
        definitions: the definitions written so far.
        names: how many names the text has.
        growth: how much upsamplings enlarge the map, all together.
        depth: how many repeated items or definitions there are around.
        portable: whether to write neither definitions nor tags.
        inside: whether the body of a definition with the parameter `w` is being written.
    """

    definitions: list[str] = field(default_factory=list)
    names: int = 0
    growth: int = 1
    depth: int = 0
    portable: bool = False
    inside: bool = False

    def name(self) -> str:
        """A name that the text does not have yet."""
        self.names += 1
        return "abcdefghijklmnopqrstuvw"[self.names % 23] * (self.names // 23 + 1)

    def items(self, plan: Plan, x: Tensor) -> tuple[str, Tensor]:
        """Items one after another."""
        written: list[str] = []
        for wish in plan:
            text, x = self.leaf(wish, x) if isinstance(wish, Leaf) else getattr(self, wish.how)(wish, x)
            written.append(text)
        return ",".join(written) or "identity", x

    # Layers

    def leaf(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """One layer, with its repeat."""
        write: Callable[[Leaf, Tensor], tuple[str, Tensor]] = getattr(self, wish.word, self.plain)
        text, y = write(wish, x)
        if wish.repeat == 1 or wish.word not in ("conv", "dw", "pool", "avgpool", "fc", *PLAIN):
            return text, y
        for _ in range(wish.repeat - 1):
            _, y = write(replace(wish, groups=1), y)
        glued = wish.word in ("conv", "fc") and ":" not in text
        return f"{text}{'' if glued else ' '}x{wish.repeat}", y

    def spelled(self, wish: Leaf) -> str:
        """The word, in one of its spellings."""
        forms = SPELLINGS.get(wish.word, (wish.word,))
        return forms[wish.spelling % len(forms)]

    def wished(self, wish: Leaf, x: Tensor, step: int = 1) -> tuple[str, Channels]:
        """A width: a symbol, a number, the channels before, or inside a definition its parameter."""
        if wish.symbol and not self.inside:
            channels = Channels({wish.symbol: wish.width * step})
            return str(channels), channels
        if self.inside and step == 1 and wish.width % 3 == 0:
            return "w", Channels({"w": 1})
        if wish.width == 4 and step == 1 and x.channels.terms and x.channels.written:
            return str(x.channels), x.channels
        number = wish.width * step
        text = f"{{{number}*1}}" if wish.width == 5 else str(number)
        return text, Channels({}, number)

    def slid(self, wish: Leaf, x: Tensor, *, same: bool) -> tuple[str, Scale]:
        """Size and geometry of a window, and the extents that it leaves."""
        geometry = letter("s", wish.stride) + letter("d", wish.dilation)
        if wish.padding is not None:
            geometry += "p" + pair(wish.padding)
        reach = [d * (k - 1) for k, d in zip(wish.size, wish.dilation, strict=True)]
        padded = wish.padding is not None and list(wish.padding) == [r / 2 for r in reach]
        if same or padded:
            return geometry, x.scale.strided(*wish.stride)
        return geometry, x.scale.moved(f"{pair(wish.size)}{geometry}{wish.flags}")

    def conv(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A convolution; its groups divide both sides."""
        groups = wish.groups if x.channels.divisible(wish.groups) else 1
        width, channels = self.wished(wish, x, groups)
        valid = wish.padding is None and wish.spelling == 3
        geometry, scale = self.slid(wish, x, same=wish.padding is None and not valid)
        geometry += f"g{groups}" * (groups > 1)
        if valid:
            scale = x.scale.moved(f"{pair(wish.size)}{geometry}:valid")
        flags = ":valid" * valid + wish.flags
        return f"{self.spelled(wish)}{pair(wish.size)}{geometry}-{width}{flags}", Tensor(channels, scale)

    def dw(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A depthwise convolution, sometimes to several times the channels."""
        geometry, scale = self.slid(wish, x, same=wish.padding is None)
        many = wish.width in (2, 3) and wish.repeat == 1 and x.channels.written
        channels = x.channels.times(wish.width) if many else x.channels
        width = f"-{channels}" if many else ""
        return f"{self.spelled(wish)}{pair(wish.size)}{geometry}{width}{wish.flags}", Tensor(channels, scale)

    def deconv(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A transposed convolution."""
        stride = wish.stride if self.grown(wish.stride[0] * wish.stride[1]) else (1, 1)
        groups = wish.groups if x.channels.divisible(wish.groups) else 1
        width, channels = self.wished(wish, x, groups)
        geometry, _ = self.slid(replace(wish, stride=stride), x, same=True)
        geometry += f"g{groups}" * (groups > 1)
        still = stride == (1, 1) and wish.padding is None
        scale = x.scale if still else x.scale.moved(f"^{pair(wish.size)}{geometry}")
        return f"{self.spelled(wish)}{pair(wish.size)}{geometry}-{width}{wish.flags}", Tensor(channels, scale)

    def pool(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A sliding pool; its padding is at most half its window."""
        fit = ("", "", ":ceil", ":same")[wish.groups % 4]
        stride = wish.size if wish.stride == (1, 1) else wish.stride
        rows, columns = (min(p, k // 2) for p, k in zip(wish.padding or (0, 0), wish.size, strict=True))
        padding = None if wish.padding is None or fit == ":same" else (rows, columns)
        geometry, scale = self.slid(
            replace(wish, padding=padding, flags=wish.flags + fit, stride=stride), x, same=fit == ":same"
        )
        if wish.stride == (1, 1):
            geometry = geometry.removeprefix(letter("s", stride))
        if fit == ":ceil":
            scale = x.scale.moved(f"{pair(wish.size)}{pair(stride)}{geometry}:ceil")
        plain = not geometry and wish.size == (2, 2)
        text = f"{self.spelled(wish)}{'' if plain else pair(wish.size)}{geometry}{fit}"
        return text + wish.flags, Tensor(x.channels, scale)

    avgpool = pool

    def gap(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A global pool."""
        return wish.word + wish.flags, Tensor(x.channels, Scale("1"))

    gmp = gap

    def adapool(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A pool to a fixed size."""
        rows, columns = wish.size
        if wish.size == (1, 1):
            return "adapool", Tensor(x.channels, Scale("1"))
        return f"adapool{pair(wish.size)}", Tensor(x.channels, Scale(f"fixed {rows}x{columns}"))

    def fc(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A fully connected layer."""
        width, channels = self.wished(wish, x)
        dash = "" if width.isdigit() else "-"
        text = f"{self.spelled(wish)}{dash}{width}".replace("--", "-")
        return text + wish.flags, Tensor(channels, Scale("1"))

    def flatten(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """From here on the channels have no name, unless the map was 1×1 before."""
        channels = x.channels if x.scale == Scale("1") else Channels({f"?{self.name()}": 1})
        return "flatten", Tensor(channels, Scale("1"))

    def grown(self, factor: int) -> bool:
        """May a map become so many times as large, here?"""
        if self.growth * factor > MOST_GROWTH or (self.depth and factor > 1):
            return False
        self.growth *= factor
        return True

    def upsample(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """Nearest-neighbor upsampling."""
        rows, columns = (min(k, 3) for k in wish.size) if wish.spelling else (2, 2)
        if not self.grown(rows * columns):
            return "upsample1", x
        return f"upsample{pair((rows, columns))}", Tensor(x.channels, x.scale.moved(f"^{rows}x{columns}"))

    def pixelshuffle(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """From channels to space; the channels are made to fit first."""
        if not self.grown(4):
            return "pixelshuffle1", x
        fit = "" if x.channels.divisible(4) else f"conv1-{4 * wish.width},"
        channels = x.channels.over(4) if not fit else Channels({}, wish.width)
        return f"{fit}pixelshuffle", Tensor(channels, x.scale.moved("^2"))

    def pixelunshuffle(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """From space to channels; as few inputs fit, the map is often brought to an even size."""
        even = "upsample2," if wish.spelling % 2 and self.grown(4) else ""
        if self.depth:
            return "pixelunshuffle1", x
        scale = x.scale if even else x.scale.moved("v2")
        return f"{even}pixelunshuffle2", Tensor(x.channels.times(4), scale)

    def shuffle(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A shuffle of channels."""
        return ("shuffle" if x.channels.divisible(2) else "shuffle1"), x

    def take(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """The first channels, of which there are as many."""
        number = min(wish.width, x.channels.least)
        return f"take-{number}", Tensor(Channels({}, number), x.scale)

    def pad(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """Zeros around the map."""
        number = pair(wish.size) if wish.spelling == 3 else "1"
        return f"pad{number}", Tensor(x.channels, x.scale.moved(f"+{number}"))

    def rarely(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """Something that many inputs make impossible."""
        text, channels = RARELY_FITS[(wish.width * 4 + wish.spelling) % len(RARELY_FITS)]
        if channels is None:
            return text, Tensor(x.channels, x.scale.moved(text))
        return text, Tensor(Channels({}, channels), x.scale.moved(text))

    def plain(self, wish: Leaf, x: Tensor) -> tuple[str, Tensor]:
        """A layer that leaves the shape as it is."""
        activatable = wish.word in ("bn", "in", "ln", "gn")
        flags = wish.flags if activatable and wish.flags in ACTIVATION_FLAGS else ""
        return self.spelled(wish) + flags, x

    # Blocks

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
            shortcut = "proj"
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
        pool = ("gap", "gmp", "adapool1", "gap")[block.number % 4]
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
