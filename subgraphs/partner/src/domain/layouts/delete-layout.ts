import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { layouts } from '../../db/tables/venues.ts'
import { audit } from '../partners/audit.ts'
import { lockDraft } from './layout-rows.ts'

/** Deletes a draft. @throws {NotFound | Forbidden | InvalidState} */
export async function deleteLayout(ctx: Ctx, layoutId: string): Promise<string> {
  return await inTransaction(ctx, async (ctx) => {
    const { layout } = await lockDraft(ctx, layoutId)
    await ctx.db.delete(layouts).where(eq(layouts.id, layout.id))
    await audit(ctx, {
      action: 'deleteLayout',
      subjectType: 'Layout',
      subjectId: layout.id,
      partnerId: layout.partnerId,
      changes: { venueId: layout.venueId, name: layout.name },
    })
    return layout.id
  })
}
