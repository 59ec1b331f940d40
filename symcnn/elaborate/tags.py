"""Tags: names for tensors, and where they can be seen from."""

from symcnn.errors import NotationError
from symcnn.notation.syntax import Architecture, Bracket, Group, Item, Recall
from symcnn.source import Span


class Tags:
    """The tags set so far in one scope, and those of the scope around it that it sees."""

    def __init__(self, outer: "Tags | None" = None) -> None:
        self._outer = outer
        self._own: dict[str, tuple[int, Span]] = {}

    def set(self, name: str, tensor: int, span: Span) -> None:
        """Tag a tensor.

        Raises:
            NotationError: if the scope has a tag of that name already.
        """
        if name in self._own:
            raise NotationError(
                f"the tag @{name} is set twice in one scope",
                span,
                related=(("the first is here", self._own[name][1]),),
            )
        self._own[name] = (tensor, span)

    def find(self, name: str) -> int | None:
        """Return the tensor of a tag, looking outwards."""
        scope: Tags | None = self
        while scope is not None:
            if name in scope._own:
                return scope._own[name][0]
            scope = scope._outer
        return None


def unknown_tag(architecture: Architecture, recall: Recall) -> NotationError:
    """Return the error for a tag that is not in sight: unset, later, or elsewhere."""
    places = [item.span for item in all_items(architecture) if item.tag == recall.tag]
    if not places:
        known = sorted({i.tag for i in all_items(architecture) if i.tag})
        hint = f"tags: {', '.join('@' + t for t in known)}" if known else "tag a tensor as in conv3-64@a"
        return NotationError(f"there is no tag @{recall.tag}", recall.span, hint)
    if places[0].start > recall.span.start:
        return NotationError(
            f"the tag @{recall.tag} is set later", recall.span, related=(("it is set here", places[0]),)
        )
    return NotationError(
        f"the tag @{recall.tag} cannot be seen from here",
        recall.span,
        "a definition or a repeated item keeps its tags to itself",
        related=(("it is set here", places[0]),),
    )


def all_items(architecture: Architecture) -> list[Item]:
    """Return all items of an architecture, in order of their places."""
    rows = [architecture.items, *(d.items for d in architecture.definitions)]
    found: list[Item] = []
    while rows:
        for item in rows.pop():
            found.append(item)
            if isinstance(item.body, Group):
                rows.append(item.body.items)
            elif isinstance(item.body, Bracket):
                rows.extend(item.body.branches)
    return sorted(found, key=lambda item: item.span.start)
