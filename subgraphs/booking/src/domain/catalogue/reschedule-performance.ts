import { VersionConflict } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { publicReason } from './event-input.ts'
import { lockHall, requireFreeHall } from './free-hall.ts'
import { lockPerformanceForUpdate, readEvent } from './lock-catalogue.ts'
import { movePerformance, requireMovable } from './move-performance.ts'
import { requireOrder, requireUpcoming } from './performance-input.ts'
import { recordPerformance } from './publish-changes.ts'

const reschedulePerformanceInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  startsAt: z.date(),
  /** Absent: keeps its distance to the start. Null: unknown. */
  doorsAt: z.date().nullish(),
  endsAt: z.date().nullish(),
  salesEndAt: z.date().nullish(),
  reason: publicReason.nullish(),
  allowOverlap: z.boolean().nullish(),
})

export type ReschedulePerformanceInput = z.input<typeof reschedulePerformanceInput>

type NewTimes = z.infer<typeof reschedulePerformanceInput>

/**
 * Moves a performance that was neither cancelled nor has taken place to a new date. Tickets stay valid and can be cancelled for a
 * full refund until it starts. With the current date it only changes the other given times.
 * @throws {PerformancesOverlap | VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function reschedulePerformance(ctx: Ctx, input: ReschedulePerformanceInput): Promise<PerformanceRow> {
  const wanted = validateInput(reschedulePerformanceInput, input)
  const { layoutId } = await requireOwnPerformance(ctx, wanted.performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    await lockHall(ctx, layoutId)
    const before = await lockPerformanceForUpdate(ctx, wanted.performanceId)
    if (wanted.expectedVersion != null && wanted.expectedVersion !== before.version) {
      throw new VersionConflict('performance', before.version)
    }
    requireMovable(before, ctx.now())
    const times = timesOf(before, wanted, ctx.now())
    requireUpcoming(times, ctx.now())
    requireOrder({ ...times, salesStartAt: before.salesStartAt })
    const allowsOverlap = wanted.allowOverlap ?? false
    if (!allowsOverlap) await requireFreeHall(ctx, { ...before, ...times })
    if (isSameDate(before, wanted)) return await changeTimes(ctx, before, times)
    const columns = { ...times, status: 'RESCHEDULED' as const, allowsOverlap }
    return await movePerformance(ctx, before, {
      action: 'reschedulePerformance',
      reason: wanted.reason ?? null,
      columns,
    })
  })
}

type Times = Pick<PerformanceRow, 'startsAt' | 'doorsAt' | 'endsAt' | 'salesEndAt'>

/**
 * Absent times keep their distance to the start. A move does not reopen sales that had ended; for a POSTPONED performance, that had
 * ended when it was postponed.
 */
function timesOf(before: PerformanceRow, wanted: NewTimes, now: Date): Times {
  const { startsAt, doorsAt, endsAt, salesEndAt } = wanted
  const byMs = startsAt.getTime() - before.startsAt.getTime()
  const shifted = (moment: Date | null) => moment && new Date(moment.getTime() + byMs)
  const stoppedAt = before.status === 'POSTPONED' ? (before.movedAt ?? now) : now
  const wereOpen = before.salesEndAt > stoppedAt
  const keptSalesEnd = wereOpen ? new Date(before.salesEndAt.getTime() + byMs) : before.salesEndAt
  return {
    startsAt,
    doorsAt: doorsAt === undefined ? shifted(before.doorsAt) : doorsAt,
    endsAt: endsAt === undefined ? shifted(before.endsAt) : endsAt,
    salesEndAt: salesEndAt === undefined ? keptSalesEnd : (salesEndAt ?? startsAt),
  }
}

function isSameDate(before: PerformanceRow, { startsAt }: NewTimes): boolean {
  return before.status !== 'POSTPONED' && before.startsAt.getTime() === startsAt.getTime()
}

async function changeTimes(ctx: Ctx, before: PerformanceRow, times: Times): Promise<PerformanceRow> {
  const { doorsAt, endsAt, salesEndAt } = times
  const isSame =
    doorsAt?.getTime() === before.doorsAt?.getTime() &&
    endsAt?.getTime() === before.endsAt?.getTime() &&
    salesEndAt.getTime() === before.salesEndAt.getTime()
  if (isSame) return before
  const changes = { doorsAt, endsAt, salesEndAt }
  const [performance] = await ctx.db
    .update(performances)
    .set({ ...changes, version: before.version + 1 })
    .where(eq(performances.id, before.id))
    .returning()
  const { title } = await readEvent(ctx, before.eventId)
  const changed = { performance: performance as PerformanceRow, eventTitle: title }
  await recordPerformance(ctx, changed, { action: 'reschedulePerformance', changes })
  return changed.performance
}
