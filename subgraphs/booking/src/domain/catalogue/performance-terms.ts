import type { Money } from '@tikitu/kit/base/money'
import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { EventRow, PerformanceRow, PriceTierRow } from '../../db/tables/catalogue.ts'

/** Self-service cancellation deadline and fee; null when customers cannot cancel. */
export function cancellationPolicyOf(
  performance: PerformanceRow,
): { deadlineHours: number; feePerTicket: Money } | null {
  const { cancellationDeadlineHours: deadlineHours, cancellationFeeMinor: amountMinor, currency } = performance
  return deadlineHours === null ? null : { deadlineHours, feePerTicket: { amountMinor, currency } }
}

/** Fees on top of the price of each ticket. */
export function ticketFeesOf(performance: PerformanceRow): { perTicket: Money; basisPoints: number } {
  const { feeMinor: amountMinor, feeBasisPoints: basisPoints, currency } = performance
  return { perTicket: { amountMinor, currency }, basisPoints }
}

/** The lowest price before fees, among tiers on sale now or else among all; null without tiers. */
export async function lowestPriceOf(ctx: Ctx, performance: PerformanceRow): Promise<Money | null> {
  const all = await ctx.load.tiersOfPerformance.load(performance.id)
  const open = all.filter((tier) => isTierOnSale(tier, ctx.now()))
  const tiers = open.length > 0 ? open : all
  if (tiers.length === 0) return null
  return { amountMinor: Math.min(...tiers.map((tier) => tier.priceMinor)), currency: performance.currency }
}

/** Whether seats can be held now, provided that any are free. */
export async function isOnSale(ctx: Ctx, performance: PerformanceRow): Promise<boolean> {
  const event = await requireLoaded(ctx.load.event, performance.eventId)
  const partner = await ctx.load.partner.load(performance.partnerId)
  return isSoldAt({ performance, event, canSell: partner?.canSell ?? false }, ctx.now())
}

/** The rule of `saleObstacleAt` for loaded rows, which pages have anyway: true when there is no obstacle. */
export function isSoldAt(
  { performance, event, canSell }: { performance: PerformanceRow; event: EventRow; canSell: boolean },
  now: Date,
): boolean {
  const { isDraft, status, salesStartAt, salesEndAt, startsAt, endsAt } = performance
  if (event.status !== 'PUBLISHED' || isDraft || status === 'CANCELLED' || status === 'POSTPONED' || !canSell)
    return false
  if (performance.cancellationRequestId || event.cancellationRequestId) return false
  return salesStartAt <= now && now < salesEndAt && now < (endsAt ?? startsAt)
}

/** The rule of `isTierOnSaleAt` for a loaded row. */
export function isTierOnSale(tier: Pick<PriceTierRow, 'salesStartAt' | 'salesEndAt' | 'closedAt'>, now: Date): boolean {
  if (tier.closedAt) return false
  return (!tier.salesStartAt || tier.salesStartAt <= now) && (!tier.salesEndAt || tier.salesEndAt > now)
}
