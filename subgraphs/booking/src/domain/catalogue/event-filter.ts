import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import { foldedName } from '@tikitu/kit/search/fold-text'
import { searchQuery } from '@tikitu/kit/search/search-words'
import { type SQL, sql } from 'drizzle-orm'
import type { EventRow } from '../../db/tables/catalogue.ts'
import { isFreeAt, saleObstacleAt } from '../on-sale.ts'
import { isUpcomingAt } from './upcoming.ts'

/** All given conditions must match; null means no condition. */
export interface EventFilter {
  text?: string | null
  categories?: readonly EventRow['category'][] | null
  city?: string | null
  country?: string | null
  startsAt?: { from?: Date | null; before?: Date | null } | null
  minPrice?: Money | null
  maxPrice?: Money | null
  isAvailable?: boolean | null
  partnerId?: string | null
}

/** The search text as Postgres queries. */
export interface TextQuery {
  anywhere: string
  /** Matches the event's own texts, without its venues. */
  ofEvent: string
}

/** The queries for a search text; null when it contains no words. */
export function textQueryOf(text: string): TextQuery | null {
  const [anywhere, ofEvent] = [searchQuery(text), searchQuery(text, { weights: 'AB' })]
  return anywhere && ofEvent ? { anywhere, ofEvent } : null
}

/** Whether a filter has conditions on single performances. */
export function narrowsPerformances(filter: EventFilter, text: TextQuery | null): boolean {
  const { city, country, startsAt, minPrice, maxPrice, isAvailable } = filter
  return [text, city, country, startsAt?.from, startsAt?.before, minPrice, maxPrice, isAvailable].some(Boolean)
}

/** Condition: the event matches, apart from its performances. */
export function eventMatches(filter: EventFilter, text: TextQuery | null): SQL {
  const rules: SQL[] = [sql`true`]
  if (text) rules.push(sql`events.searchable @@ ${text.anywhere}::tsquery`)
  if (filter.partnerId) rules.push(sql`events.partner_id = ${filter.partnerId}`)
  if (filter.categories)
    rules.push(sql`events.category in (select json_array_elements_text(${JSON.stringify(filter.categories)}::json))`)
  return sql.join(rules, sql` and `)
}

/** Condition: one performance matches all conditions on performances together. */
export function performanceMatches(filter: EventFilter, text: TextQuery | null, now: Date): SQL {
  const rules = [isUpcomingAt(now)]
  const { from, before } = filter.startsAt ?? {}
  if (text) rules.push(isFoundThere(text))
  // A postponed performance has no date to compare.
  if (from || before) rules.push(sql`performances.status <> 'POSTPONED'`)
  if (from) rules.push(sql`performances.starts_at >= ${from.toISOString()}`)
  if (before) rules.push(sql`performances.starts_at < ${before.toISOString()}`)
  if (filter.city || filter.country) rules.push(isInPlace(filter))
  if (filter.minPrice || filter.maxPrice) rules.push(hasPrice(filter))
  if (filter.isAvailable) rules.push(isAvailable(now))
  return sql.join(rules, sql` and `)
}

/** An event's words include all of its venues, so a match by venue requires a performance there. */
function isFoundThere({ anywhere, ofEvent }: TextQuery): SQL {
  return sql`(events.searchable @@ ${ofEvent}::tsquery or exists (select from venues where venues.id = performances.venue_id
    and (ts_filter(events.searchable, '{a,b}') || venues.searchable) @@ ${anywhere}::tsquery))`
}

function isInPlace({ city, country }: EventFilter): SQL {
  return sql`exists (select from venues where venues.id = performances.venue_id
    ${city ? sql`and venues.folded_city = ${foldedName(city)}` : sql.empty()}
    ${country ? sql`and venues.country = ${country}` : sql.empty()})`
}

function hasPrice({ minPrice, maxPrice }: EventFilter): SQL {
  const currency = minPrice?.currency ?? maxPrice?.currency
  if (minPrice && maxPrice && minPrice.currency !== maxPrice.currency) {
    throw new InvalidInput([{ field: 'filter.maxPrice', message: 'must be in the currency of minPrice' }])
  }
  return sql`performances.currency = ${currency} and exists (select from price_tiers
    where price_tiers.performance_id = performances.id and price_tiers.closed_at is null
    ${minPrice ? sql`and price_tiers.price_minor >= ${minPrice.amountMinor}` : sql.empty()}
    ${maxPrice ? sql`and price_tiers.price_minor <= ${maxPrice.amountMinor}` : sql.empty()})`
}

function isAvailable(now: Date): SQL {
  return sql`(${saleObstacleAt(now)}) is null and exists (select from places
    where places.performance_id = performances.id and places.status in ('FREE', 'HELD') and ${isFreeAt(now)})`
}
