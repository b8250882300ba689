import { type SQL, sql } from 'drizzle-orm'
import type { PriceTierRow } from '../../db/tables/catalogue.ts'

/** Whether a tier is on sale at that time. The sales window of its performance applies, too. */
export function isTierOnSale(tier: Pick<PriceTierRow, 'salesStartAt' | 'salesEndAt' | 'closedAt'>, now: Date): boolean {
  if (tier.closedAt) return false
  return (!tier.salesStartAt || tier.salesStartAt <= now) && (!tier.salesEndAt || tier.salesEndAt > now)
}

/** The same rule for a statement that reads price_tiers as `tier`. */
export function isTierOnSaleAt(now: Date): SQL {
  const moment = sql`${now.toISOString()}::timestamptz`
  return sql`(tier.closed_at is null and coalesce(tier.sales_start_at <= ${moment}, true)
    and coalesce(tier.sales_end_at > ${moment}, true))`
}
