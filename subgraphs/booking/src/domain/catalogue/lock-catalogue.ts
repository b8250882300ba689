import { eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'

/** An existing event, as the transaction sees it. */
export async function readEvent(ctx: Ctx, id: string): Promise<EventRow> {
  const [row] = await ctx.db.select().from(events).where(eq(events.id, id))
  return found(row, id)
}

/** The event, locked until the transaction ends. */
export async function lockEvent(ctx: Ctx, id: string): Promise<EventRow> {
  const [row] = await ctx.db.select().from(events).where(eq(events.id, id)).for('no key update')
  return found(row, id)
}

/** An existing performance, as the transaction sees it. */
export async function readPerformance(ctx: Ctx, id: string): Promise<PerformanceRow> {
  const [row] = await ctx.db.select().from(performances).where(eq(performances.id, id))
  return found(row, id)
}

/**
 * The performance, locked for changes until the transaction ends; claims of its seats continue. Its event is locked first, because
 * a change of a performance updates the event. Cancelling an event locks in the same order, so the two never deadlock.
 */
export async function lockPerformanceForUpdate(ctx: Ctx, id: string): Promise<PerformanceRow> {
  const ofPerformance = ctx.db.select({ id: performances.eventId }).from(performances).where(eq(performances.id, id))
  await ctx.db.select({ id: events.id }).from(events).where(inArray(events.id, ofPerformance)).for('no key update')
  const [row] = await ctx.db.select().from(performances).where(eq(performances.id, id)).for('no key update')
  return found(row, id)
}

function found<Row>(row: Row | undefined, id: string): Row {
  if (!row) throw new Error(`row ${id} is missing`)
  return row
}
