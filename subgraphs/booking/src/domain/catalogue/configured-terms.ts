import { readConfig } from '@tikitu/kit/context/settings'
import { type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../../context.ts'
import type { VenueRow } from '../../db/tables/partners.ts'

/** Terms with configured defaults. */
export interface OpenTerms {
  maxSeatsPerPerson?: number | null | undefined
  taxBasisPoints?: number | null | undefined
  feeTaxBasisPoints?: number | null | undefined
}

/**
 * Completes the terms from the configuration: the seats per person of the partner, and the tax rate of the venue's country. Fees
 * default to the tax rate of prices.
 */
export async function configuredTerms(ctx: Ctx, terms: OpenTerms, venue: VenueRow) {
  const taxBasisPoints = terms.taxBasisPoints ?? (await taxRateIn(ctx, venue))
  return {
    maxSeatsPerPerson:
      terms.maxSeatsPerPerson ?? (await configured(ctx, 'booking.maxPlacesPerPerson', venue.partnerId)),
    taxBasisPoints,
    feeTaxBasisPoints: terms.feeTaxBasisPoints ?? taxBasisPoints,
  }
}

async function taxRateIn(ctx: Ctx, { country, partnerId }: VenueRow): Promise<number> {
  const rates = await configured(ctx, 'booking.taxBasisPointsByCountry', partnerId)
  return rates[country] ?? 0
}

async function configured<K extends ConfigKeyName>(ctx: Ctx, key: K, partnerId: string) {
  const { type, fallback } = configKeys[key]
  return (await readConfig(ctx, { key, type, fallback, scopes: [partnerId] })) as (typeof configKeys)[K]['fallback']
}
