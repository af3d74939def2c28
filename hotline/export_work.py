"""Long work that speaks to people as the console does: a report as a file."""

from hotline.actions.read_report import tell_report
from hotline.actions.works.export_report import ask_of
from hotline.actions.works.kind import Bench, Made
from hotline.console.pages.case import body_names
from hotline.console.report_files import CSV, XLSX, Titled, as_csv, as_xlsx
from hotline.console.report_tables import in_words
from hotline.console.report_title import about_of
from hotline.console.wording import Wording
from hotline.quality.report_small import MOST_CELLS


async def run(bench: Bench) -> Made:
    """Write the report; outside 111 small counts are left out. Errors: NotFound, RuleForbids."""
    asked, viewer = bench.asked, bench.viewer
    await bench.progress(0, 3)
    # Beside: the work goes on saying that it lives, and hears when it shall end.
    told = tell_report(bench.rt, viewer, ask_of(asked), MOST_CELLS)
    report = await bench.progress.beside(told)
    await bench.progress(1, 3)
    w = Wording(bench.rt.config, bench.locale)
    async with bench.rt.transaction(viewer) as tx:
        bodies = await body_names(tx, bench.locale)
    named = tuple(in_words(w, sheet, bodies) for sheet in report.sheets)
    title, about = about_of(w, report.ask, viewer)
    await bench.progress(2, 3)
    made = Titled(title, about, named)
    content = as_csv(made) if asked.form == "csv" else as_xlsx(made)
    period = report.ask.period
    name = f"111-{asked.about}-{period.from_}-{period.last}.{asked.form}"
    await bench.progress(3, 3)
    return Made({"rows": report.rows}, content, name, CSV if asked.form == "csv" else XLSX)
