"""Every mistake has its own message, an exact place, and a hint that can be pasted."""

import re
from contextlib import suppress

import pytest

from symcnn.errors import LimitError, NotationError
from symcnn.notation import parse, parse_expression
from symcnn.notation.scan import shown

BRACKETS = "write: res(64); branches stand in brackets: [@a | conv3-64]"

MISTAKES = {
    # text: (message, where its caret begins, what the carets underline, hint)
    "": ("there is no network", 0, "", "write: conv3-64x2, pool, fc10"),
    "   ": ("there is no network", 3, "", "write: conv3-64x2, pool, fc10"),
    "# only a comment": ("there is no network", 16, "", "write: conv3-64x2, pool, fc10"),
    "conv3-": ("a width is missing after the dash", 6, "", "did you mean: conv3-64"),
    "conv3-64,": ("a comma ends the row of items", 9, "", "did you mean: conv3-64"),
    "conv3-64,,pool": ("nothing stands between two commas", 9, ",", "did you mean: conv3-64, pool"),
    ",pool": ("nothing stands before the comma", 0, ",", "did you mean: pool"),
    "pool,;": ("a comma stands before the semicolon", 5, ";", "did you mean: pool;"),
    ";pool": ("nothing stands before the semicolon", 0, ";", "did you mean: pool"),
    "pool;;": ("nothing stands before the semicolon", 5, ";", "did you mean: pool;"),
    "D=": ("the definition has no items", 2, "", "did you mean: D = conv3-64"),
    "D=;pool": ("the definition has no items", 2, "", "did you mean: D = conv3-64;pool"),
    "D=pool": ("there is no network", 6, "", "add it after a semicolon: …; conv3-64, pool"),
    "D=pool;": ("there is no network", 6, "", "add it after a semicolon: …; conv3-64, pool"),
    "use": ("use names no word", 3, "", "did you mean: use conv:bn"),
    "use;": ("use names no word", 3, "", "did you mean: use conv:bn"),
    "use conv": ('no flags for "conv"', 4, "conv", "did you mean: use conv:bn"),
    "use = pool": ('a definition may not be named "use"', 4, "=", "did you mean: my_use = pool"),
    "use(c)=conv3-c;pool": ('a definition may not be named "use"', 0, "use", "did you mean: my_use"),
    "use conv3:bn;pool": ("a word after use has no size or width", 4, "conv3", "did you mean: conv:bn"),
    "use conv-64:bn;pool": ("a word after use has no size or width", 4, "conv-64", "did you mean: conv:bn"),
    "use conv:bn x2;pool": (
        "a word after use has no repeat or tag",
        4,
        "conv:bn x2",
        "did you mean: conv:bn",
    ),
    "use (conv);pool": ("use takes words with flags", 4, "(conv)", "write: use conv:bn"),
    "pool, use conv:bn": (
        '"use" starts a statement',
        10,
        "conv",
        "put it before the network: use conv:bn; conv3-64",
    ),
    "input(C=3)": ("there is no network after the input", 10, "", "did you mean: input(C=3), conv3-64"),
    "input(C=3):bn, pool": (
        "input takes no flags, repeat or tag",
        0,
        "input(C=3):bn",
        "did you mean: input(C=3)",
    ),
    "input(3,227,227), pool": ("input names its dimensions", 6, "3", "did you mean: C=3"),
    "input(C=3,C=4), pool": ('the argument "C" is given twice', 10, "C=4", "did you mean: input(C=3)"),
    "input(c=3), pool": ('input has no dimension "c"', 6, "c=3", "did you mean: C=3"),
    "input(N=3), pool": ('input has no dimension "N"', 6, "N=3", "they are C, H and W"),
    "input(C=3->4), pool": ('"->" has no meaning in input', 6, "C=3->4", "did you mean: C=3"),
    "input(), pool": ("input pins nothing", 0, "input()", "did you mean: input(C=3, H=224, W=224)"),
    "pool, input(C=3)": (
        "input(…) is only the first item of a network",
        6,
        "input(C=3)",
        "begin with: input(C=3), …",
    ),
    "(input(C=3), pool)": (
        "input(…) is only the first item of a network",
        1,
        "input(C=3)",
        "begin with: input(C=3), …",
    ),
    "input, pool": (
        '"input" takes dimensions and names no layer',
        0,
        "input",
        "write it first: input(C=3, H=224, W=224), conv3-64",
    ),
    "input = pool; pool": (
        '"input" takes dimensions and names no layer',
        0,
        "input",
        "write it first: input(C=3, H=224, W=224), conv3-64",
    ),
    "conv3-64x2:bn": ("flags stand before the repeat", 10, ":bn", "did you mean: conv3-64:bn x2"),
    "conv3-64:bnx2": ("a repeat after a flag needs a space", 11, "x2", "did you mean: conv3-64:bn x2"),
    "conv3-64:gn8x2": ("a repeat after a flag needs a space", 12, "x2", "did you mean: conv3-64:gn8 x2"),
    "conv3-64@a:bn": ("flags stand before the tag", 10, ":bn", "did you mean: conv3-64:bn@a"),
    "conv3-64@a x2": ("the repeat stands before the tag", 11, "x2", "did you mean: conv3-64x2@a"),
    "pool x2 x3": ("an item repeats once", 8, "x3", "did you mean: (pool x2)x3"),
    "pool@a@b": ("an item has one tag", 6, "@b", "did you mean: pool@a"),
    "@a:relu": ("a recalled tag takes no flags, repeat or tag", 2, ":relu", "did you mean: (@a):relu"),
    "@a x2": ("a recalled tag takes no flags, repeat or tag", 3, "x2", "did you mean: (@a)x2"),
    "pool3xn": (
        "a repeat after a size needs a space, a second size needs braces",
        5,
        "xn",
        "did you mean: pool3 xn, or: pool3x{n}",
    ),
    "pool3s2xn": (
        "a repeat after a size needs a space, a second size needs braces",
        7,
        "xn",
        "did you mean: pool3s2 xn, or: pool3s2x{n}",
    ),
    "pool3x2xn": (
        "a repeat after a size needs a space, a second size needs braces",
        7,
        "xn",
        "did you mean: pool3x2 xn",
    ),
    "conv3x3x64": ("a size has at most two values", 7, "x64", "did you mean: conv3x3 x64"),
    "conv3-CxN": (
        'the width "CxN" may be a name or hide a repeat',
        6,
        "CxN",
        "did you mean: conv3-C xN, or: conv3-{CxN}",
    ),
    "conv3-expand": (
        'the width "expand" may be a name or hide a repeat',
        6,
        "expand",
        "did you mean: conv3-e xpand, or: conv3-{expand}",
    ),
    "conv3-x2": ('the width "x2" would begin a repeat', 6, "x2", "did you mean: conv3-{x2}"),
    "D xmx2": ("an item repeats once", 4, "x2", "did you mean: (D xm)x2"),
    "conv3-64X2": ("a repeat is written with a small x", 8, "X2", "did you mean: conv3-64 x2"),
    "conv3s2s3-64": ('"s" is given twice', 7, "s3", "did you mean: conv3s2-64"),
    "pool 3": ("a size touches its word", 5, "3", "did you mean: pool3"),
    "conv3 s2": ("geometry touches its size", 6, "s2", "did you mean: conv3s2"),
    "conv3-64 s2": ("geometry stands before the width", 9, "s2", "did you mean: conv3s2-64"),
    "conv3-64s2": ("geometry stands before the width", 8, "s2", "did you mean: conv3s2-64"),
    "conv3s-64": ("geometry needs a value after its letter", 5, "s", "did you mean: conv3s2-64"),
    "conv3s": ("geometry needs a value after its letter", 5, "s", "did you mean: conv3s2"),
    "conv3-64c": ("a width that is an expression stands in braces", 8, "c", "did you mean: conv3-{64*c}"),
    "conv3-4*c": ("a width that is an expression stands in braces", 7, "*", "did you mean: conv3-{4*c}"),
    "conv3-c/2": ("a width that is an expression stands in braces", 7, "/", "did you mean: conv3-{c/2}"),
    "conv3-c-1": ("a width that is an expression stands in braces", 7, "-", "did you mean: conv3-{c-1}"),
    "conv3-(2*c)": ("a width that is an expression stands in braces", 6, "(", "did you mean: conv3-{2*c}"),
    "conv3--64": ("two dashes stand in a row", 6, "-", "did you mean: conv3-64"),
    "conv3-64 conv3-128": ("a comma is missing", 9, "conv3", "did you mean: conv3-64, conv3-128"),
    "pool (conv3-64)x2": ("a comma is missing", 5, "(", "did you mean: pool, (conv3-64)x2"),
    "pool x((L-4)/3)": (
        "a count that is an expression stands in braces",
        6,
        "(",
        "did you mean: pool x{(L-4)/3}",
    ),
    "conv3-((a+b)/2)": (
        "a width that is an expression stands in braces",
        6,
        "(",
        "did you mean: conv3-{(a+b)/2}",
    ),
    "res (64)": ("the arguments of a call touch its name", 4, "(", "did you mean: res(64)"),
    "conv3-64 (pool)": ("a comma is missing", 9, "(", "did you mean: conv3-64, (pool)"),
    "pool xception(3)": ("a comma is missing", 13, "(", "did you mean: pool, xception(3)"),
    "conv3-64 128": ("a number stands alone", 9, "128", "did you mean: conv3-64 x128"),
    "conv3-64 + conv3-32": ("branches are joined inside [ ]", 9, "+", "did you mean: [conv3-64 + conv3-32]"),
    "pool | conv3-64": ("branches are joined inside [ ]", 5, "|", "did you mean: [pool | conv3-64]"),
    "[a]": ("a bracket joins two branches or more", 0, "[a]", "did you mean: (a), or: [a | identity]"),
    "[a|]": ("a branch is empty", 3, "]", "did you mean: a | identity"),
    "[]": ("the bracket is empty", 1, "]", "write: [conv3-64 | identity], or ( ) for a group"),
    "()": ("the group is empty", 1, ")", "did you mean: (identity)"),
    "[a||b]": ("a branch is empty", 3, "|", "did you mean: a | identity |b"),
    "[a|b+c]": (
        "a bracket has one operator",
        4,
        "+",
        "put one of them in a bracket of its own: [a | [b + c]]",
    ),
    "[|]": ("a branch is empty", 2, "]", "did you mean: [| identity]"),
    "[+]": ("a branch is empty", 2, "]", "did you mean: [+ identity]"),
    "[a,|b]": ("a comma stands before an operator", 3, "|", "did you mean: a |b"),
    "[a|,b]": ("nothing stands before the comma", 3, ",", "did you mean: a|b"),
    "(a,)": ("a comma ends the row of items", 3, ")", "did you mean: a"),
    "(,a)": ("nothing stands before the comma", 1, ",", "did you mean: (a)"),
    "[a|b": ('"[" is never closed', 0, "[", "did you mean: [a|b]"),
    "(a": ('"(" is never closed', 0, "(", "did you mean: (a)"),
    "a)": ('")" closes nothing', 1, ")", "remove it, or open the bracket before it"),
    "(a]": ('"(" is closed by "]"', 2, "]", "did you mean: (a)"),
    "({[": ('"[" is never closed', 2, "[", "did you mean: ({[]})"),
    "3x3conv": ("an item begins with a word, not with a number", 0, "3x3conv", "write: conv3-64"),
    "x2": ("a repeat needs an item before it", 0, "x2", "did you mean: pool x2"),
    "pool,x2": ("a repeat follows its item without a comma", 5, "x2", "did you mean: pool x2"),
    ":bn": ("a flag needs an item before it", 0, ":", "did you mean: identity:bn"),
    "pool,:bn": ("a flag follows its item without a comma", 5, ":", "did you mean: pool:bn"),
    "{4}": ("braces hold an expression, parentheses a group", 0, "{", "write: (conv3-64, pool)x2"),
    "-64": ("a width needs a word before it", 0, "-", "did you mean: conv3-64"),
    "=pool": ("a definition needs a name", 0, "=", "write: D = conv3-64; D"),
    "a, b = pool": (
        "a definition is a statement of its own",
        5,
        "=",
        "put a semicolon before it: …; D = conv3-64; …",
    ),
    "conv3->64": ('"->" stands between two values of an argument', 5, "->", "write: res(64, 2->1)"),
    "conv3-{2->1}": ('"->" stands between two values of an argument', 8, "->", "write: res(64, 2->1)"),
    "res(2->1->1)": ('"->" stands between two values of an argument', 8, "->", "write: res(64, 2->1)"),
    "b(c=1->2)=conv3-c;b(3)": ('"->" has no meaning in a default', 2, "c=1->2", "did you mean: c=1"),
    "res({4*c})": ("an argument is an expression already, without braces", 4, "{", "did you mean: res(4*c)"),
    "res(2+{4*c})": ("inside an expression, parentheses group", 6, "{", "did you mean: res(2+(4*c))"),
    "res(s={2})": ("an argument is an expression already, without braces", 6, "{", "did you mean: res(s=2)"),
    "conv3-{a+{b}}": ("inside an expression, parentheses group", 9, "{", "did you mean: conv3-{a+(b)}"),
    "conv3-{{b}}": ("braces do not nest", 7, "{", "did you mean: conv3-{b}"),
    "conv3-{}": ("the braces are empty", 7, "}", "did you mean: conv3-{c}"),
    "conv3-{4*}": ('nothing follows "*"', 9, "", "did you mean: conv3-{4}"),
    "conv3-{*4}": ('nothing stands before "*"', 7, "*", "did you mean: conv3-{4}"),
    "conv3-{+4}": ("a number has no plus sign", 7, "+", "did you mean: conv3-{4}"),
    "drop{.5}": ("a decimal has digits on both sides of its point", 5, ".", "did you mean: drop{0.5}"),
    "drop{4.}": ("a decimal has digits on both sides of its point", 6, ".", "did you mean: drop{4}"),
    "conv3-{2c}": ("an operator is missing", 8, "c", "did you mean: conv3-{2*c}"),
    "conv3-{2(c+1)}": ("an operator is missing", 8, "(", "did you mean: conv3-{2*(c+1)}"),
    "conv3-{c^2}": ("a power is written **", 8, "^", "did you mean: conv3-{c**2}"),
    "conv3-{4×c}": ("multiplication is written *", 8, "×", "did you mean: conv3-{4*c}"),
    "conv3-{floor (c)}": (
        "the arguments of a function touch its name",
        13,
        "(",
        "did you mean: conv3-{floor(c)}",
    ),
    "conv3-{flor(c)}": ('unknown function "flor"', 7, "flor", "did you mean: floor(c)"),
    "conv3-{floor()}": ("floor takes 1 argument, not 0", 7, "floor()", "write: floor(x)"),
    "conv3-{floor(1,2)}": ("floor takes 1 argument, not 2", 7, "floor(1,2)", "write: floor(x)"),
    "conv3-{min()}": ("min takes at least 1 argument, not 0", 7, "min()", "write: min(x, 8)"),
    "conv3-{round_to(3)}": ("round_to takes 2 arguments, not 1", 7, "round_to(3)", "write: round_to(x, 8)"),
    "conv3-{qqq(3)}": (
        'unknown function "qqq"',
        7,
        "qqq",
        "the functions are floor, ceil, min, max, round_to",
    ),
    "conv3-{a,b}": ("only arguments are separated by commas", 8, ",", "write: {min(a, b)}"),
    "conv3-{a=b}": ('"=" follows the name of an argument', 8, "=", "write: res(c=64)"),
    "conv3-{min(a,)}": ("a comma ends the arguments", 13, ")", "did you mean: conv3-{min(a)}"),
    "conv3-{min(a,,b)}": ("an argument is missing", 13, ",", "did you mean: conv3-{min(a,b)}"),
    "res(64,)": ("a comma ends the arguments", 7, ")", "did you mean: res(64)"),
    "res(,64)": ("an argument is missing", 4, ",", "did you mean: res(64)"),
    "res(64 2)": ("a comma or an operator is missing", 7, "2", "did you mean: res(64, 2)"),
    "res(64; 2)": ("arguments are separated by commas", 6, ";", "did you mean: res(64, 2)"),
    "res(s=)": ("the argument has no value", 6, ")", "did you mean: res(s=1)"),
    "res(2->)": ('nothing follows "->"', 7, ")", "did you mean: res(2->1)"),
    "res(a=b=c)": ('"=" follows the name of an argument', 7, "=", "write: res(c=64)"),
    "res(c=1,2)": (
        "an argument without a name stands after one with a name",
        8,
        "2",
        "did you mean: res(2, c=1)",
    ),
    "res(c=1,c=2)": ('the argument "c" is given twice', 8, "c=2", "did you mean: res(c=1)"),
    "D3=pool;pool": (
        "the name of a definition without parameters has no digits",
        0,
        "D3",
        "did you mean: D = …",
    ),
    "D3()=pool;pool": (
        "the name of a definition without parameters has no digits",
        0,
        "D3",
        "did you mean: D = …",
    ),
    "D:bn=pool;pool": (
        "the name of a definition takes no flags, repeat or tag",
        0,
        "D:bn",
        "did you mean: D = …",
    ),
    "(a)=pool;pool": ("only a name can be defined", 0, "(a)", "write: name(c) = conv3-c; name(64)"),
    "a-b=pool;pool": ("only a name can be defined", 0, "a-b", "did you mean: a = …"),
    "D=pool;D=pool;D": ('"D" is defined twice', 7, "D", "rename one of them"),
    "f(c,c)=pool;pool": ('two parameters are named "c"', 4, "c", "rename one of them"),
    "f(C)=pool;pool": ('"C" means the input of the network and is no parameter', 2, "C", "did you mean: c"),
    "f(cin)=pool;pool": (
        '"cin" means the channels that enter a definition and is no parameter',
        2,
        "cin",
        "did you mean: c",
    ),
    "f(3)=pool;pool": ("a parameter is a name", 2, "3", "write: name(c, s=1) = …"),
    "conv3-64;pool": (
        '";" ends a definition, "," separates items',
        0,
        "conv3-64",
        "did you mean: conv3-64, pool",
    ),
    "pool;D=pool": (
        "the network stands after definitions and use",
        0,
        "pool",
        "move it to the end of the text",
    ),
    "(a;b)": ("a semicolon cannot stand inside brackets", 2, ";", "did you mean: a,b"),
    "pool$": ('unexpected "$"', 4, "$", "remove it"),
    "pool–3": ('"–" is not written here as on paper', 4, "–", "write: -"),
    "pool.": ("a decimal has digits on both sides of its point", 4, ".", "did you mean: pool"),
    "conv3s0.5-64": ("only the size of a layer may be a decimal", 6, "0.5", "write a whole number: 1"),
    "conv3-0.5": ("only the size of a layer may be a decimal", 6, "0.5", "write a whole number: 1"),
    "pool x0.5": ("only the size of a layer may be a decimal", 6, "0.5", "write a whole number: 1"),
    "conv3-64: bn": ("a flag touches its colon", 8, ":", "did you mean: conv3-64:bn"),
    "conv3-64::bn": ("a flag touches its colon", 8, ":", "did you mean: conv3-64:bn"),
    "conv3-64:": ("a flag is a name after a colon", 8, ":", "write: conv3-64:bn"),
    "conv3-64@": ('a tag is a name after "@"', 8, "@", "write: conv3-64@a"),
    "conv3-64@3": ('a tag is a name after "@"', 8, "@", "write: conv3-64@a"),
    "conv3-64@ a": ('a tag touches its "@"', 8, "@", "did you mean: conv3-64@a"),
    "conv3:bn-64": ("the width stands before the flags", 8, "-", "did you mean: conv3-64:bn"),
    "pool x": ("a repeat needs a count after its x", 6, "", "did you mean: pool x2"),
    "pool x(2)": ("a count that is an expression stands in braces", 6, "(", "did you mean: pool x{2}"),
    "pool x 2": ("a repeat touches its x", 7, "2", "did you mean: x2"),
    "pool x-3": ("a count is a number, a name, or an expression in braces", 6, "-", "write: pool x2"),
    "pool²": ('unexpected character "²"', 4, "²", "remove it"),
    "pool, @": ('a tag is a name after "@"', 6, "@", "write: conv3-64@a"),
    "pool x{n": ('"{" is never closed', 6, "{", "did you mean: {n}"),
    "fc-64%2": ("a width that is an expression stands in braces", 5, "%", "did you mean: fc-{64%2}"),
    "res(@a)": ("arguments are numbers and names, not layers", 4, "@", BRACKETS),
    "res([a])": ("arguments are numbers and names, not layers", 4, "[", BRACKETS),
    "conv3-{a b}": ("an operator is missing", 9, "b", "did you mean: conv3-{a*b}"),
    "(a)-64": ("a width stands right behind word, size and geometry", 3, "-", "write: conv3s2-64"),
    "conv3-64[a|b]": ("a comma is missing", 8, "[", "did you mean: conv3-64, [a|b]"),
    "pool{3}{4}": ("braces hold a size, a width or a count", 7, "{", "did you mean: pool{3}x{4}"),
    "pool:relu{6}x2": ("a repeat after a flag needs a space", 12, "x2", "did you mean: pool:relu6 x2"),
    "pool:leaky 0.1": ("the value of a flag touches its name", 11, "0.1", "did you mean: :leaky0.1"),
    "conv3-64*conv3-32": ("branches are joined inside [ ]", 8, "*", "did you mean: [conv3-64 * conv3-32]"),
    "pool/2": ("arithmetic stands in braces", 4, "/", "write: conv3-{4*c}"),
    "[a + conv3-c*2]": (
        "a width that is an expression stands in braces",
        13,
        "2",
        "did you mean: conv3-{c*2}",
    ),
    "[a * b + c]": (
        "a bracket has one operator",
        7,
        "+",
        "put one of them in a bracket of its own: [a * [b + c]]",
    ),
    "[|| a]": ("a branch is empty", 2, "|", "write: [conv3-64 | identity]"),
    "pool x2@a x3": ("an item repeats once", 10, "x3", "did you mean: (pool x2)x3@a"),
    "res(64)3": ("a number stands alone", 7, "3", "did you mean: res(64) x3"),
    "res(64){3}": ("braces hold a size, a width or a count", 7, "{", "did you mean: res(64)x{3}"),
    "conv3-64:bn-": ("a width stands right behind word, size and geometry", 11, "-", "write: conv3s2-64"),
    "a = b = c; a": (
        "a definition is a statement of its own",
        6,
        "=",
        "put a semicolon before it: …; D = conv3-64; …",
    ),
    "D x2 = pool; D": (
        "the name of a definition takes no flags, repeat or tag",
        0,
        "D x2",
        "did you mean: D = …",
    ),
    "D3s2 = pool; pool": ("only a name can be defined", 0, "D3s2", "did you mean: D = …"),
    "[a] = pool; pool": (
        "a bracket joins two branches or more",
        0,
        "[a]",
        "did you mean: (a), or: [a | identity]",
    ),
    "f(c, s=1, d) = pool; pool": (
        "an argument without a name stands after one with a name",
        10,
        "d",
        "did you mean: f(c, d, s=1)",
    ),
    "f(Input) = pool, input(C=3); pool": (
        "input(…) is only the first item of a network",
        17,
        "input(C=3)",
        "begin with: input(C=3), …",
    ),
    "use conv:bn, (dw); pool": ("use takes words with flags", 13, "(dw)", "write: use conv:bn"),
    "use max-pool2:bn; pool": (
        "a word after use has no size or width",
        4,
        "max-pool2",
        "did you mean: max:bn",
    ),
    "use input(C=3); pool": ("use takes words with flags", 4, "input(C=3)", "write: use conv:bn"),
    "D = input(C=3), pool; D": (
        "input(…) is only the first item of a network",
        4,
        "input(C=3)",
        "begin with: input(C=3), …",
    ),
    "[input(C=3) | pool]": (
        "input(…) is only the first item of a network",
        1,
        "input(C=3)",
        "begin with: input(C=3), …",
    ),
    "input(C=3, 5), pool": (
        "an argument without a name stands after one with a name",
        11,
        "5",
        "did you mean: input(5, C=3)",
    ),
    "conv3x": ("a repeat needs a count after its x", 6, "", "did you mean: conv3x2"),
    "conv3-64x": ("a repeat needs a count after its x", 9, "", "did you mean: conv3-64x2"),
    "conv3-64x@a": ("a repeat needs a count after its x", 9, "", "did you mean: conv3-64x2@a"),
    "D x{2}x3": ("an item repeats once", 6, "x3", "did you mean: (D x2)x3"),
    "pool x{a": ('"{" is never closed', 6, "{", "did you mean: {a}"),
    "conv3-]": ('"]" closes nothing', 6, "]", "remove it, or open the bracket before it"),
    "pool,],": ('"]" closes nothing', 5, "]", "remove it, or open the bracket before it"),
    "conv3-x{2}": ("a width is missing after the dash", 6, "", "did you mean: conv3-64x{2}"),
    "conv3-*2": ("a width is missing after the dash", 6, "", "did you mean: conv3-64*2"),
    "f(2{3})": ("inside an expression, parentheses group", 3, "{", "did you mean: f(2*(3))"),
    "f(a b)": ("a comma or an operator is missing", 4, "b", "did you mean: f(a, b)"),
    "f(a (b))": ("a comma or an operator is missing", 4, "(", "did you mean: f(a, (b))"),
    "f(2×3)": ("multiplication is written *", 3, "×", "did you mean: f(2*3)"),
    "f(a,,b)": ("an argument is missing", 4, ",", "did you mean: f(a,b)"),
    "f(->2)": ('"->" stands between two values of an argument', 2, "->", "write: res(64, 2->1)"),
    "f(a,b=)": ("the argument has no value", 6, ")", "did you mean: f(a,b=1)"),
    "f(a->)": ('nothing follows "->"', 5, ")", "did you mean: f(a->1)"),
    "f(=2)": ("an expression is missing", 2, "=", "write a number, a name or arithmetic: 4*c"),
    "f(a;b)": ("arguments are separated by commas", 3, ";", "did you mean: f(a,b)"),
    "{(a b)}": ("braces hold an expression, parentheses a group", 0, "{", "write: (conv3-64, pool)x2"),
    "conv3-{a|b}": ('unexpected "|"', 8, "|", "remove it"),
    "conv3-{}64": ("the braces are empty", 7, "}", "did you mean: conv3-{c}64"),
    "conv3-{(}": ('"(" is closed by "}"', 8, "}", "did you mean: ()"),
    "conv3-{()}": ("the parentheses are empty", 8, ")", "did you mean: conv3-{(c)}"),
    "pool, 3": ("an item begins with a word, not with a number", 6, "3", "write: conv3-64"),
    "D=,pool;D": ("nothing stands before the comma", 2, ",", "did you mean: D=pool"),
    "use ,conv:bn; pool": ("nothing stands before the comma", 4, ",", "did you mean: use conv:bn"),
    "(|a)": ("branches are joined inside [ ]", 1, "|", "write: [conv3-64 | conv1-64]"),
    "pool, {4}": ("braces hold an expression, parentheses a group", 6, "{", "write: (conv3-64, pool)x2"),
    "pool, =3": ("a definition needs a name", 6, "=", "write: D = conv3-64; D"),
    "pool:": ("a flag is a name after a colon", 4, ":", "write: conv3-64:bn"),
    ":": ("a flag needs an item before it", 0, ":", "write: conv3-64:bn"),
    "@": ('a tag is a name after "@"', 0, "@", "write: conv3-64@a"),
    "-": ("a width needs a word before it", 0, "-", "write: conv3-64"),
    "->": ('"->" stands between two values of an argument', 0, "->", "write: res(64, 2->1)"),
    "=": ("a definition needs a name", 0, "=", "write: D = conv3-64; D"),
    "|": ("branches are joined inside [ ]", 0, "|", "write: [conv3-64 | conv1-64]"),
    "{": ('"{" is never closed', 0, "{", "did you mean: {}"),
    "}": ('"}" closes nothing', 0, "}", "remove it, or open the bracket before it"),
    "conv3-64 : bn": ("a flag touches its colon", 9, ":", "did you mean: conv3-64:bn"),
    'pool"': ('unexpected """', 4, '"', "remove it"),
    'pool, "pool"': ('unexpected """', 6, '"', "remove it"),
    "pool·2": ('"·" is not written here as on paper', 4, "·", "write: *"),
    "pool%2": ("arithmetic stands in braces", 4, "%", "write: conv3-{4*c}"),
    "pool**2": ("arithmetic stands in braces", 4, "**", "write: conv3-{4*c}"),
    "pool, use": (
        '"use" starts a statement and names no layer',
        6,
        "use",
        "it stands before the network: use conv:bn; conv3-64",
    ),
    "D xexpand": ('the count "expand" may hide a repeat', 3, "expand", "did you mean: x{expand}"),
    "pool x {2*n}": ("a repeat touches its x", 7, "{2*n}", "did you mean: x{2*n}"),
    "pool x {n}": ("a repeat touches its x", 7, "{n}", "did you mean: x{n}"),
    "conv3-xn": ('the width "xn" may be a name or hide a repeat', 6, "xn", "did you mean: conv3-{xn}"),
    "conv3-xax": ('the width "xax" may be a name or hide a repeat', 6, "xax", "did you mean: conv3-{xax}"),
    "conv3-axbxc": (
        'the width "axbxc" may be a name or hide a repeat',
        6,
        "axbxc",
        "did you mean: conv3-ax{bxc}, or: conv3-{axbxc}",
    ),
    "# a, comment": ("there is no network", 12, "", "write: conv3-64x2, pool, fc10"),
    "conv3-64, # one, two; three (": ("a comma ends the row of items", 9, "", "did you mean: conv3-64"),
    "conv3-# the width": ("a width is missing after the dash", 6, "", "did you mean: conv3-64"),
    "USE": ("use names no word", 3, "", "did you mean: use conv:bn"),
    "USE = pool": ('a definition may not be named "use"', 4, "=", "did you mean: my_use = pool"),
    "pool, Use conv:bn": (
        '"use" starts a statement',
        10,
        "conv",
        "put it before the network: use conv:bn; conv3-64",
    ),
}


def error_of(text: str) -> NotationError:
    with pytest.raises(NotationError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("text", MISTAKES)
def test_message_place_and_hint(text: str):
    error = error_of(text)
    message, start, underlined, hint = MISTAKES[text]
    assert error.span is not None
    found = (error.message, error.span.start, text[error.span.start : error.span.end], error.hint)
    assert found == (message, start, underlined, hint)
    assert (error.source or "") == text
    assert not isinstance(error, LimitError)


def parses(text: str) -> bool:
    with suppress(NotationError):
        parse(text)
        return True
    return False


TWICE_WRONG = {"({[", "{", "conv3-{}64"}
"""Texts whose hint repairs the first mistake of two."""


@pytest.mark.parametrize(
    "text", [text for text, row in MISTAKES.items() if "did you mean" in row[3] and text not in TWICE_WRONG]
)
def test_hints_can_be_pasted(text: str):
    """What a hint offers parses: as a network, or in the place that it is about."""
    offers = MISTAKES[text][3].removeprefix("did you mean: ").split(", or: ")
    frames = ("{}", "f({})", "[{}]", "a {}", "a{}", "use {}; a", "{}; a", "input({}), a", "{}, a")
    for offer in offers:
        text = offer.replace("…", "pool")
        assert any(parses(frame.format(text)) for frame in frames), offer


def test_messages_are_one_sentence_without_a_full_stop():
    for message, _, _, hint in MISTAKES.values():
        assert re.fullmatch(r"[^\n]*[^.\n]", message), message
        assert re.fullmatch(r"[^\n]*[^.\n]", hint), hint


RELATED = {
    "(a]": ("opened here", "("),
    "(a": ("the text ends here", ""),
    "conv3s2s3": ("first given here", "s2"),
    "[a|b+c]": ("the first operator", "|"),
    "D=a;D=b;D": ("first defined here", "D"),
    "f(c)=a;f(d)=b;a": ("first defined here", "f"),
    "f(c,d,c)=a;a": ("first named here", "c"),
    "f(a=1,b=2,a=3)": ("first given here", "a=1"),
}


@pytest.mark.parametrize("text", RELATED)
def test_second_places(text: str):
    [(word, span)] = error_of(text).related
    assert (word, text[span.start : span.end]) == RELATED[text]


def test_an_error_draws_itself():
    assert str(error_of("pool,\nconv3-64x2:bn, pool")) == (
        "flags stand before the repeat\n"
        "  conv3-64x2:bn, pool\n"
        "            ^^^\n"
        "  did you mean: conv3-64:bn x2"
    )


def test_long_texts_are_cut_in_hints():
    name = "a" * 1000
    error = error_of(f"{name}-64x2:bn")
    assert error.hint is not None
    assert len(error.hint) < 200


EXPRESSIONS = {
    "": ("there is no expression", 0, "", "write: 4*c"),
    "a+": ('nothing follows "+"', 2, "", "did you mean: a"),
    "2c": ("an operator is missing", 1, "c", "did you mean: 2*c"),
    "{c}": ("inside an expression, parentheses group", 0, "{", "did you mean: (c)"),
    "a,b": ("only arguments are separated by commas", 1, ",", "write: {min(a, b)}"),
    "a->b": ('"->" stands between two values of an argument', 1, "->", "write: res(64, 2->1)"),
    "a $ b": ('unexpected "$"', 2, "$", "remove it"),
    "flour(2)": ('unknown function "flour"', 0, "flour", "did you mean: floor(2)"),
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_mistakes_in_an_expression_alone(text: str):
    with pytest.raises(NotationError) as caught:
        parse_expression(text)
    error = caught.value
    assert error.span is not None
    found = (error.message, error.span.start, text[error.span.start : error.span.end], error.hint)
    assert found == EXPRESSIONS[text]
    assert (error.source or "") == text


def test_only_cut_pieces_of_a_long_expression_are_shown():
    with pytest.raises(NotationError, match="an operator is missing") as caught:
        parse_expression("a+" * 5000 + "2c" + "+a" * 5000)
    assert caught.value.hint is not None
    assert "2*c" in caught.value.hint


def test_the_end_is_named():
    assert shown("") == "end of the text"


@pytest.mark.parametrize(
    ("text", "name"), [("pool\0", "U+0000"), ("\ud800", "U+D800"), ("a\u202eb", "U+202E")]
)
def test_what_cannot_be_seen_is_named(text: str, name: str):
    assert name in error_of(text).message
    str(error_of(text)).encode()
