"""What conventions say of a network, for terminals and for files that people read."""

from collections.abc import Iterator
from typing import Final

from symcnn.accounts import Account, Accounts, Group
from symcnn.algebra.polynomials import Poly, Value
from symcnn.conventions import Convention
from symcnn.conventions.record import usual_title
from symcnn.render.sheet import number, size

LONG: Final = 40
"""Characters of a cell up to which its column is aligned."""

DIFFERS: Final = "what it prints can differ:"
"""What a note begins with if the number given may not be what the tool prints."""


def accounts(content: Accounts) -> str:
    """Write what each convention says, quantity by quantity, each with its reasons."""
    lines = [f"{content.source}, input {size(content.input)}", ""]
    for group in content.groups:
        lines += [f"{usual_title(group.quantity)}, as symcnn counts them: {number(group.plain)}"]
        lines += [*_rows(group), ""]
    lines += [f"{about}: {words}" for about, words in notes(content)]
    return "\n".join(lines)


def _rows(group: Group) -> Iterator[str]:
    cells = [(name(a.convention), a.prints, number(a.value), _difference(a)) for a in group.accounts]
    widths = [max([len(row[i]) for row in cells if len(row[i]) <= LONG] or [0]) for i in range(4)]
    for account, (who, prints, value, more) in zip(group.accounts, cells, strict=True):
        row = f"  {who:<{widths[0]}}  {prints:<{widths[1]}}  {value:>{widths[2]}}  {more:>{widths[3]}}"
        yield row.rstrip()
        for reason in account.reasons:
            yield f"    {signed(reason.amount)}: {reason.says}"


def _difference(account: Account) -> str:
    """Write the difference, where it is more than one reason."""
    return signed(account.difference) if len(account.reasons) > 1 else ""


def name(convention: Convention) -> str:
    """Write which convention it is, with the version of the tool."""
    return f"{convention.name} {convention.version}"


def signed(amount: Value) -> str:
    """Write an amount that is added, or taken off.

    >>> signed(25088), signed(-1)
    ('+ 25,088', '- 1')
    """
    coefficients = amount.terms.values() if isinstance(amount, Poly) else (amount,)
    if all(coefficient < 0 for coefficient in coefficients):
        return f"- {number(-1 * amount)}"
    return f"+ {number(amount)}"


def notes(content: Accounts) -> Iterator[tuple[str, str]]:
    """Yield what stands below: where the formulas hold, the networks, defects, the convention."""
    if content.domain:
        yield "valid for", content.domain
    for network, library in fed(content).items():
        yield network, f"the network as {library} builds it, which the tools of {library} were given"
    if content.remark:
        yield "note", content.remark
    yield from defects(content)
    yield "convention", content.convention


def fed(content: Accounts) -> dict[str, str]:
    """Return the networks that tools were given in place of this one, each with its library."""
    each = [account for group in content.groups for account in group.accounts if account.network]
    return {account.network: account.convention.library for account in each}


def defects(content: Accounts) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the tools, by their conventions, each defect once."""
    found = [(a, note) for group in content.groups for a in group.accounts for note in a.notes]
    for (who, says), exact in {(a.convention.name, note.says): note.exact for a, note in found}.items():
        yield who, says if exact else f"{DIFFERS} {says}"
