import { VersionConflict } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq, max } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type LayoutRow, layouts } from '../../db/tables/venues.ts'
import { emit } from '../../emit.ts'
import { LayoutInvalid } from '../../errors.ts'
import { audit } from '../partners/audit.ts'
import { layoutProblems } from './layout-problems.ts'
import { lockDraft, readDocument } from './layout-rows.ts'

/**
 * Publishes a draft without problems under the next number of its venue, and publishes its document to booking. It can
 * never change again. @throws {LayoutInvalid | VersionConflict | NotFound | Forbidden | InvalidState}
 */
export async function publishLayout(
  ctx: Ctx,
  input: { layoutId: string; expectedVersion?: number | null },
): Promise<LayoutRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { layout, venue } = await lockDraft(ctx, input.layoutId)
    if (input.expectedVersion != null && input.expectedVersion !== layout.version) {
      throw new VersionConflict('layout', layout.version)
    }
    const document = await readDocument(ctx, layout.id)
    const problems = layoutProblems(document, venue.capacity)
    if (problems.length > 0) throw new LayoutInvalid(problems)
    const number = await nextNumber(ctx, venue.id)
    const [published] = await ctx.db
      .update(layouts)
      .set({ status: 'PUBLISHED', number, publishedAt: ctx.now() })
      .where(eq(layouts.id, layout.id))
      .returning()
    const { id: layoutId, partnerId, name } = layout
    await emit(ctx, 'partner.layoutPublished', {
      subject: layoutId,
      data: { layoutId, venueId: venue.id, partnerId, number, name, document },
    })
    await audit(ctx, {
      action: 'publishLayout',
      subjectType: 'Layout',
      subjectId: layoutId,
      partnerId,
      changes: { venueId: venue.id, name, number, capacity: layout.capacity },
    })
    return published as LayoutRow
  })
}

/** Counted under the partner's lock, so that two layouts published at once get different numbers. */
async function nextNumber(ctx: Ctx, venueId: string): Promise<number> {
  const [row] = await ctx.db
    .select({ last: max(layouts.number) })
    .from(layouts)
    .where(eq(layouts.venueId, venueId))
  return (row?.last ?? 0) + 1
}
