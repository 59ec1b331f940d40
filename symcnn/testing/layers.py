"""Writing one layer as text, so that it mostly fits what it stands on."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symcnn.testing.known import Channels, Scale, Tensor
from symcnn.testing.plans import Leaf
from symcnn.testing.spelling import ACTIVATION_FLAGS, PLAIN, SPELLINGS, letter, pair

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

MOST_GROWTH = 8
"""How much all upsamplings together may enlarge a map, so that the counting stays quick."""


@dataclass
class LayerWriter:
    """Writes the layers of one network, each by the method of its word.

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
