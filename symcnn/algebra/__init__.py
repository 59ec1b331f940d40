"""Exact integer algebra: values, extents, conditions, and formulas with their domains."""
