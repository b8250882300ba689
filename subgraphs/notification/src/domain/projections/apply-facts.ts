import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, partners, tickets } from '../../db/tables/facts.ts'
import { notifications } from '../../db/tables/notifications.ts'
import { recipients } from '../../db/tables/people.ts'
import { wakeMessages } from '../delivery/requeue-messages.ts'
import { announceLater, savePerformance } from './apply-performance.ts'
import { factsOfSnapshot, lockPerformance } from './performance-facts.ts'

/** Keeps what is newest of a user, and sends at once what waited for it. */
export async function applyUser(ctx: Ctx, data: Payload<'user.changed'>): Promise<void> {
  const { userId, ...state } = data
  const kept = await ctx.db
    .insert(recipients)
    .values({ userId, ...state })
    .onConflictDoUpdate({
      target: recipients.userId,
      set: state,
      setWhere: sql`${recipients.version} < ${state.version}`,
    })
    .returning({ userId: recipients.userId })
  if (kept.length > 0) await wakeMessagesOf(ctx, userId)
}

/** Keeps what is newest of a partner. */
export async function applyPartner(ctx: Ctx, data: Payload<'partner.changed'>): Promise<void> {
  const { partnerId, version, name } = data
  await ctx.db
    .insert(partners)
    .values({ partnerId, version, name })
    .onConflictDoUpdate({
      target: partners.partnerId,
      set: { version, name },
      setWhere: sql`${partners.version} < ${version}`,
    })
}

/**
 * Remembers who has which tickets, and what they know of the performance. That one was cancelled is not forgotten when its issue
 * is heard of later, and whoever booked before a move that is known already is told of it.
 */
export async function applyIssuedTickets(ctx: Ctx, data: Payload<'booking.ticketsIssued'>): Promise<void> {
  const performance = await performanceOf(ctx, data)
  const known = knownOf(data, performance)
  const facts = { ...known, issuedAt: ctx.now() }
  await ctx.db
    .insert(tickets)
    .values(data.tickets.map(({ ticketId }) => ({ ...ticketOf(data, ticketId), ...facts })))
    .onConflictDoUpdate({ target: tickets.ticketId, set: facts })
  if (!performance) return
  const { moveCount, detailsVersion } = performance
  if (known.announcedMove < moveCount || known.announcedDetails < detailsVersion) await announceLater(ctx, performance)
}

/** Tickets and changes of their performance come in any order, so the newer of the two says what it is. */
async function performanceOf(ctx: Ctx, { showing }: Payload<'booking.ticketsIssued'>): Promise<PerformanceRow | null> {
  const before = await lockPerformance(ctx, showing.performanceId, 'update')
  const facts = factsOfSnapshot(showing, before)
  if (!facts || (before && before.version >= facts.version)) return before
  return (await savePerformance(ctx, facts, before)) ?? (await lockPerformance(ctx, showing.performanceId, 'update'))
}

/** What the buyer knows. Events from before moves were counted contain only the date. */
function knownOf({ showing, bookedFor }: Payload<'booking.ticketsIssued'>, performance: PerformanceRow | null) {
  const isOtherDate = performance !== null && performance.startsAt.getTime() !== Date.parse(showing.startsAt)
  const legacyMove = (performance?.moveCount ?? 0) - (isOtherDate ? 1 : 0)
  return {
    bookedStartsAt: new Date(bookedFor?.startsAt ?? showing.startsAt),
    announcedMove: bookedFor?.moveCount ?? showing.moveCount ?? legacyMove,
    announcedDetails: showing.version ?? performance?.detailsVersion ?? 0,
  }
}

/** Records that these tickets are void, even if the event that issued them has not arrived yet. */
export async function applyCancelledTickets(ctx: Ctx, data: Payload<'booking.ticketsCancelled'>): Promise<void> {
  if (data.ticketIds.length === 0) return
  const cancelledAt = ctx.now()
  await ctx.db
    .insert(tickets)
    .values(data.ticketIds.map((ticketId) => ({ ...ticketOf(data, ticketId), cancelledAt })))
    .onConflictDoUpdate({ target: tickets.ticketId, set: { cancelledAt } })
}

function ticketOf(
  { bookingId, userId, showing }: Pick<Payload<'booking.ticketsIssued'>, 'bookingId' | 'userId' | 'showing'>,
  ticketId: string,
) {
  return { ticketId, bookingId, userId, performanceId: showing.performanceId, timeZone: showing.timeZone }
}

async function wakeMessagesOf(ctx: Ctx, userId: string): Promise<void> {
  await wakeMessages(ctx, eq(notifications.userId, userId), ['RETRY_WAIT'])
}
