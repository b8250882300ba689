import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { line, validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { capacityOf, type LayoutDocument } from '@tikitu/schema/layout'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type LayoutRow, layoutDocuments, layouts, type VenueRow } from '../../db/tables/venues.ts'
import { audit } from '../partners/audit.ts'
import { lockVenue } from '../venues/lock-venue.ts'
import { findLayout } from './layout-rows.ts'
import { readLayoutDocument } from './read-layout-document.ts'

export interface CreateLayoutInput {
  venueId: string
  name: string
  document: unknown
  idempotencyKey?: string | null
}

/** The input rule of a layout's name. */
export const layoutName = line(120)

const maxDrafts = 50

/**
 * Imports a layout into a venue as a draft, which may have problems that prevent publishing it.
 * @throws {LayoutInvalid | NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function createLayout(ctx: Ctx, input: CreateLayoutInput): Promise<LayoutRow> {
  const document = readLayoutDocument(input.document)
  return await draftLayout(ctx, { operation: 'createLayout', input, document })
}

/** A draft to create, and the operation that creates it. */
export interface NewDraft {
  operation: 'createLayout' | 'importLayout'
  input: CreateLayoutInput
  document: LayoutDocument
}

/** Creates a draft from a parsed document. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function draftLayout(ctx: Ctx, { operation, input, document }: NewDraft): Promise<LayoutRow> {
  const { name } = validateInput(z.object({ name: layoutName }), input)
  return await idempotent(
    ctx,
    { operation, input },
    {
      authorize: (ctx) => lockVenue(ctx, input.venueId),
      load: requireLayout,
      act: async (ctx, venue) => {
        await requireRoom(ctx, venue.id)
        const layout = await insertLayout(ctx, venue, { name, document })
        await audit(ctx, {
          action: operation,
          subjectType: 'Layout',
          subjectId: layout.id,
          partnerId: venue.partnerId,
          changes: { venueId: venue.id, name, capacity: layout.capacity },
        })
        return layout
      },
    },
  )
}

async function insertLayout(
  ctx: Ctx,
  venue: VenueRow,
  { name, document }: { name: string; document: LayoutDocument },
): Promise<LayoutRow> {
  const [layout] = await ctx.db
    .insert(layouts)
    .values({
      id: ctx.newId('lay'),
      venueId: venue.id,
      partnerId: venue.partnerId,
      name,
      status: 'DRAFT',
      capacity: capacityOf(document),
      createdBy: requireUser(ctx.viewer).userId,
      createdAt: ctx.now(),
    })
    .returning()
  if (!layout) throw new Error('nothing was inserted')
  await ctx.db.insert(layoutDocuments).values({ layoutId: layout.id, document })
  return layout
}

/** Counted under the partner's lock. */
async function requireRoom(ctx: Ctx, venueId: string): Promise<void> {
  const drafts = await ctx.db.$count(layouts, and(eq(layouts.venueId, venueId), eq(layouts.status, 'DRAFT')))
  if (drafts >= maxDrafts) throw new InvalidState(`A venue can have at most ${maxDrafts} drafts. Delete some first.`)
}

async function requireLayout(ctx: Ctx, id: string): Promise<LayoutRow> {
  const layout = await findLayout(ctx, id)
  if (!layout) throw new NotFound('layout', id)
  return layout
}
