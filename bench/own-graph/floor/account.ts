import { cursorOf, money, openDatabase, pageInfo, type Row, rowsBy } from './statements.ts'

const user = openDatabase('user')
const booking = openDatabase('booking')
const payment = openDatabase('payment')
const notification = openDatabase('notification')

/** What somebody has: their profile, bookings, messages and payments. */
export async function me(userId: string): Promise<object> {
  const [profile, bookings, unseenCount, payments] = await Promise.all([
    profileOf(userId),
    bookingsOf(userId),
    unseen(userId),
    paymentsOf(userId),
  ])
  return { me: { ...profile, bookings, inbox: { unseenCount }, payments } }
}

async function profileOf(id: string) {
  const [users, preferences, addresses] = await Promise.all([
    rowsBy(user, { table: 'users', column: 'id' }, [id]),
    rowsBy(user, { table: 'user_preferences', column: 'user_id' }, [id]),
    rowsBy(user, { table: 'addresses', column: 'user_id', order: 'created_at, id' }, [id]),
  ])
  const row = users(id)[0] ?? {}
  const own = preferences(id)[0] ?? {}
  return {
    id,
    name: row.name,
    email: row.email,
    locale: row.locale,
    timeZone: row.time_zone,
    createdAt: row.created_at,
    version: row.version,
    preferences: {
      language: own.language,
      currency: own.currency,
      accessibilityNeeds: own.accessibility_needs,
      favouriteCategories: own.favourite_categories,
    },
    addresses: addresses(id).map(addressOf),
  }
}

function addressOf({ id, label, recipient, lines, city, postal_code, country, is_default }: Row) {
  return { id, label, recipient, lines, city, postalCode: postal_code, country, isDefault: is_default }
}

async function bookingsOf(userId: string) {
  const text = 'select * from bookings where user_id = $1 order by placed_at desc, id desc limit 21'
  const rows = await booking('bookings', text, [userId])
  const shown = rows.slice(0, 20)
  const ids = shown.map(({ id }) => id)
  const [refunds, lines, tickets, performances] = await Promise.all([
    rowsBy(booking, { table: 'booking_refunds', column: 'booking_id', order: 'refunded_at' }, ids),
    rowsBy(booking, { table: 'booking_lines', column: 'booking_id', order: 'place_number' }, ids),
    rowsBy(booking, { table: 'tickets', column: 'booking_id', order: 'place_number' }, ids),
    rowsBy(
      booking,
      { table: 'performances', column: 'id' },
      shown.map((row) => row.performance_id),
    ),
  ])
  const seen = shown.flatMap((row) => performances(row.performance_id))
  const [venues, events] = await Promise.all([
    rowsBy(
      booking,
      { table: 'venues', column: 'id' },
      seen.map((row) => row.venue_id),
    ),
    rowsBy(
      booking,
      { table: 'events', column: 'id' },
      seen.map((row) => row.event_id),
    ),
  ])
  const edges = shown.map((row) => {
    const { id, currency } = row
    const performance = performances(row.performance_id)[0] ?? {}
    const refunded = refunds(id).reduce((sum, refund) => sum + refund.amount_minor, 0)
    return {
      cursor: cursorOf(row.placed_at, id),
      node: {
        id,
        reference: row.reference,
        status: statusOf(row),
        placedAt: row.placed_at,
        expiresAt: row.expires_at,
        cancellableUntil: cancellableUntil(row, performance),
        total: money(row.total_minor, currency),
        refundedTotal: money(refunded, currency),
        lines: lines(id).map((line) => lineOf(line, currency)),
        tickets: tickets(id).map((ticket) => ticketOf(ticket, lines(id))),
        performance: performanceOf(performance, venues(performance.venue_id)[0], events(performance.event_id)[0]),
      },
    }
  })
  return { edges, pageInfo: pageInfo(rows, 20, edges.at(-1)?.cursor ?? null) }
}

function statusOf({ status, expires_at }: Row): string {
  return status === 'AWAITING_PAYMENT' && expires_at <= new Date() ? 'EXPIRED' : status
}

function cancellableUntil({ status, cancellation_deadline_hours: hours }: Row, performance: Row): Date | null {
  if (status !== 'CONFIRMED' && status !== 'PARTIALLY_CANCELLED') return null
  if (performance.status === 'POSTPONED') return performance.starts_at
  return hours === null ? null : new Date(performance.starts_at.getTime() - hours * 3_600_000)
}

function lineOf(line: Row, currency: string) {
  return {
    seatNumber: line.place_number,
    seatLabel: line.place_label,
    tierName: line.tier_name,
    attendeeName: line.attendee_name,
    isCancelled: line.cancellation_id !== null,
    price: money(line.price_minor, currency),
  }
}

function ticketOf({ id, place_number: seatNumber, status }: Row, lines: readonly Row[]) {
  const line = lines.find((each) => each.place_number === seatNumber) ?? {}
  const { place_label: seatLabel, tier_name: tierName, attendee_name: attendeeName } = line
  return { id, seatNumber, seatLabel, tierName, attendeeName, status }
}

function performanceOf({ id, starts_at, time_zone }: Row, venue: Row | undefined, event: Row | undefined) {
  return {
    id,
    startsAt: starts_at,
    timeZone: time_zone,
    venueName: venue?.name ?? null,
    city: venue?.city ?? null,
    event: { id: event?.id, title: event?.title },
  }
}

const inbox = `user_id = $1 and channel = 'IN_APP' and status = 'DELIVERED' and archived_at is null`

/** The list is read too, as the service does. */
async function unseen(userId: string): Promise<number> {
  const [, [row]] = await Promise.all([
    notification('inbox', `select * from notifications where ${inbox} order by id desc limit 2`, [userId]),
    notification('unseen', `select count(*)::integer from notifications where ${inbox} and seen_at is null`, [userId]),
  ])
  return row?.count ?? 0
}

async function paymentsOf(userId: string) {
  const text = 'select * from payments where user_id = $1 order by id desc limit 21'
  const rows = await payment('payments', text, [userId])
  const nodes = rows.slice(0, 20).map((row) => ({
    id: row.id,
    status: row.status,
    reference: row.reference,
    amount: money(row.amount_minor, row.currency),
    createdAt: row.created_at,
    capturedAt: row.captured_at,
    booking: { id: row.booking_id },
  }))
  return { edges: nodes.map((node) => ({ node })) }
}
