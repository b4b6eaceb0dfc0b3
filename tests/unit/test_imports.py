"""A module stands on others, and none of these on it."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp


def test_no_module_stands_on_itself_by_way_of_others() -> None:
    graph = grimp.build_graph(
        "budget_align", "importers", "reports", exclude_type_checking_imports=True, cache_dir=None
    )
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # An order in which each comes after all that it imports; a circle has none.
    assert len(list(TopologicalSorter(imports).static_order())) == len(graph.modules)
