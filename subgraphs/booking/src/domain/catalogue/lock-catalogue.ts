import { eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'

/** The event, which is known to be there, as the transaction sees it. */
export async function readEvent(ctx: Ctx, id: string): Promise<EventRow> {
  const [row] = await ctx.db.select().from(events).where(eq(events.id, id))
  return found(row, id)
}

/** The event, which nobody else changes until the transaction ends. */
export async function lockEvent(ctx: Ctx, id: string): Promise<EventRow> {
  const [row] = await ctx.db.select().from(events).where(eq(events.id, id)).for('no key update')
  return found(row, id)
}

/** The performance, which is known to be there, as the transaction sees it. */
export async function readPerformance(ctx: Ctx, id: string): Promise<PerformanceRow> {
  const [row] = await ctx.db.select().from(performances).where(eq(performances.id, id))
  return found(row, id)
}

/**
 * The performance, which nobody else changes until the transaction ends. Claims of its places go on meanwhile. Its event is locked
 * first, as a change of a performance marks the event: who cancels the event locks in that order too, so neither waits for ever.
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
