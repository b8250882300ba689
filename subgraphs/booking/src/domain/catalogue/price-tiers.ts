import { InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { neverNull, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, type PriceTierRow, performances, priceTiers } from '../../db/tables/catalogue.ts'
import { places } from '../../db/tables/inventory.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { lockPerformanceForUpdate, readEvent } from './lock-catalogue.ts'
import { hasValidTimes, priceTierInput, tierFields } from './performance-input.ts'
import { recordPerformance } from './publish-changes.ts'

const addPriceTierInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  tier: priceTierInput,
})

const updatePriceTierInput = z.object({
  tierId: z.string(),
  expectedVersion: z.int().nullish(),
  name: neverNull(tierFields.name),
  priceMinor: neverNull(tierFields.priceMinor),
  /** Null: the performance's. */
  taxBasisPoints: tierFields.taxBasisPoints,
  salesStartAt: tierFields.salesStartAt,
  salesEndAt: tierFields.salesEndAt,
  isClosed: neverNull(z.boolean()),
})

/**
 * Adds a price to a performance, for new purchases. For members with the role MANAGER.
 * @throws {VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function addPriceTier(ctx: Ctx, input: z.input<typeof addPriceTierInput>): Promise<PerformanceRow> {
  const { performanceId, expectedVersion, tier } = validateInput(addPriceTierInput, input)
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockForPrices(ctx, performanceId, expectedVersion)
    await requireZoneOf(ctx, before, tier.zone)
    await requireNewName(ctx, { performanceId, zone: tier.zone, name: tier.name })
    const ordinal = sql<number>`(select coalesce(max(ordinal), -1) + 1 from price_tiers where performance_id = ${performanceId})`
    const [added] = await ctx.db
      .insert(priceTiers)
      .values({ ...tier, id: ctx.newId('tir'), performanceId, ordinal })
      .returning()
    return await recordChange(ctx, before, { action: 'addPriceTier', changes: { tier: added } })
  })
}

/**
 * Changes or closes a price for new purchases. Existing bookings keep their price, and a hold is never booked at a price other than
 * the one it showed. Absent fields stay unchanged; null clears an optional one.
 * @throws {VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function updatePriceTier(ctx: Ctx, input: z.input<typeof updatePriceTierInput>): Promise<PerformanceRow> {
  const { tierId, expectedVersion, isClosed, ...fields } = validateInput(updatePriceTierInput, input)
  const found = await ctx.load.priceTier.load(tierId)
  if (!found) throw new NotFound('price tier', tierId)
  await requireOwnTier(ctx, found)
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockForPrices(ctx, found.performanceId, expectedVersion)
    const tier = await readTier(ctx, tierId)
    const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    const changes: Partial<PriceTierRow> = { ...named, ...closing(ctx, tier, isClosed) }
    requireTierOrder({ ...tier, ...changes })
    if (changes.name && changes.name !== tier.name) await requireNewName(ctx, { ...tier, name: changes.name })
    if (Object.keys(changes).length === 0) return before
    await ctx.db.update(priceTiers).set(changes).where(eq(priceTiers.id, tierId))
    return await recordChange(ctx, before, { action: 'updatePriceTier', changes: { tierId, ...changes } })
  })
}

function closing(ctx: Ctx, { closedAt }: PriceTierRow, isClosed: boolean | undefined): Partial<PriceTierRow> {
  if (isClosed === undefined || isClosed === (closedAt !== null)) return {}
  return { closedAt: isClosed ? ctx.now() : null }
}

/** To non-members the tier does not exist. @throws {NotFound | Forbidden} */
async function requireOwnTier(ctx: Ctx, { id, performanceId }: PriceTierRow): Promise<void> {
  await requireOwnPerformance(ctx, performanceId, 'MANAGER').catch((error: unknown) => {
    throw error instanceof NotFound ? new NotFound('price tier', id) : error
  })
}

async function lockForPrices(
  ctx: Ctx,
  performanceId: string,
  expectedVersion: number | null | undefined,
): Promise<PerformanceRow> {
  const performance = await lockPerformanceForUpdate(ctx, performanceId)
  if (expectedVersion != null && expectedVersion !== performance.version) {
    throw new VersionConflict('performance', performance.version)
  }
  if (performance.status === 'CANCELLED') throw new InvalidState('This performance was cancelled.')
  return performance
}

async function readTier(ctx: Ctx, id: string): Promise<PriceTierRow> {
  const [tier] = await ctx.db.select().from(priceTiers).where(eq(priceTiers.id, id))
  if (!tier) throw new NotFound('price tier', id)
  return tier
}

function requireTierOrder(tier: PriceTierRow): void {
  if (hasValidTimes(tier)) return
  throw new InvalidInput([{ field: 'salesEndAt', message: 'must be after salesStartAt' }])
}

async function requireZoneOf(ctx: Ctx, { id }: PerformanceRow, zone: string): Promise<void> {
  const [seat] = await ctx.db
    .select({ number: places.number })
    .from(places)
    .where(and(eq(places.performanceId, id), eq(places.zone, zone)))
    .limit(1)
  if (!seat) throw new InvalidInput([{ field: 'tier.zone', message: `the performance has no seats in zone ${zone}` }])
}

/** Names are unique in a zone, including closed tiers, because bookings are identified by them. */
async function requireNewName(
  ctx: Ctx,
  { performanceId, zone, name }: Pick<PriceTierRow, 'performanceId' | 'zone' | 'name'>,
): Promise<void> {
  const [other] = await ctx.db
    .select({ id: priceTiers.id })
    .from(priceTiers)
    .where(and(eq(priceTiers.performanceId, performanceId), eq(priceTiers.zone, zone), eq(priceTiers.name, name)))
  if (other) throw new InvalidInput([{ field: 'name', message: `zone ${zone} already has a tier ${name}` }])
}

async function recordChange(
  ctx: Ctx,
  before: PerformanceRow,
  { action, changes }: { action: string; changes: Record<string, unknown> },
): Promise<PerformanceRow> {
  const [performance] = await ctx.db
    .update(performances)
    .set({ version: before.version + 1 })
    .where(eq(performances.id, before.id))
    .returning()
  const { title } = await readEvent(ctx, before.eventId)
  const changed = { performance: performance as PerformanceRow, eventTitle: title }
  await recordPerformance(ctx, changed, { action, changes })
  return changed.performance
}
