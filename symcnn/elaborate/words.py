"""From a word with its numbers and flags to layers."""

from collections.abc import Iterable, Mapping

from symcnn.algebra.atoms import symbols_of
from symcnn.elaborate.flags import Evaluate, Options
from symcnn.elaborate.suggestions import for_word
from symcnn.errors import NotationError
from symcnn.layers import WORDS, Layer, Pair, Spec, Takes
from symcnn.layers.base import GEOMETRY
from symcnn.notation.expressions import Expression, Name, Number
from symcnn.notation.syntax import Item, Word
from symcnn.notation.syntax import Pair as WrittenPair
from symcnn.source import Span

Axes = tuple[frozenset[str], frozenset[str]]
"""The symbols of the input's height and of its width."""


def find_kind(word: Word, definitions: Iterable[str] = ()) -> type[Layer]:
    """Return the layer kind of a word.

    Raises:
        NotationError: if there is none; with the nearest words, or the way to
            write what was probably meant.
    """
    kind = WORDS.get(word.word.lower())
    if isinstance(word.width, Name) and word.size is None:
        kind = WORDS.get(f"{word.word}-{word.width.name}".lower(), kind)
    if kind is None:
        raise NotationError(f'unknown layer "{word.word}"', _word_span(word), for_word(word, definitions))
    return kind


def _word_span(word: Word) -> Span:
    return Span(word.span.start, word.span.start + len(word.word))


def own_repeat(item: Item) -> Expression | None:
    """Return the repeat of `fc4096x2`: the second number where a layer takes one.

    Raises:
        NotationError: if the item is repeated otherwise, or has flags that
            would have to stand before the repeat.
    """
    word = item.body
    if not isinstance(word, Word) or word.size is None or word.size.second is None:
        return None
    kind = WORDS.get(word.word.lower())
    if kind is None or kind.spec.size in (Takes.PAIR, None):
        return None
    if item.flags or item.repeat is not None:
        plain = Word(word.word, WrittenPair(word.size.first), word.geometry, word.width)
        repaired = Item(plain, item.flags, word.size.second, item.tag)
        raise NotationError(
            f"{word.word} takes one number, so x{word.size.second} is a repeat, which comes once and last",
            item.span,
            f"did you mean: {repaired}",
        )
    return word.size.second


def refuse_axis_symbols(layer: Layer, word: Word, axes: Axes) -> None:
    """Refuse geometry made of the symbol of the axis it acts on.

    Raises:
        NotationError: for `pool{H}` and its like, whose extents have no
            normal form.
    """
    spec = layer.spec
    names = [spec.size_field] if spec.size in (Takes.PAIR, Takes.COUNT) else []
    for name in (*names, *(GEOMETRY[g.letter] for g in word.geometry if g.letter != "g")):
        value = getattr(layer, str(name))
        pair = value if isinstance(value, Pair) else Pair(value, value)
        for size, axis in zip(pair, axes, strict=True):
            if clash := symbols_of(size) & axis:
                raise NotationError(
                    f"the geometry of {word.word} depends on {min(clash)}, the axis it acts on",
                    word.span,
                    "give the axis a number first, as in input(H=224, W=224)",
                )


def word_layer(kind: type[Layer], word: Word, options: Options, evaluate: Evaluate) -> Layer:
    """Build the layer of a word from its size, geometry, width and flags.

    Raises:
        NotationError: if something is missing or not taken.
    """
    spec = kind.spec
    alias = isinstance(word.width, Name) and f"{word.word}-{word.width.name}".lower() in spec.aliases
    width = None if alias else word.width
    fields: dict[str, object] = {}
    _read_size(spec, word, width, fields, evaluate)
    if width is not None:
        if spec.width_field is None:
            raise NotationError(f"{word.word} takes no width", width.span, f"did you mean: {_trimmed(word)}")
        if spec.width_field in fields:
            raise NotationError(f"{word.word} has two widths", width.span)
        fields[spec.width_field] = evaluate(width)
    _check_required(spec, word, fields)
    _read_geometry(spec, word, fields, evaluate)
    _apply_flags(spec, word, options, fields)
    return kind(**fields)


def _read_size(
    spec: Spec, word: Word, width: Expression | None, fields: dict[str, object], evaluate: Evaluate
) -> None:
    if word.size is None:
        return
    if spec.size is None or spec.size_field is None:
        rest = f", or adapool{word.size}" if spec.word == "gap" else ""
        # A size where only a width belongs is one without its dash.
        meant = word.size.first if width is None and spec.width_field else width
        trimmed = Word(word.word, None, word.geometry, meant)
        raise NotationError(f"{word.word} takes no size", word.size.span, f"did you mean: {trimmed}{rest}")
    if spec.size is Takes.PAIR:
        fields[spec.size_field] = read_pair(word.size, evaluate)
    else:
        fields[spec.size_field] = evaluate(word.size.first)


def _trimmed(word: Word) -> Word:
    return Word(word.word, word.size, word.geometry)


def read_pair(pair: WrittenPair, evaluate: Evaluate) -> Pair:
    """Evaluate one value for both axes, or height x width."""
    first = evaluate(pair.first)
    return Pair(first, first if pair.second is None else evaluate(pair.second))


def _check_required(spec: Spec, word: Word, fields: Mapping[str, object]) -> None:
    needed = {"size": spec.size_field, "width": spec.width_field}
    missing = [n for n in ("size", "width") if n in spec.requires and needed[n] not in fields]
    if not missing:
        return
    names = {"size": "a kernel size" if "s" in spec.geometry else "a size", "width": "a width"}
    wanted = " and ".join(names[n] for n in ("size", "width") if n in spec.requires)
    raise NotationError(f"{word.word} needs {wanted}", word.span, f"did you mean: {_completed(spec, word)}")


def _completed(spec: Spec, word: Word) -> str:
    """Write the word with what it lacks: `conv64` as `conv3-64`, `conv5` as `conv5-64`."""
    size, width = (str(word.size) if word.size else "3"), (str(word.width) if word.width else "64")
    number = word.size.first if word.size and word.size.second is None else None
    if word.width is None and isinstance(number, Number) and number.value > 11:
        size, width = "3", str(number.value)
    geometry = "".join(str(g) for g in word.geometry)
    if "size" not in spec.requires:
        return f"{word.word}1000" if spec.size is Takes.WIDTH else f"{word.word}-{width}"
    return f"{word.word}{size}{geometry}" + (f"-{width}" if "width" in spec.requires else "")


def _read_geometry(spec: Spec, word: Word, fields: dict[str, object], evaluate: Evaluate) -> None:
    for geometry in word.geometry:
        if geometry.letter not in spec.geometry:
            takes = ", ".join(spec.geometry)
            raise NotationError(
                f'{word.word} takes no geometry "{geometry.letter}"',
                geometry.span,
                f"{word.word} takes {takes}" if takes else f"{word.word} takes no geometry",
            )
        value = read_pair(geometry.value, evaluate)
        if geometry.letter == "g":
            if geometry.value.second is not None:
                raise NotationError("groups are one number", geometry.span, f"did you mean: g{value.height}")
            fields["groups"] = value.height
        else:
            fields[GEOMETRY[geometry.letter]] = value


def _apply_flags(spec: Spec, word: Word, options: Options, fields: dict[str, object]) -> None:
    if options.own is not None:
        name = options.own.name.lower()
        padded = next((g for g in word.geometry if g.letter == "p"), None)
        conflict = padded is not None and name in ("same", "valid")
        if conflict and not options.own_is_default:
            raise NotationError(f":{name} states the padding, and so does {padded}", options.own.span)
        if not conflict:
            fields.update(spec.flags[name])
    if spec.normalizable:
        fields["bias"] = options.has_bias
