import { InvalidState } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, performances } from '../../db/tables/catalogue.ts'
import { partners } from '../../db/tables/partners.ts'
import { EventNotReady, PartnerMayNotSell } from '../../errors.ts'
import { requireOwnEvent } from '../projections/partner-role.ts'
import { listOverlapsOfEvent, type Overlap } from './free-hall.ts'
import { lockEvent } from './lock-catalogue.ts'
import { recordEvent } from './publish-changes.ts'
import { isUpcomingAt } from './upcoming.ts'

export interface PublishEventInput {
  eventId: string
  /** Whether to allow overlapping performances in the same hall. */
  allowOverlap?: boolean | null
}

/**
 * Makes an event public. Idempotent.
 * @throws {EventNotReady | PartnerMayNotSell | InvalidState | NotFound | Forbidden}
 */
export async function publishEvent(ctx: Ctx, input: PublishEventInput): Promise<EventRow> {
  const { eventId } = input
  await requireOwnEvent(ctx, eventId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const draft = await lockEvent(ctx, eventId)
    if (draft.status === 'PUBLISHED') return draft
    if (draft.status === 'CANCELLED') throw new InvalidState('This event was cancelled. Create a new one instead.')
    await requireCanSell(ctx, draft.partnerId)
    await requireReady(ctx, draft, input)
    const [event] = await ctx.db
      .update(events)
      .set({ status: 'PUBLISHED', publishedAt: ctx.now(), version: draft.version + 1 })
      .where(eq(events.id, eventId))
      .returning()
    await recordEvent(ctx, event as EventRow, { action: 'publishEvent' })
    return event as EventRow
  })
}

async function requireCanSell(ctx: Ctx, partnerId: string): Promise<void> {
  const [partner] = await ctx.db.select({ canSell: partners.canSell }).from(partners).where(eq(partners.id, partnerId))
  if (!partner?.canSell) throw new PartnerMayNotSell()
}

async function requireReady(ctx: Ctx, event: EventRow, { allowOverlap }: PublishEventInput): Promise<void> {
  const problems = []
  const [performance] = await ctx.db
    .select({ id: performances.id })
    .from(performances)
    .where(and(eq(performances.eventId, event.id), isUpcomingAt(ctx.now())))
    .limit(1)
  if (!performance) problems.push('Add an upcoming performance.')
  if (!event.description) problems.push('Write a description.')
  const overlaps = allowOverlap ? [] : await listOverlapsOfEvent(ctx, event.id)
  problems.push(...overlaps.map(overlapProblem))
  if (problems.length > 0) throw new EventNotReady(problems)
}

function overlapProblem({ eventTitle, startsAt }: Overlap): string {
  return `${eventTitle} uses the same hall from ${startsAt}. Change a date, or publish with allowOverlap.`
}
