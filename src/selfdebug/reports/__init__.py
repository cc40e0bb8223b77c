"""Reports of runs: tables and plots whose every number says what it was counted over.

    report = build_report([(run, lambda: store.results(run.id)) for run in store.find(["mbpp-1"])])
    print(render(report, "md"))

Results stream by and are not kept; renderers only write down what `build_report` counted.
"""

from selfdebug.reports.building import build_report
from selfdebug.reports.report import MissingPlotsError, NothingDoneError, Report, ReportError, RunReport

__all__ = ["MissingPlotsError", "NothingDoneError", "Report", "ReportError", "RunReport", "build_report"]
