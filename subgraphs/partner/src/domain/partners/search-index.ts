import type { BaseCtx } from '@tikitu/kit/context/context'
import { foldedName } from '@tikitu/kit/search/fold-text'
import { indexRows } from '@tikitu/kit/search/search-index'
import { searchRule, searchVector } from '@tikitu/kit/search/search-words'
import { type PartnerRow, partners } from '../../db/tables/partners.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'

/** What a venue is found by as columns of its row. */
export function wordsOfVenue({ name, city }: Pick<VenueRow, 'name' | 'city'>) {
  return { searchable: searchVector({ A: name, B: city }), foldedCity: foldedName(city), searchRule }
}

/** What a partner is found by as columns of its row. */
export function wordsOfPartner({ name, legalName }: Pick<PartnerRow, 'name' | 'legalName'>) {
  return { searchable: searchVector({ A: name, B: legalName }), searchRule }
}

/** Cuts the words of rows that no rule or an older one cut. Returns how many. */
export async function indexSearch(ctx: BaseCtx): Promise<number> {
  return (await indexRows(ctx, venues, wordsOfVenue)) + (await indexRows(ctx, partners, wordsOfPartner))
}
