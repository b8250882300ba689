import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type EventRow, events } from '../../db/tables/catalogue.ts'
import { SlugTaken } from '../../errors.ts'
import { requirePartnerRole } from '../projections/partner-role.ts'
import { eventFields } from './event-input.ts'
import { readEvent } from './lock-catalogue.ts'
import { recordEvent } from './publish-changes.ts'
import { wordsOfEvent } from './search-index.ts'
import { slugLike, slugOf } from './slug.ts'

const createEventInput = z.object({
  partnerId: z.string(),
  ...eventFields,
  slug: eventFields.slug.nullish(),
  description: eventFields.description.default(''),
  minimumAge: eventFields.minimumAge.default(null),
  images: eventFields.images.nullish().transform((images) => images ?? []),
  idempotencyKey: z.string().nullish(),
})

/**
 * Creates a draft event, for members with the role MANAGER. The slug defaults to one derived from the title.
 * @throws {SlugTaken | IdempotencyConflict | InvalidInput | NotFound | Forbidden}
 */
export async function createEvent(ctx: Ctx, input: z.input<typeof createEventInput>): Promise<EventRow> {
  const wanted = validateInput(createEventInput, input)
  return await idempotent(
    ctx,
    { operation: 'createEvent', input },
    {
      authorize: (ctx) => requirePartnerRole(ctx, wanted.partnerId, 'MANAGER'),
      load: readEvent,
      act: async (ctx) => {
        const event = await insertEvent(ctx, wanted)
        await recordEvent(ctx, event, { action: 'createEvent', changes: { title: event.title, slug: event.slug } })
        return event
      },
    },
  )
}

async function insertEvent(ctx: Ctx, wanted: z.infer<typeof createEventInput>): Promise<EventRow> {
  const { slug, idempotencyKey: _key, ...fields } = wanted
  const own = slug ?? slugOf(wanted.title)
  const event = {
    ...fields,
    ...wordsOfEvent(fields),
    id: ctx.newId('shw'),
    status: 'DRAFT' as const,
    createdAt: ctx.now(),
  }
  for (const candidate of slug ? [own] : [own, slugLike(own), slugLike(own)]) {
    const [row] = await ctx.db
      .insert(events)
      .values({ ...event, slug: candidate })
      .onConflictDoNothing({ target: events.slug })
      .returning()
    if (row) return row
  }
  throw new SlugTaken(own, slugLike(own))
}
