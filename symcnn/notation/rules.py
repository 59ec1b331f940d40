"""The mistakes people make, as data: what the text looks like there, and what was meant.

A rule is tried on one piece of the text, white space reduced to single spaces
and comments removed, with `¦` in front of what the parser could not accept.
The first rule of a table whose pattern is found speaks.
"""

import re
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """One mistake.

    Attributes:
        pattern: how the piece looks around `¦`.
        message: what is wrong; `{0}` is the pattern's first group.
        instead: what takes the place of the match in the repaired text, or `None`.
        hint: what to say where no repaired text can be computed.
        gap: whether the place is the gap behind the last token rather than the next token.
    """

    pattern: re.Pattern[str]
    message: str
    instead: str | None = None
    hint: str = ""
    gap: bool = False


def _rule(
    pattern: str, message: str, instead: str | None = None, hint: str = "", *, gap: bool = False
) -> Rule:
    return Rule(re.compile(pattern), message, instead, hint, gap)


_GROUP: Final = r"\(((?:[^()]|\([^()]*\))*)\)"
"""What stands in parentheses, with parentheses of one more level inside."""

_ARROW = _rule("¦->", '"->" stands between two values of an argument', hint="write: res(64, 2->1)")
_POINT = _rule(r"¦\.", "a decimal has digits on both sides of its point", "")
_TAG = (
    _rule(r" ?¦@ +(?=[^\W\d])", 'a tag touches its "@"', "@"),
    _rule("¦@", 'a tag is a name after "@"', hint="write: conv3-64@a"),
)

BEGIN: Final = (
    _rule("^¦$", "there is no network", hint="write: conv3-64x2, pool, fc10"),
    _ARROW,
    _rule("^(?i:use) ?¦ ?=", 'a definition may not be named "use"', "my_use ="),
    _rule("^(?i:use) ?¦(?:$|;.*)", "use names no word", "use conv:bn", gap=True),
    _rule(" ?= ?¦(?=$|;)", "the definition has no items", " = conv3-64", gap=True),
    _rule(", ?¦[ ,]*$", "a comma ends the row of items", ""),
    _rule(", ?¦,[ ,]*", "nothing stands between two commas", ", "),
    _rule(", ?¦;", "a comma stands before the semicolon", ";"),
    _rule(r", ?¦(?=[|+*])", "a comma stands before an operator", " "),
    _rule(r", ?¦[x×](?=[0-9{])", "a repeat follows its item without a comma", " x"),
    _rule(", ?¦:", "a flag follows its item without a comma", ":"),
    _rule(r"\(¦(?=\))", "the group is empty", "(identity"),
    _rule(r"\[ ?¦(?=\])", "the bracket is empty", hint="write: [conv3-64 | identity], or ( ) for a group"),
    _rule(r"^([|+*]) ?¦$", "a branch is empty", r"[\1 identity]"),
    _rule(r"^[|+*] ?¦[|+*]", "a branch is empty", hint="write: [conv3-64 | identity]"),
    _rule(r" ?([|+*]) ?¦$", "a branch is empty", r" \1 identity"),
    _rule(r" ?([|+*]) ?¦ ?(?=[|+*])", "a branch is empty", r" \1 identity "),
    _rule("¦; ?", "nothing stands before the semicolon", ""),
    _rule("¦, ?", "nothing stands before the comma", ""),
    _rule(r"-(\w+) ?([*+]) ?¦([0-9]\w*)", "a width that is an expression stands in braces", r"-{\1\2\3}"),
    _rule("¦[0-9]", "an item begins with a word, not with a number", hint="write: conv3-64"),
    _rule("¦(?=[x×][0-9{])", "a repeat needs an item before it", "pool "),
    _rule(r"¦(?=:[^\W\d])", "a flag needs an item before it", "identity"),
    _rule("¦:", "a flag needs an item before it", hint="write: conv3-64:bn"),
    _rule(r"¦\{", "braces hold an expression, parentheses a group", hint="write: (conv3-64, pool)x2"),
    _rule(r"¦(?=-[\w{])", "a width needs a word before it", "conv3"),
    _rule("¦-", "a width needs a word before it", hint="write: conv3-64"),
    _rule("¦=", "a definition needs a name", hint="write: D = conv3-64; D"),
    _rule("¦[|+*]", "branches are joined inside [ ]", hint="write: [conv3-64 | conv1-64]"),
    *_TAG,
    _POINT,
)
"""Where an item belongs."""

WIDTH: Final = (
    _ARROW,
    _rule(r"- ?¦([x×]\w+)", 'the width "{0}" would begin a repeat', r"-{\1}"),
    _rule(rf"- ?¦{_GROUP}", "a width that is an expression stands in braces", r"-{\1}"),
    _rule("- ?¦-+ ?", "two dashes stand in a row", "-"),
    _rule("- ?¦ ?(?=$|[,;:@|+*=x×])", "a width is missing after the dash", "-64", gap=True),
    _rule("¦", "a width is a number, a name, or an expression in braces", hint="write: conv3-{4*c}"),
)
"""Behind a dash."""

COUNT: Final = (
    _rule(rf"¦{_GROUP}", "a count that is an expression stands in braces", r"{\1}"),
    _rule("¦ ?(?=$|[,;:@|+*=])", "a repeat needs a count after its x", "2", gap=True),
    _rule("¦", "a count is a number, a name, or an expression in braces", hint="write: pool x2"),
)
"""Behind the `x` of a repeat."""

END: Final = (
    _ARROW,
    _rule("^(?i:use) ¦", '"use" starts a statement', hint="put it before the network: use conv:bn; conv3-64"),
    _rule(
        "¦=", "a definition is a statement of its own", hint="put a semicolon before it: …; D = conv3-64; …"
    ),
    _rule(
        r"^(.+?) ?¦([|+*]) ?(?=[^\W\d]{2}|[^\W\d]+[0-9]|[\[(@])(.+)$",
        "branches are joined inside [ ]",
        r"[\1 \2 \3]",
    ),
    _rule(
        r"-(\w+) ?¦((?:(?:\*\*|//|[-+*/%]) ?\w+ ?)+)(?<! )",
        "a width that is an expression stands in braces",
        r"-{\1\2}",
    ),
    _rule(r"^(.+?) ?¦([|+*])(?!\*) ?(.+)$", "branches are joined inside [ ]", r"[\1 \2 \3]"),
    _rule(r"¦[|+*](?!\*)", "branches are joined inside [ ]", hint="write: [conv3-64 | conv1-64]"),
    _rule(r"¦[/%^*]", "arithmetic stands in braces", hint="write: conv3-{4*c}"),
    _rule(r"^([^:@ ]+)(:[^-@]*?) ?¦(-\w+)", "the width stands before the flags", r"\1\3\2"),
    _rule("¦-", "a width stands right behind word, size and geometry", hint="write: conv3s2-64"),
    _rule(" ?¦X(?=[0-9{])", "a repeat is written with a small x", " x"),
    _rule("¦[x×]", "a size has at most two values", " x"),
    _rule(
        r"^([^-]*)(-\w+|-\{[^{}]*\}) ?¦([spdgSPDG][0-9]+(?:x[0-9]+)?)(?!\w|\()",
        "geometry stands before the width",
        r"\1\3\2",
    ),
    _rule(r"-([0-9]+)¦([^\W\d]\w?)(?!\w)", "a width that is an expression stands in braces", r"-{\1*\2}"),
    _rule(r"(?<=[0-9}])¦([^\W\d_])(?!\w)", "geometry needs a value after its letter", r"\g<1>2"),
    _rule(" ?¦(?=[0-9])", "a number stands alone", " x"),
    _rule(r" ?¦\{", "braces hold a size, a width or a count", "x{"),
    _rule(r" ?¦:[ :]+(?=[^\W\d])", "a flag touches its colon", ":"),
    _rule("¦:", "a flag is a name after a colon", hint="write: conv3-64:bn"),
    _rule(r"^(\w+) ¦\((?= ?[0-9]| ?[^\W\d]\w? ?[,=)])", "the arguments of a call touch its name", r"\1("),
    _rule(r" ?([x×]\w+)¦\(", "a comma is missing", r", \1("),
    _rule("¦;", "a semicolon cannot stand inside brackets", ","),
    *_TAG,
    _rule(r" ?¦(?=[\w(\[])", "a comma is missing", ", "),
    _POINT,
)
"""Where an item may end."""

OPERAND: Final = (
    _rule("^¦$", "there is no expression", hint="write: 4*c"),
    _ARROW,
    _rule(
        r"(?<=[(,=>]) ?¦\{([^{}]*)\}(?= ?(?:[,)]|->))",
        "an argument is an expression already, without braces",
        r"\1",
    ),
    _rule(r"(?<=\{)¦\{([^{}]*)\}(?=\})", "braces do not nest", r"\1"),
    _rule(r"¦\{([^{}]*)\}", "inside an expression, parentheses group", r"(\1)"),
    _rule(r"\{ ?¦ ?(?=\})", "the braces are empty", "{c"),
    _rule(r"\( ?¦ ?(?=\))", "the parentheses are empty", "(c"),
    _rule(r", ?¦ ?(?=\))", "a comma ends the arguments", ""),
    _rule("-> ?¦ ?(?=[,)]|$)", 'nothing follows "->"', "->1"),
    _rule("= ?¦ ?(?=[,)])", "the argument has no value", "=1"),
    _rule(r"(\*\*|//|[-+*/%]) ?¦ ?(?=[,)}]|$)", 'nothing follows "{0}"', "", gap=True),
    _rule("¦, ?", "an argument is missing", ""),
    _rule(r"¦\+ ?", "a number has no plus sign", ""),
    _rule(r"¦(\*\*|//|[*/%]) ?", 'nothing stands before "{0}"', ""),
    _rule(r"¦\.(?=[0-9])", "a decimal has digits on both sides of its point", "0."),
    _rule(
        r"¦[@\[:|]",
        "arguments are numbers and names, not layers",
        hint="write: res(64); branches stand in brackets: [@a | conv3-64]",
    ),
    _rule("¦[-=]", "an expression is missing", hint="write a number, a name or arithmetic: 4*c"),
)
"""Where a number, a name or a parenthesis belongs."""

OPERATOR: Final = (
    _ARROW,
    _POINT,
    _rule(" ?¦× ?", "multiplication is written *", "*"),
    _rule(r" ?¦\^ ?", "a power is written **", "**"),
    _rule(r"(floor|ceil|min|max|round_to) ¦\(", "the arguments of a function touch its name", r"\1("),
    _rule(r"¦\{([^{}]*)\}", "inside an expression, parentheses group", r"*(\1)"),
    _rule(r"(\w\([^()]*) ¦(?=[\w(])", "a comma or an operator is missing", r"\1, "),
    _rule(r" ?¦(?=[\w(])", "an operator is missing", "*"),
    _rule(" ?¦;", "arguments are separated by commas", ","),
    _rule("¦=", '"=" follows the name of an argument', hint="write: res(c=64)"),
    _rule("¦,", "only arguments are separated by commas", hint="write: {min(a, b)}"),
)
"""Behind an operand."""
