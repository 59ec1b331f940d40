"""Conditions that come from nowhere, for tables of them."""

from symcnn.algebra.conditions import AtMost, Bound, Comparison, Guarded, Members, Origin, Residues, Whole

NOWHERE = Origin()


def bound(name, least):
    return Bound(NOWHERE, "", name, least)


def at_most(name, most):
    return AtMost(NOWHERE, "", name, most)


def residues(name, modulus, *kept):
    return Residues(NOWHERE, "", name, modulus, frozenset(kept))


def members(name, *kept):
    return Members(NOWHERE, "", name, frozenset(kept))


def compared(left, right, relation="≥"):
    return Comparison(NOWHERE, "", left, relation, right)


def whole(value):
    return Whole(NOWHERE, "", value)


def guarded(count, least, inner):
    return Guarded(NOWHERE, "", count, least, inner)
