import { isStaff } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import type { LayoutDocument } from '@tikitu/schema/layout'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type LayoutRow, layoutDocuments, layouts, type VenueRow } from '../../db/tables/venues.ts'
import type { LayoutProblem } from '../../errors.ts'
import { roleIn } from '../partners/get-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import { isVisible } from '../venues/list-venues.ts'
import { lockVenue } from '../venues/lock-venue.ts'
import { layoutProblems } from './layout-problems.ts'

/** A published layout, or a draft that the caller may see; null otherwise. */
export async function getLayout(ctx: Ctx, id: string): Promise<LayoutRow | null> {
  const layout = await ctx.load.layout.load(id)
  return layout && (layout.status === 'PUBLISHED' || (await maySeeDrafts(ctx, layout.partnerId))) ? layout : null
}

/** As `getLayout`, but hides layouts of suspended and terminated partners from all but members and staff. */
export async function findShownLayout(ctx: Ctx, id: string): Promise<LayoutRow | null> {
  const layout = await getLayout(ctx, id)
  return layout && (await isVisible(ctx, layout.partnerId)) ? layout : null
}

/** Whether the caller may see drafts: members of the partner and staff. */
export async function maySeeDrafts(ctx: Ctx, partnerId: string): Promise<boolean> {
  return isStaff(ctx.viewer) || (await roleIn(ctx, partnerId)) !== null
}

/** The document of a layout. */
export async function documentOf(ctx: Ctx, layoutId: string): Promise<LayoutDocument> {
  const row = await ctx.load.documentOfLayout.load(layoutId)
  if (!row) throw new Error(`layout ${layoutId} has no document`)
  return row.document as LayoutDocument
}

/** The problems that prevent publishing a draft; empty for a published layout. */
export async function problemsOf(ctx: Ctx, layout: LayoutRow): Promise<LayoutProblem[]> {
  if (layout.status === 'PUBLISHED') return []
  const venue = await ctx.load.venue.load(layout.venueId)
  return layoutProblems(await documentOf(ctx, layout.id), venue?.capacity ?? 0)
}

/**
 * Locks the partner of a draft for a manager, and returns the draft and its venue.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockDraft(ctx: Ctx, layoutId: string): Promise<{ layout: LayoutRow; venue: VenueRow }> {
  const found = await findLayout(ctx, layoutId)
  const venue = await notFoundAs('layout', layoutId, lockVenue(ctx, found?.venueId ?? ''))
  const layout = await findLayout(ctx, layoutId)
  if (!layout) throw new NotFound('layout', layoutId)
  if (layout.status === 'PUBLISHED') {
    throw new InvalidState(
      'A published layout cannot be changed. Export it, change the copy and import that as a new draft.',
    )
  }
  return { layout, venue }
}

/** The document of a layout as the transaction sees it. */
export async function readDocument(ctx: Ctx, layoutId: string): Promise<LayoutDocument> {
  const [row] = await ctx.db.select().from(layoutDocuments).where(eq(layoutDocuments.layoutId, layoutId))
  if (!row) throw new Error(`layout ${layoutId} has no document`)
  return row.document as LayoutDocument
}

/** A layout as the transaction sees it; null when there is none. */
export async function findLayout(ctx: Ctx, layoutId: string): Promise<LayoutRow | null> {
  const [layout] = await ctx.db.select().from(layouts).where(eq(layouts.id, layoutId))
  return layout ?? null
}
