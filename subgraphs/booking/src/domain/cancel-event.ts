import { checkInput } from '@tikitu/kit/check-input'
import { inTransaction } from '@tikitu/kit/db'
import { and, asc, eq, ne } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { type EventRow, events, performances } from '../db/tables/catalogue.ts'
import { writeCancellation } from './cancel-performance.ts'
import { recordEvent } from './catalogue-facts.ts'
import { publicReason } from './event-input.ts'
import { lockEvent } from './lock-catalogue.ts'
import { requireOwnEvent } from './partner-role.ts'

const cancelEventInput = z.object({ eventId: z.string(), reason: publicReason })

/**
 * Cancels an event and its performances that were not held yet; their tickets are refunded afterwards, by a job each.
 * Cancelling a cancelled event changes nothing. @throws {InvalidInput | NotFound | Forbidden}
 */
export async function cancelEvent(ctx: Ctx, input: z.input<typeof cancelEventInput>): Promise<EventRow> {
  const { eventId, reason } = checkInput(cancelEventInput, input)
  await requireOwnEvent(ctx, eventId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockEvent(ctx, eventId)
    if (before.status === 'CANCELLED') return before
    const [event] = await ctx.db
      .update(events)
      .set({ status: 'CANCELLED', cancellationReason: reason, version: before.version + 1 })
      .where(eq(events.id, eventId))
      .returning()
    await cancelPerformancesOf(ctx, event as EventRow, reason)
    await recordEvent(ctx, event as EventRow, { action: 'cancelEvent', reason })
    return event as EventRow
  })
}

/** Those that have begun and were not postponed took place: their tickets are not refunded because the rest is called off. */
async function cancelPerformancesOf(ctx: Ctx, event: EventRow, reason: string): Promise<void> {
  const rows = await ctx.db
    .select()
    .from(performances)
    .where(and(eq(performances.eventId, event.id), ne(performances.status, 'CANCELLED')))
    .orderBy(asc(performances.id))
    .for('no key update')
  for (const performance of rows.filter((row) => row.status === 'POSTPONED' || row.startsAt > ctx.now())) {
    await writeCancellation(ctx, { performance, eventTitle: event.title }, reason)
  }
}
