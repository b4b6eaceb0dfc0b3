"""The process in which one file is made: started as `python -m budget_align.services.downloads.worker`, bounded in
memory. It takes from its standard input what the file says, and answers with the file's bytes.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

MAKERS: Final = {
    "alignment": "reports.pdf.make_pdf",
    "framework": "importers.forms.framework_workbook.write_framework_workbook",
    "mapping": "importers.forms.mapping_workbook.write_mapping_workbook",
    "modelling": "reports.modelling_tables.write_modelling_tables",
    "register": "importers.forms.register_workbook.write_register",
    "scenarios": "reports.scenario_workbook.write_scenario_workbook",
    "template": "importers.forms.template.make_template",
}
"""What can be made, each by its function, which takes values alone and gives bytes."""

_NICENESS: Final = 5


def main() -> None:
    """Makes one file and ends. What it is told comes from the service that started it, and from nowhere else."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing else that is printed may fall among the bytes of the file.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # A page that someone waits for goes before a file that is made meanwhile, where the system lets it.
    with suppress(OSError):
        os.nice(_NICENESS)
    kind, most_memory, said = pickle.load(sys.stdin.buffer)
    # What is written to, not what is set aside: the charts' engine sets aside far more than it ever uses.
    resource.setrlimit(resource.RLIMIT_DATA, (most_memory, most_memory))
    module, _, function = MAKERS[kind].rpartition(".")
    with out:
        out.write(getattr(import_module(module), function)(*said))


if __name__ == "__main__":
    main()
