"""Reports for people: the traced list as a page, a workbook and a table. Takes a ``bridge.report.TraceReport``."""
