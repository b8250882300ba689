import { InvalidState, VersionConflict } from '@tikitu/kit/base/errors'
import { neverNull, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction, violatedConstraint } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type EventRow, events } from '../../db/tables/catalogue.ts'
import { SlugTaken } from '../../errors.ts'
import { requireOwnEvent } from '../projections/partner-role.ts'
import { eventFields } from './event-input.ts'
import { lockEvent } from './lock-catalogue.ts'
import { recordEvent } from './publish-changes.ts'
import { updatedWordsOfEvent } from './search-index.ts'
import { slugLike } from './slug.ts'

const updateEventInput = z.object({
  eventId: z.string(),
  expectedVersion: z.int().nullish(),
  title: neverNull(eventFields.title),
  slug: neverNull(eventFields.slug),
  category: neverNull(eventFields.category),
  description: neverNull(eventFields.description),
  /** Null means no age limit. */
  minimumAge: eventFields.minimumAge.optional(),
  images: neverNull(eventFields.images),
})

type EventPatch = z.infer<typeof updateEventInput>

/**
 * Changes an event, for members of its partner with the role MANAGER.
 * @throws {SlugTaken | VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function updateEvent(ctx: Ctx, input: z.input<typeof updateEventInput>): Promise<EventRow> {
  const wanted = validateInput(updateEventInput, input)
  await requireOwnEvent(ctx, wanted.eventId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockEvent(ctx, wanted.eventId)
    requireChangeable(before, wanted)
    const changes = changesOf(wanted)
    const event = await writeEvent(ctx, before, changes)
    await recordEvent(ctx, event, { action: 'updateEvent', changes })
    return event
  })
}

function requireChangeable(event: EventRow, wanted: EventPatch): void {
  if (wanted.expectedVersion != null && wanted.expectedVersion !== event.version) {
    throw new VersionConflict('event', event.version)
  }
  if (event.status === 'CANCELLED') throw new InvalidState('This event was cancelled and can no longer be changed.')
  if (wanted.slug && wanted.slug !== event.slug && event.status !== 'DRAFT') {
    throw new InvalidState('The address of a published event cannot be changed, because links to it exist.')
  }
}

function changesOf(wanted: EventPatch): Partial<EventRow> {
  const { eventId: _id, expectedVersion: _version, ...fields } = wanted
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

async function writeEvent(ctx: Ctx, before: EventRow, changes: Partial<EventRow>): Promise<EventRow> {
  try {
    const [event] = await ctx.db
      .update(events)
      .set({ ...changes, ...updatedWordsOfEvent({ ...before, ...changes }), version: before.version + 1 })
      .where(eq(events.id, before.id))
      .returning()
    return event as EventRow
  } catch (error) {
    if (!changes.slug || violatedConstraint(error) !== 'events_slug_unique') throw error
    throw new SlugTaken(changes.slug, slugLike(changes.slug))
  }
}
