import type { BaseCtx } from '@tikitu/kit/context/context'
import { foldedName } from '@tikitu/kit/search/fold-text'
import { indexRows } from '@tikitu/kit/search/search-index'
import { searchRule, searchVector } from '@tikitu/kit/search/search-words'
import { type PartnerRow, partners } from '../../db/tables/partners.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'

/** The search columns of a venue. */
export function wordsOfVenue({ name, city }: Pick<VenueRow, 'name' | 'city'>) {
  return { searchable: searchVector({ A: name, B: city }), foldedCity: foldedName(city), searchRule }
}

/** The search columns of a partner. */
export function wordsOfPartner({ name, legalName }: Pick<PartnerRow, 'name' | 'legalName'>) {
  return { searchable: searchVector({ A: name, B: legalName }), searchRule }
}

/** Indexes rows without search words or with those of an older rule. Returns their number. */
export async function indexSearch(ctx: BaseCtx): Promise<number> {
  return (await indexRows(ctx, venues, wordsOfVenue)) + (await indexRows(ctx, partners, wordsOfPartner))
}
