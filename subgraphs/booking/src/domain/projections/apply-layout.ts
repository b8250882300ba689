import type { Payload } from '@tikitu/schema/events/registry'
import { capacityOf } from '@tikitu/schema/layout'
import type { Ctx } from '../../context.ts'
import { layouts } from '../../db/tables/partners.ts'
import { wordsOfLayout } from '../catalogue/search-index.ts'

/** Stores a published layout. Layouts never change, so a redelivery is ignored. */
export async function applyLayout(ctx: Ctx, fact: Payload<'partner.layoutPublished'>): Promise<void> {
  const { layoutId, venueId, partnerId, number, name, document } = fact
  await ctx.db
    .insert(layouts)
    .values({
      id: layoutId,
      venueId,
      partnerId,
      number,
      name,
      document,
      capacity: capacityOf(document),
      ...wordsOfLayout({ name }),
    })
    .onConflictDoNothing()
}
