"""A directive's report as a file, made while it is being sent."""

from __future__ import annotations

import asyncio

from bot.callbacks import Callback, Press
from bot.delivery import render
from bot.delivery.context import NOT_STAFF, Context, Gathered, Ready, directive_view, follower
from bot.delivery.render import Button, Content, Document
from bot.domain.reports import ReportForm
from bot.domain.rights import Actor
from bot.reports.article_report import article_report
from bot.reports.articles_csv import articles_csv
from bot.reports.directive_report import directive_report
from bot.reports.paper import Letterhead
from bot.storage import directives
from bot.storage.tables import Directive


async def report(context: Context) -> Gathered:
    """/baocao: the workbook, or the list of articles as CSV."""
    actor = await follower(context)
    directive = await directives.get(context.session, context.number("directive_id"))
    if actor is None or directive is None:
        return NOT_STAFF
    form = ReportForm(context.message.parameters.get("form", ReportForm.XLSX))
    make = _workbook if form is ReportForm.XLSX else _csv
    document = Document(
        f"{_name(context, directive)}.{form}", await make(context, directive, actor)
    )
    write = context.write
    caption = write.say(
        "report.caption",
        title=render.directive_title(directive_view(directive), write),
        at=write.moments.short(context.now),
        zone=write.moments.zone_name(context.now),
    )
    as_csv = Button(write.texts("button.report_csv"), Callback(Press.REPORT_CSV, (directive.id,)))
    return Ready(Content(caption, ((as_csv,),) if form is ReportForm.XLSX else (), document))


async def _workbook(context: Context, directive: Directive, actor: Actor) -> bytes:
    from bot.reports.workbook import directive_workbook  # heavy: only when one is asked for

    scene = context.scene
    found = await directive_report(
        context.session, directive.id, now=context.now, zone=scene.zone, scope=actor.scope
    )
    return await asyncio.to_thread(
        directive_workbook,
        found,
        texts=context.write.texts,
        zone=scene.zone,
        letterhead=Letterhead(scene.office, scene.superior),
    )


async def _csv(context: Context, directive: Directive, actor: Actor) -> bytes:
    zone = context.scene.zone
    found = await article_report(
        context.session, directive.id, now=context.now, zone=zone, scope=actor.scope
    )
    return await asyncio.to_thread(
        articles_csv, found.articles, texts=context.write.texts, zone=zone, at=context.now
    )


def _name(context: Context, directive: Directive) -> str:
    day = context.now.astimezone(context.scene.zone)
    return context.write.texts(
        "report.file_name",
        number=directive_view(directive).number or directive.id,
        day=f"{day:%d-%m-%Y}",
    )
