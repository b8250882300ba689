import { readConfig } from '@tikitu/kit/context/settings'
import { type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../../context.ts'
import type { VenueRow } from '../../db/tables/partners.ts'

/** Terms that a new performance may leave open. */
export interface OpenTerms {
  maxPlacesPerPerson?: number | null | undefined
  taxBasisPoints?: number | null | undefined
  feeTaxBasisPoints?: number | null | undefined
}

/**
 * The terms, with those that were left open as they are configured for the partner: the seats of one person, and the tax rate of
 * the venue's country. Fees are taxed as prices are, unless it is said otherwise.
 */
export async function configuredTerms(ctx: Ctx, terms: OpenTerms, venue: VenueRow) {
  const taxBasisPoints = terms.taxBasisPoints ?? (await taxRateIn(ctx, venue))
  return {
    maxPlacesPerPerson:
      terms.maxPlacesPerPerson ?? (await configured(ctx, 'booking.maxPlacesPerPerson', venue.partnerId)),
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
