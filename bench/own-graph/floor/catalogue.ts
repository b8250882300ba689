import { cursorOf, money, openDatabase, pageInfo, type Row, rowsBy } from './statements.ts'

const booking = openDatabase('booking')
const partner = openDatabase('partner')

const hits = `select id, place from (
    select events.id, (extract(epoch from next.starts_at) * 1000)::bigint as place
    from events join partners on partners.id = events.partner_id and partners.may_sell
    cross join lateral (
      select min(starts_at) as starts_at from performances
      where event_id = events.id and status <> 'CANCELLED' and starts_at > $1
    ) as next
    where events.status = 'PUBLISHED' and next.starts_at is not null
  ) as hits order by place, id limit 21`

/** The search page. */
export async function search(): Promise<object> {
  const found = await booking('hits', hits, [new Date()])
  const shown = found.slice(0, 20)
  const ids = shown.map(({ id }) => id)
  const events = await rowsBy(booking, { table: 'events', column: 'id' }, ids)
  const rows = shown.flatMap(({ id }) => events(id))
  const facts = await factsOf(rows)
  const edges = shown.map(({ id, place }, index) => {
    const { slug, title, category, minimum_age: minimumAge, images, partner_id: partnerId } = rows[index] ?? {}
    const performances = facts
      .upcoming(id)
      .slice(0, 20)
      .map((row) => {
        const { startsAt, timeZone, venueName, city, isOnSale, freeSeats, priceFrom } = facts.summary(row, rows[index])
        return { node: { id: row.id, startsAt, timeZone, venueName, city, isOnSale, freeSeats, priceFrom } }
      })
    const organizer = facts.partner(partnerId)?.name ?? ''
    return {
      cursor: cursorOf(place, id),
      node: {
        id,
        slug,
        title,
        category,
        minimumAge,
        images: images.map(imageOf),
        organizer,
        performances: { edges: performances },
      },
    }
  })
  return { events: { edges, pageInfo: pageInfo(found, 20, edges.at(-1)?.cursor ?? null) } }
}

/** The page of an event, with one of its performances. */
export async function eventPage({ slug, performanceId }: Row): Promise<object> {
  const [eventBySlug, performance] = await Promise.all([bySlug(slug), performancePage(performanceId)])
  return { eventBySlug, performance }
}

/** The plan of a house, and which places are free. */
export async function seatMap({ performanceId }: Row, plans: ReadonlyMap<string, unknown>): Promise<object> {
  const row = (await rowsBy(booking, { table: 'performances', column: 'id' }, [performanceId]))(performanceId)[0] ?? {}
  const [layouts, availability] = await Promise.all([
    booking('layout', 'select id, number from layouts where id = any($1)', [[row.layout_id]]),
    availabilityOf(performanceId),
    rowsBy(booking, { table: 'events', column: 'id' }, [row.event_id]),
  ])
  const { id: layoutId, number: layoutNumber } = layouts[0] ?? {}
  const seats = { layoutId, layoutNumber, capacity: row.capacity, geometry: plans.get(layoutId) }
  return { performance: { id: row.id, seatMap: seats, availability } }
}

async function bySlug(slug: string) {
  const [row = {}] = await booking('event by slug', 'select * from events where slug = $1', [slug])
  const [facts, [own]] = await Promise.all([
    factsOf([row]),
    partner('partner', 'select * from partners where id = any($1)', [[row.partner_id]]),
  ])
  return {
    id: row.id,
    slug,
    title: row.title,
    category: row.category,
    description: row.description,
    minimumAge: row.minimum_age,
    images: row.images.map(imageOf),
    status: row.status,
    cancellationReason: row.cancellation_reason,
    organizer: facts.partner(row.partner_id)?.name ?? '',
    publishedAt: row.published_at,
    version: row.version,
    partner: { id: own?.id, name: own?.name, description: own?.description },
    performances: {
      edges: facts
        .upcoming(row.id)
        .slice(0, 100)
        .map((each) => ({ node: facts.summary(each, row) })),
    },
  }
}

async function performancePage(id: string) {
  const row = (await rowsBy(booking, { table: 'performances', column: 'id' }, [id]))(id)[0] ?? {}
  const [tiers, availability, [venue = {}]] = await Promise.all([
    rowsBy(booking, { table: 'price_tiers', column: 'performance_id', order: 'ordinal' }, [id]),
    availabilityOf(id),
    partner('venue', 'select * from venues where id = any($1)', [[row.venue_id]]),
    rowsBy(booking, { table: 'events', column: 'id' }, [row.event_id]),
  ])
  const { currency, cancellation_deadline_hours: deadlineHours } = row
  return {
    id,
    maxSeatsPerPerson: row.max_places_per_person,
    currency,
    entryRule: row.entry_rule,
    taxBasisPoints: row.tax_basis_points,
    tiers: tiers(id).map((tier) => ({
      id: tier.id,
      name: tier.name,
      zone: tier.zone,
      price: money(tier.price_minor, currency),
    })),
    fees: { perTicket: money(row.fee_minor, currency), basisPoints: row.fee_basis_points },
    cancellation:
      deadlineHours === null ? null : { deadlineHours, feePerTicket: money(row.cancellation_fee_minor, currency) },
    venue: {
      id: venue.id,
      name: venue.name,
      addressLines: venue.address_lines,
      postalCode: venue.postal_code,
      city: venue.city,
      country: venue.country,
      accessibilityFeatures: venue.accessibility_features,
      accessibilityNotes: venue.accessibility_notes,
    },
    availability,
  }
}

/** What a list of events shows of their performances. */
async function factsOf(events: readonly Row[]) {
  const ids = events.map(({ id }) => id)
  const [partners, performances] = await Promise.all([
    rowsBy(
      booking,
      { table: 'partners', column: 'id' },
      events.map((row) => row.partner_id),
    ),
    rowsBy(booking, { table: 'performances', column: 'event_id', order: 'starts_at, id' }, ids),
  ])
  const all = ids.flatMap(performances)
  const own = all.map(({ id }) => id)
  const [venues, tiers, free] = await Promise.all([
    rowsBy(
      booking,
      { table: 'venues', column: 'id' },
      all.map((row) => row.venue_id),
    ),
    rowsBy(booking, { table: 'price_tiers', column: 'performance_id', order: 'ordinal' }, own),
    countFree(own),
  ])
  const now = new Date()
  const isOnSale = (row: Row, event: Row | undefined): boolean =>
    event?.status === 'PUBLISHED' &&
    row.status !== 'CANCELLED' &&
    partners(row.partner_id)[0]?.may_sell &&
    now >= row.sales_start_at &&
    now < row.sales_end_at
  return {
    partner: (id: unknown) => partners(id)[0],
    upcoming: (id: unknown) => performances(id).filter((row) => row.starts_at > now && row.status !== 'CANCELLED'),
    summary: (row: Row, event: Row | undefined) => ({
      id: row.id,
      status: row.status,
      startsAt: row.starts_at,
      doorsAt: row.doors_at,
      endsAt: row.ends_at,
      timeZone: row.time_zone,
      venueName: venues(row.venue_id)[0]?.name ?? null,
      city: venues(row.venue_id)[0]?.city ?? null,
      salesStartAt: row.sales_start_at,
      salesEndAt: row.sales_end_at,
      isOnSale: isOnSale(row, event),
      capacity: row.capacity,
      freeSeats: free.get(row.id)?.free ?? 0,
      priceFrom: money(Math.min(...tiers(row.id).map((tier) => tier.price_minor)), row.currency),
    }),
  }
}

const counts = new Map<string, { free: number; at: number }>()
const isFree = `(status = 'FREE' or (status = 'HELD' and held_until <= $2))`

/** As in the service: what was counted three seconds ago is not counted again. */
async function countFree(ids: readonly string[]): Promise<typeof counts> {
  const now = Date.now()
  const stale = ids.filter((id) => (counts.get(id)?.at ?? 0) < now - 3_000)
  if (stale.length === 0) return counts
  const text = `select id, (select count(*)::integer from places
    where performance_id = id and status in ('FREE', 'HELD') and ${isFree}) as free from json_array_elements_text($1::json) as id`
  for (const { id, free } of await booking('free', text, [JSON.stringify(stale), new Date(now)])) {
    counts.set(id, { free, at: now })
  }
  return counts
}

const availability = `with house as materialized (
    select section, number, ${isFree} as is_free from places where performance_id = $1
  ), sections as (
    select section, min(number) as first, count(*) as capacity, count(*) filter (where is_free) as free,
      string_agg(case when is_free then '1' else '0' end, '' order by number) as bits
    from house group by section order by section
  )
  select pg_snapshot_xmin(pg_current_snapshot())::text as transaction,
    (select to_json(min(held_until)) from places
      where performance_id = $1 and status = 'HELD' and held_until > $2) #>> '{}' as next,
    coalesce((select json_agg(sections) from sections), '[]') as sections`

async function availabilityOf(performanceId: string) {
  const now = new Date()
  const [row = {}] = await booking('availability', availability, [performanceId, now])
  return {
    version: `${row.transaction}-${now.getTime()}`,
    isDelta: false,
    nextChangeAt: row.next === null ? null : new Date(row.next),
    sections: row.sections.map(({ section, first, capacity, free, bits }: Row) => ({
      section,
      first,
      capacity,
      free,
      bitmap: packed(bits),
    })),
  }
}

function packed(bits: string): string {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
  for (let index = 0; index < bits.length; index++) {
    if (bits[index] === '1') bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (0x80 >> (index & 7))
  }
  return bytes.toString('base64')
}

function imageOf({ url, alt }: Row) {
  return { url, alt }
}
