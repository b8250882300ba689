import { InvalidState } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances, priceTiers } from '../../db/tables/catalogue.ts'
import { places } from '../../db/tables/inventory.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { lockPerformanceForUpdate, readEvent } from './lock-catalogue.ts'
import { recordAction, recordPerformance } from './publish-changes.ts'

/** A draft performance. */
export interface DraftInput {
  performanceId: string
}

/**
 * Makes a draft performance public with its event. Idempotent. For members with the role MANAGER.
 * @throws {InvalidState | NotFound | Forbidden}
 */
export async function publishPerformance(ctx: Ctx, { performanceId }: DraftInput): Promise<PerformanceRow> {
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const draft = await lockPerformanceForUpdate(ctx, performanceId)
    if (draft.status === 'CANCELLED') throw new InvalidState('This performance was cancelled.')
    if (!draft.isDraft) return draft
    const [performance] = await ctx.db
      .update(performances)
      .set({ isDraft: false, version: draft.version + 1 })
      .where(eq(performances.id, performanceId))
      .returning()
    const { title } = await readEvent(ctx, draft.eventId)
    const published = { performance: performance as PerformanceRow, eventTitle: title }
    await recordPerformance(ctx, published, { action: 'publishPerformance' })
    return published.performance
  })
}

/**
 * Deletes a draft with its prices and seats. A published performance has to be cancelled, so that ticket holders are notified.
 * @throws {InvalidState | NotFound | Forbidden}
 */
export async function deletePerformance(ctx: Ctx, { performanceId }: DraftInput): Promise<string> {
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const draft = await lockPerformanceForUpdate(ctx, performanceId)
    if (!draft.isDraft) throw new InvalidState('Only a draft can be deleted. Cancel this performance instead.')
    await ctx.db.delete(places).where(eq(places.performanceId, performanceId))
    await ctx.db.delete(priceTiers).where(eq(priceTiers.performanceId, performanceId))
    await ctx.db.delete(performances).where(eq(performances.id, performanceId))
    const { eventId, startsAt } = draft
    await recordAction(ctx, draft, { action: 'deletePerformance', changes: { eventId, startsAt } })
    return performanceId
  })
}
