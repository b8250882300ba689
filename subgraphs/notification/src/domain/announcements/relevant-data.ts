import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { partners, tickets } from '../../db/tables/facts.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { definitionOf, kindDefinitions } from '../../kinds/registry.ts'
import { refundDecisionFor } from './refund-decision.ts'
import { relevantChange, relevantMove, type WithPerformance, withCurrentPerformance } from './relevant-performance.ts'

/** What is still true and worth telling of a message, asked at the moment of sending; null when that is nothing. */
export async function relevantData(ctx: Ctx, message: NotificationRow): Promise<unknown> {
  switch (message.kind) {
    case 'TICKETS_ISSUED':
      return await withoutCancelledTickets(ctx, kindDefinitions.TICKETS_ISSUED.data.parse(message.data))
    case 'TICKETS_CANCELLED':
    case 'BOOKING_REJECTED':
      return await withDecidedRefund(ctx, message)
    case 'PAYMENT_FAILED':
      return await unlessPaidSince(ctx, kindDefinitions.PAYMENT_FAILED.data.parse(message.data))
    case 'PERFORMANCE_MOVED':
      return await relevantMove(ctx, message)
    case 'PERFORMANCE_CHANGED':
      return await relevantChange(ctx, message)
    case 'MEMBER_INVITED': {
      const invitation = kindDefinitions.MEMBER_INVITED.data.parse(message.data)
      return new Date(invitation.expiresAt) > ctx.now() ? invitation : null
    }
    default:
      return definitionOf(message.kind).data.parse(message.data)
  }
}

/** A message names only refund amounts that payment has decided. */
async function withDecidedRefund(ctx: Ctx, message: NotificationRow): Promise<unknown> {
  const present = await withCurrentPerformance(
    ctx,
    definitionOf(message.kind).data.parse(message.data) as WithPerformance,
  )
  const data = { ...present, hasOthers: await hasTicketsFor(ctx, message, present.showing.performanceId) }
  const news = await refundDecisionFor(ctx, message)
  if (!news) return data
  if (news.kind === 'decided') return { ...data, refund: news.refund }
  return message.kind === 'BOOKING_REJECTED' ? { ...data, refund: null } : { ...data, isRefundOpen: true }
}

async function hasTicketsFor(ctx: Ctx, { userId }: NotificationRow, performanceId: string): Promise<boolean> {
  if (!userId) return false
  const own = and(eq(tickets.userId, userId), eq(tickets.performanceId, performanceId), isNull(tickets.cancelledAt))
  return (await ctx.db.select({ id: tickets.ticketId }).from(tickets).where(own).limit(1)).length > 0
}

type TicketsIssuedData = z.infer<typeof kindDefinitions.TICKETS_ISSUED.data>

async function withoutCancelledTickets(ctx: Ctx, issued: TicketsIssuedData): Promise<TicketsIssuedData | null> {
  const ids = issued.tickets.map((ticket) => ticket.ticketId)
  const rows = await ctx.db
    .select({ ticketId: tickets.ticketId })
    .from(tickets)
    .where(and(inArray(tickets.ticketId, ids), isNotNull(tickets.cancelledAt)))
  const cancelled = new Set(rows.map((row) => row.ticketId))
  const valid = issued.tickets.filter((ticket) => !cancelled.has(ticket.ticketId))
  if (valid.length === 0) return null
  const present = await withCurrentPerformance(ctx, issued)
  return { ...present, tickets: valid, partnerName: await partnerName(ctx, issued.partnerId) }
}

async function partnerName(ctx: Ctx, partnerId: string): Promise<string | null> {
  const [partner] = await ctx.db.select().from(partners).where(eq(partners.partnerId, partnerId))
  return partner?.name ?? null
}

async function unlessPaidSince<D extends { bookingId: string }>(ctx: Ctx, failed: D): Promise<D | null> {
  const issued = await ctx.db
    .select({ ticketId: tickets.ticketId })
    .from(tickets)
    .where(and(eq(tickets.bookingId, failed.bookingId), isNotNull(tickets.issuedAt)))
    .limit(1)
  return issued.length === 0 ? failed : null
}
