"""What conventions say of a network, for terminals and for files that people read."""

from collections.abc import Iterator
from typing import Final

from symcnn.accounts import Account, Accounts, Group
from symcnn.algebra.polynomials import Poly, Value
from symcnn.conventions.record import usual_title
from symcnn.render.sheet import number, size

DIFFERS: Final = "what it prints differs:"
"""What a note begins with if the number given is not what the tool prints."""


def accounts(content: Accounts) -> str:
    """Write what each convention says, quantity by quantity, each with its reasons."""
    lines = [f"{content.source}, input {size(content.input)}", ""]
    width = max(len(a.convention.name) for group in content.groups for a in group.accounts)
    for group in content.groups:
        lines += [*_group(group, width), ""]
    for name, words in notes(content):
        lines.append(f"{name}: {words}")
    return "\n".join(lines)


def _group(group: Group, width: int) -> Iterator[str]:
    name = f"{usual_title(group.quantity)}, as symcnn counts them"
    yield f"{name}: {number(group.plain)}"
    prints = max(len(account.prints) for account in group.accounts)
    numbers = [number(account.value) for account in group.accounts]
    most = max(len(words) for words in numbers if len(words) <= 40) if min(map(len, numbers)) <= 40 else 0
    for account, written in zip(group.accounts, numbers, strict=True):
        yield f"  {account.convention.name:<{width}}  {account.prints:<{prints}}  {written:>{most}}"
        for reason in account.reasons:
            yield f"    {signed(reason.amount)}: {reason.says}"


def signed(amount: Value) -> str:
    """Write an amount that is added, or taken off.

    >>> signed(25088), signed(-1)
    ('+ 25,088', '- 1')
    """
    if isinstance(amount, Poly):
        return f"+ {number(amount)}"
    return f"{'-' if amount < 0 else '+'} {number(abs(amount))}"


def notes(content: Accounts) -> Iterator[tuple[str, str]]:
    """Yield what stands below: where the formulas hold, the networks, defects, the convention."""
    if content.domain:
        yield "valid for", content.domain
    for name, library in fed(content).items():
        yield name, f"the network as {library} builds it, which the tools of {library} were given"
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
    for (name, says), exact in {(_name(a), n.says): n.exact for a, n in found}.items():
        yield name, says if exact else f"{DIFFERS} {says}"


def _name(account: Account) -> str:
    return account.convention.name
