import { VersionConflict } from '@tikitu/kit/base/errors'
import { neverNull, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { capacityOf } from '@tikitu/schema/layout'
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type LayoutRow, layoutDocuments, layouts } from '../../db/tables/venues.ts'
import { audit } from '../partners/audit.ts'
import { layoutName } from './create-layout.ts'
import { lockDraft } from './layout-rows.ts'
import { readLayoutDocument } from './read-layout-document.ts'

export interface UpdateLayoutInput {
  layoutId: string
  expectedVersion?: number | null
  name?: string | null
  document?: unknown
}

/**
 * Changes a draft, if it has not changed since `expectedVersion`.
 * @throws {LayoutInvalid | VersionConflict | NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function updateLayout(ctx: Ctx, input: UpdateLayoutInput): Promise<LayoutRow> {
  const { name, document: given } = validateInput(
    z.object({ name: neverNull(layoutName), document: neverNull(z.unknown()) }),
    input,
  )
  const document = given === undefined ? undefined : readLayoutDocument(given)
  return await inTransaction(ctx, async (ctx) => {
    const { layout } = await lockDraft(ctx, input.layoutId)
    if (input.expectedVersion != null && input.expectedVersion !== layout.version) {
      throw new VersionConflict('layout', layout.version)
    }
    if (document) {
      await ctx.db.update(layoutDocuments).set({ document }).where(eq(layoutDocuments.layoutId, layout.id))
    }
    const [changed] = await ctx.db
      .update(layouts)
      .set({ name, capacity: document && capacityOf(document), version: sql`${layouts.version} + 1` })
      .where(eq(layouts.id, layout.id))
      .returning()
    await audit(ctx, {
      action: 'updateLayout',
      subjectType: 'Layout',
      subjectId: layout.id,
      partnerId: layout.partnerId,
      changes: { name, hasNewDocument: document !== undefined },
    })
    return changed as LayoutRow
  })
}
