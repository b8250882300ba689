import type { Payload } from '@tikitu/schema/events/registry'
import { and, eq, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import {
  type PerformanceFiguresRow,
  performanceFigures,
  type TicketAdmissionRow,
  ticketAdmissions,
} from '../../db/tables.ts'
import { addToDay } from './daily-figures.ts'

/** Counts what a ticket's admission is now, in place of what it was. An older state changes nothing. */
export async function countAdmission(ctx: Ctx, fact: Payload<'booking.admissionChanged'>): Promise<void> {
  const { ticketId, performanceId, partnerId, version, moveCount, isInside, entries, admittedAt } = fact
  const figures = await lockFigures(ctx, performanceId)
  const before = await ticketAdmission(ctx, ticketId)
  if (before && before.version >= version) return
  const admittedOn = admittedAt?.slice(0, 10) ?? null
  const now = { ticketId, performanceId, partnerId, version, moveCount, isInside, entries, admittedOn }
  await replace(ctx, figures, { before, now })
}

/** Counts a scan from before states were told. Once a state is known it holds every scan. */
export async function countScan(ctx: Ctx, fact: Payload<'booking.ticketAdmitted'>): Promise<void> {
  const { ticketId, performanceId, partnerId, admittedAt } = fact
  const figures = await lockFigures(ctx, performanceId)
  const before = await ticketAdmission(ctx, ticketId)
  if (before && before.version > 0) return
  const admittedOn = [before?.admittedOn, admittedAt.slice(0, 10)].filter((day) => day != null).toSorted()[0] ?? null
  const entries = (before?.entries ?? 0) + 1
  const now = { ticketId, performanceId, partnerId, version: 0, moveCount: 0, isInside: true, entries, admittedOn }
  await replace(ctx, figures, { before, now })
}

/** Takes admissions to a date that did not take place out of the figures. They stay in the audit log. */
export async function forgetAdmissions(ctx: Ctx, figures: PerformanceFiguresRow, moveCount: number): Promise<void> {
  const { performanceId } = figures
  const older = await ctx.db
    .select()
    .from(ticketAdmissions)
    .where(and(eq(ticketAdmissions.performanceId, performanceId), lt(ticketAdmissions.moveCount, moveCount)))
  const counted = older.filter((row) => row.admittedOn !== null && row.moveCount >= figures.moveCount)
  for (const [place, rows] of Map.groupBy(counted, (row) => `${row.admittedOn} ${row.partnerId}`)) {
    const [day = '', partnerId = ''] = place.split(' ')
    await addToDay(ctx, { day, partnerId }, { metric: 'admissions', count: -rows.length })
  }
  await ctx.db
    .update(performanceFigures)
    .set({
      moveCount,
      admitted: sql`${performanceFigures.admitted} - ${counted.length}`,
      inside: sql`${performanceFigures.inside} - ${counted.filter((row) => row.isInside).length}`,
      entries: sql`${performanceFigures.entries} - ${counted.reduce((sum, row) => sum + row.entries, 0)}`,
    })
    .where(eq(performanceFigures.performanceId, performanceId))
}

/** The figures of a performance, made if there are none, which nobody else counts into until the transaction ends. */
export async function lockFigures(ctx: Ctx, performanceId: string): Promise<PerformanceFiguresRow> {
  const [row] = await ctx.db
    .insert(performanceFigures)
    .values({ performanceId })
    .onConflictDoUpdate({ target: performanceFigures.performanceId, set: { performanceId } })
    .returning()
  return row as PerformanceFiguresRow
}

async function ticketAdmission(ctx: Ctx, ticketId: string): Promise<TicketAdmissionRow | null> {
  const [row] = await ctx.db.select().from(ticketAdmissions).where(eq(ticketAdmissions.ticketId, ticketId))
  return row ?? null
}

async function replace(
  ctx: Ctx,
  figures: PerformanceFiguresRow,
  { before, now }: { before: TicketAdmissionRow | null; now: TicketAdmissionRow },
): Promise<void> {
  await ctx.db.insert(ticketAdmissions).values(now).onConflictDoUpdate({ target: ticketAdmissions.ticketId, set: now })
  const [old, counted] = [countedOf(before, figures), countedOf(now, figures)]
  await ctx.db
    .update(performanceFigures)
    .set({
      admitted: sql`${performanceFigures.admitted} + ${counted.admitted - old.admitted}`,
      inside: sql`${performanceFigures.inside} + ${counted.inside - old.inside}`,
      entries: sql`${performanceFigures.entries} + ${counted.entries - old.entries}`,
    })
    .where(eq(performanceFigures.performanceId, figures.performanceId))
  if (old.day === counted.day) return
  const { partnerId } = now
  if (old.day) await addToDay(ctx, { day: old.day, partnerId }, { metric: 'admissions', count: -1 })
  if (counted.day) await addToDay(ctx, { day: counted.day, partnerId }, { metric: 'admissions', count: 1 })
}

/** What a ticket counts for: nothing, when its admission was to a date before the newest. */
function countedOf(row: TicketAdmissionRow | null, { moveCount }: PerformanceFiguresRow) {
  if (!row || row.moveCount < moveCount || row.entries === 0) return { admitted: 0, inside: 0, entries: 0, day: null }
  return { admitted: 1, inside: row.isInside ? 1 : 0, entries: row.entries, day: row.admittedOn }
}
