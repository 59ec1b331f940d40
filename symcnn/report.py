"""What symcnn says of a network: rows, totals, their domain and convention.

A `Report` holds formulas; `report.at(H=224, W=224, C=3)` is a `Numbers`, the
same table at one point.
"""

from collections.abc import Mapping
from typing import cast

from symcnn.algebra.conditions import number_at
from symcnn.algebra.formula import Formula, exact_point, refuse_contradictions
from symcnn.algebra.parts import Parts
from symcnn.algebra.polynomials import Number, Value, tidy
from symcnn.conventions import DEFAULT, Convention
from symcnn.errors import ArgumentError
from symcnn.graph import Graph
from symcnn.table import PerAxis, Table


class FieldFormula(PerAxis[Formula]):
    """A formula for each axis; calling it evaluates both."""

    def __call__(self, **values: object) -> PerAxis[int]:
        """Evaluate both axes at a point; see `Formula`."""
        return PerAxis(self.height(**values), self.width(**values))


class Report(Table[Formula]):
    """A network in formulas.

    >>> import symcnn
    >>> report = symcnn.derive("conv3-64x2,pool,fc10")
    >>> str(report.params)
    '640*floor(H/2)*floor(W/2) + 576*C + 37002'
    >>> [(row.label, str(row.params)) for row in report.items][:2]
    [('conv3-64x2', '576*C + 36992'), ('pool', '0')]
    """

    def _make(self, value: Value, quantity: str, parts: Parts = ()) -> Formula:
        return Formula(value, quantity, self.domain, self.graph.symbols, self.graph.bound, parts)

    @property
    def receptive_field(self) -> FieldFormula:
        """Input positions that one output position sees, on each axis."""
        return FieldFormula(self.total("receptive_field_height"), self.total("receptive_field_width"))

    @property
    def stride(self) -> FieldFormula:
        """Input positions between neighboring outputs: the total stride."""
        return FieldFormula(self.total("stride_height"), self.total("stride_width"))

    def at(self, **values: object) -> "Numbers":
        """Return the same report in numbers.

        Args:
            **values: exact values of all symbols, and of H, W and C unless
                the text pins them.

        Raises:
            ArgumentError: if a symbol has no value, or one that is not exact.
            DomainError: if the point lies outside the domain.
        """
        return Numbers(self.graph, exact_point(values, self.graph.symbols), self.dtype, self.convention)

    def under(self, convention: str) -> "Report":
        """Return the same network counted as another convention does.

        Args:
            convention: its name, as `symcnn.conventions` has it.

        Raises:
            ArgumentError: if there is none of that name.

        >>> import symcnn
        >>> report = symcnn.derive("conv3-8:bn, gap, fc10")
        >>> str(report.macs), str(report.under("fvcore").macs)
        ('72*C*H*W + 80', '72*C*H*W + 24*H*W + 80')
        """
        return Report(self.graph, self.dtype, convention)


class Numbers(Table[int]):
    """A network in numbers: a report at one point.

    >>> import symcnn
    >>> numbers = symcnn.derive("conv3-64x2,pool,fc10").at(H=32, W=32, C=3)
    >>> numbers.params, numbers.output
    (202570, (10, 1, 1))
    """

    def __init__(
        self,
        graph: Graph,
        point: Mapping[str, Number],
        dtype: str = "float32",
        convention: str | Convention = DEFAULT,
    ) -> None:
        super().__init__(graph, dtype, convention)
        missing = sorted(set(super().symbols) - point.keys())
        if missing:
            raise ArgumentError(f"no value is given for {', '.join(missing)}")
        refuse_contradictions(graph.bound, point)
        self.point = point
        graph.domain.check(self.point)

    def under(self, convention: str) -> "Numbers":
        """Return the same network counted as another convention does; see `Report.under`."""
        return Numbers(self.graph, self.point, self.dtype, convention)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Names of symbols without a value: none."""
        return ()

    def _make(self, value: Value, quantity: str, parts: Parts = ()) -> int:
        # An integer, but for a stride, as in Formula.__call__.
        return cast("int", tidy(number_at(value, self.point)))

    @property
    def receptive_field(self) -> PerAxis[int]:
        """Input positions that one output position sees, on each axis."""
        return PerAxis(self.total("receptive_field_height"), self.total("receptive_field_width"))

    @property
    def stride(self) -> PerAxis[int]:
        """Input positions between neighboring outputs: the total stride."""
        return PerAxis(self.total("stride_height"), self.total("stride_width"))
