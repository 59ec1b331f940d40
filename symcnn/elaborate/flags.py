"""Reading flags: those that `use` states for a word, then the item's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from symcnn.algebra.polynomials import Value
from symcnn.elaborate.suggestions import plain
from symcnn.errors import NotationError
from symcnn.layers import KNOWN_AS, WORDS, Layer, Spec
from symcnn.notation.expressions import Expression
from symcnn.notation.syntax import Flag

Evaluate = Callable[[Expression], Value]


@dataclass
class Options:
    """What flags come to: the last of each kind wins.

    Attributes:
        norm: the normalization.
        activation: the activation.
        bias: whether a bias was asked for; None if nothing was said.
        own: the flag of the layer's own, such as `valid`.
        own_is_default: whether that comes from `use`.
        merge: `proj`, `pad` or `opt`.
    """

    norm: Flag | None = None
    activation: Flag | None = None
    bias: bool | None = None
    own: Flag | None = None
    own_is_default: bool = False
    merge: str | None = None

    @property
    def has_bias(self) -> bool:
        """Whether the layer keeps its bias: asked for, or not made needless by a normalization."""
        return self.norm is None if self.bias is None else self.bias


MERGE_FLAGS = ("proj", "pad", "opt")


def read_flags(
    flags: Sequence[Flag],
    defaults: Sequence[Flag],
    *,
    spec: Spec | None = None,
    what: str,
    mergeable: bool = False,
) -> Options:
    """Read the flags of an item after those that `use` states for its word.

    Args:
        flags: the item's flags.
        defaults: the flags of `use`.
        spec: the layer kind; None for groups, brackets and calls.
        what: what carries the flags, for messages.
        mergeable: whether `proj`, `pad` and `opt` are taken.

    Raises:
        NotationError: on a flag that is unknown or not taken.
    """
    options = Options()
    for flag in (*defaults, *flags):
        name = flag.name.lower()
        positive = name.removeprefix("no") if name not in WORDS else name
        kind = _flag_kind(positive, spec, mergeable=mergeable)
        if kind is None:
            raise _unknown_flag(flag, spec, what, mergeable=mergeable)
        if positive == name:
            _set(options, kind, flag)
            options.own_is_default = options.own_is_default if kind != "own" else flag in defaults
        else:
            _undo(options, kind, positive)
    return options


def _flag_kind(name: str, spec: Spec | None, *, mergeable: bool) -> str | None:
    if mergeable and name in MERGE_FLAGS:
        return "merge"
    if spec is not None and name in spec.flags:
        return "own"
    if name == "bias":
        return "bias" if spec and spec.normalizable else None
    meaning = WORDS[name].spec.flag if name in WORDS else None
    if meaning == "normalization" and spec and spec.normalizable:
        return "norm"
    if meaning == "activation" and (spec is None or spec.activatable):
        return "activation"
    return None


def _set(options: Options, kind: str, flag: Flag) -> None:
    if kind == "bias":
        options.bias = True
    elif kind == "merge":
        options.merge = flag.name.lower()
    else:
        setattr(options, kind, flag)


def _undo(options: Options, kind: str, name: str) -> None:
    if kind == "bias":
        options.bias = False
    elif kind == "merge":
        options.merge = None if options.merge == name else options.merge
    else:
        current: Flag | None = getattr(options, kind)
        if current and word_of(current.name) == word_of(name):
            setattr(options, kind, None)


def word_of(name: str) -> str:
    """Return the one word of a flag that may be an alias."""
    kind = WORDS.get(name.lower())
    return kind.spec.word if kind else name.lower()


def _unknown_flag(flag: Flag, spec: Spec | None, what: str, *, mergeable: bool) -> NotationError:
    takes = taken_flags(spec, mergeable=mergeable)
    name = flag.name.lower()
    known = _flag_kind(name.removeprefix("no"), _ANYTHING, mergeable=True) or name in (
        "ceil",
        "valid",
        "same",
    )
    hint = f"{what} takes {', '.join(':' + t for t in takes)}" if takes else f"{what} takes no flags"
    near = get_close_matches(KNOWN_AS.get(plain(name), name), takes, n=1)
    if near and not known:
        hint = f"did you mean: :{near[0]}"
    return NotationError(
        f'{what} does not take the flag ":{flag.name}"' if known else f'unknown flag ":{flag.name}"',
        flag.span,
        hint,
    )


_ANYTHING = Spec("", normalizable=True, activatable=True)


def taken_flags(spec: Spec | None, *, mergeable: bool = False) -> list[str]:
    """List the flags that a kind takes (None: a group, bracket or call)."""
    meanings = {"activation"} if spec is None or spec.activatable else set[str]()
    if spec and spec.normalizable:
        meanings.add("normalization")
    out = list(MERGE_FLAGS) if mergeable else []
    out += list(spec.flags) if spec else []
    out += ["bias"] if spec and spec.normalizable else []
    return out + [w for w, kind in WORDS.items() if kind.spec.flag in meanings and kind.spec.word == w]


def flag_layer(flag: Flag, evaluate: Evaluate) -> Layer:
    """Return the layer that a normalization or activation flag stands for.

    Raises:
        NotationError: if it has a size that it does not take.
    """
    kind = WORDS[flag.name.lower()]
    if flag.value is None:
        return kind()
    if kind.spec.size is None:
        raise NotationError(f":{flag.name} takes no size", flag.span, f"did you mean: :{flag.name}")
    return kind(**{str(kind.spec.size_field): evaluate(flag.value)})
