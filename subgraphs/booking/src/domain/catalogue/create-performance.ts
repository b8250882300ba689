import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { layoutDocument } from '@tikitu/schema/layout'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type EventRow, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { type LayoutRow, layouts, type VenueRow, venues } from '../../db/tables/partners.ts'
import { requireOwnEvent } from '../projections/partner-role.ts'
import { configuredTerms } from './configured-terms.ts'
import { lockHall, requireFreeHall } from './free-hall.ts'
import { insertSeats } from './insert-seats.ts'
import { insertTiers, requireTierPerZone } from './insert-tiers.ts'
import { readPerformance } from './lock-catalogue.ts'
import {
  currencyCode,
  priceTierInput,
  requireOrder,
  requireUpcoming,
  salesTerms,
  termColumns,
} from './performance-input.ts'
import { recordPerformance } from './publish-changes.ts'
import { addVenueWords } from './search-index.ts'

const createPerformanceInput = z.object({
  eventId: z.string(),
  layoutId: z.string(),
  startsAt: z.date(),
  doorsAt: z.date().nullish(),
  endsAt: z.date().nullish(),
  salesStartAt: z.date(),
  salesEndAt: z.date().nullish(),
  currency: currencyCode,
  tiers: z.array(priceTierInput).min(1, 'must contain at least one tier').max(200, 'must be at most 200'),
  /** Defaults to the configuration of the partner or the platform. */
  maxSeatsPerPerson: salesTerms.maxSeatsPerPerson.nullish(),
  fees: salesTerms.fees.nullish(),
  /** Defaults to the configured rate of the venue's country. */
  taxBasisPoints: salesTerms.taxBasisPoints.nullish(),
  /** Defaults to the rate of prices. */
  feeTaxBasisPoints: salesTerms.taxBasisPoints.nullish(),
  taxMode: salesTerms.taxMode.default('INCLUDED'),
  isDraft: z.boolean().default(false),
  cancellation: salesTerms.cancellation.nullish(),
  entryRule: salesTerms.entryRule.default('ONCE'),
  allowsSingleSeats: salesTerms.allowsSingleSeats.default(false),
  /** Whether to allow overlapping performances in the same hall. */
  allowOverlap: z.boolean().nullish(),
  idempotencyKey: z.string().nullish(),
})

type NewPerformance = z.infer<typeof createPerformanceInput> & { salesEndAt: Date }

/**
 * Creates a performance of an event from a published layout of the same partner, with a row for each seat.
 * @throws {PerformancesOverlap | IdempotencyConflict | InvalidInput | InvalidState | NotFound | Forbidden}
 */
export async function createPerformance(
  ctx: Ctx,
  input: z.input<typeof createPerformanceInput>,
): Promise<PerformanceRow> {
  const checked = validateInput(createPerformanceInput, input)
  const values = { ...checked, salesEndAt: checked.salesEndAt ?? usualSalesEnd(checked, ctx.now()) }
  requireOrder(values)
  requireUpcoming(values, ctx.now())
  return await idempotent(
    ctx,
    { operation: 'createPerformance', input },
    {
      authorize: (ctx) => requireOwnEvent(ctx, values.eventId, 'MANAGER'),
      load: readPerformance,
      act: (ctx, event) => make(ctx, event, values),
    },
  )
}

/** Sales end at the start by default, or at the end if the performance is already running. */
function usualSalesEnd({ startsAt, endsAt }: { startsAt: Date; endsAt?: Date | null }, now: Date): Date {
  return startsAt <= now && endsAt ? endsAt : startsAt
}

async function make(ctx: Ctx, event: EventRow, values: NewPerformance): Promise<PerformanceRow> {
  if (event.status === 'CANCELLED') throw new InvalidState('This event was cancelled. Create a new one instead.')
  await lockHall(ctx, values.layoutId)
  const { layout, venue } = await requireLayout(ctx, values.layoutId, event.partnerId)
  const document = layoutDocument.parse(layout.document)
  requireTierPerZone(document, values.tiers)
  if (!values.allowOverlap) await requireFreeHall(ctx, { ...values, endsAt: values.endsAt ?? null })
  const performance = await insertPerformance(ctx, values, { layout, venue })
  await insertTiers(ctx, performance.id, values.tiers)
  await insertSeats(ctx, performance.id, document)
  await addVenueWords(ctx, performance)
  const changes = { startsAt: performance.startsAt, layoutId: layout.id, capacity: layout.capacity }
  await recordPerformance(ctx, { performance, eventTitle: event.title }, { action: 'createPerformance', changes })
  return performance
}

interface House {
  layout: LayoutRow
  venue: VenueRow
}

/** The layout and its venue arrive in separate events, so either may be missing for a moment. */
async function requireLayout(ctx: Ctx, layoutId: string, partnerId: string): Promise<House> {
  const [found] = await ctx.db
    .select({ layout: layouts, venue: venues })
    .from(layouts)
    .innerJoin(venues, eq(venues.id, layouts.venueId))
    .where(and(eq(layouts.id, layoutId), eq(layouts.partnerId, partnerId)))
  if (found) return found
  throw new NotFound('layout', layoutId)
}

async function insertPerformance(ctx: Ctx, values: NewPerformance, { layout, venue }: House): Promise<PerformanceRow> {
  const { tiers: _tiers, fees, cancellation, idempotencyKey: _key, allowOverlap, ...fields } = values
  const defaults = await configuredTerms(ctx, values, venue)
  const [performance] = await ctx.db
    .insert(performances)
    .values({
      ...fields,
      ...defaults,
      ...termColumns({ fees, cancellation }),
      id: ctx.newId('prf'),
      partnerId: layout.partnerId,
      venueId: venue.id,
      timeZone: venue.timeZone,
      status: 'SCHEDULED',
      allowsOverlap: allowOverlap ?? false,
      capacity: layout.capacity,
      createdAt: ctx.now(),
    })
    .returning()
  return performance as PerformanceRow
}
