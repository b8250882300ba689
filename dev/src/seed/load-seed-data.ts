import { type EventCategory, MyStaffMembershipDocument } from '@tikitu/client/operations'
import { createVenue } from '../demo/create-venue.ts'
import { putOnSale } from '../demo/put-on-sale.ts'
import { type SignedInClient, signIn } from '../demo/signed-in-client.ts'
import { applyAsPartner, verifyPartner } from '../demo/verify-partner.ts'
import { demoPassword } from '../embedded/accounts.ts'
import { instantOf, localDate } from './local-time.ts'
import { ensureOpenRehearsal, type OpenRehearsal } from './open-rehearsal.ts'
import { retryUnavailable, withRetries } from './retry-unavailable.ts'
import { type SeedEvent, seedEvents } from './seed-events.ts'
import { seedVenues, type VenueKey } from './seed-venues.ts'

/** The options of a load. */
export interface SeedContext {
  graphUrl: string
  /** The day that the dates of the events count from; the same when an interrupted load is continued. */
  from: Date
  /** The slugs of events that an earlier load has put on sale. */
  done?: readonly string[]
  /** Called with the slug of each event that went on sale. */
  onDone?: (slug: string) => void
  /** The open rehearsal that an earlier load returned. */
  rehearsal?: SeedRehearsal | undefined
}

/** The open rehearsal and its partner. */
export interface SeedRehearsal extends OpenRehearsal {
  partnerId: string
}

/**
 * Puts the demo events on sale through the graph, as the demo partner and the demo admin. Repeatable with the same `from`. Retries when
 * a service is unavailable, and continues with the other events when one fails. Returns the open rehearsal.
 * @throws the first failure, at the end
 */
export async function loadSeedData({
  graphUrl,
  from,
  done = [],
  onDone,
  rehearsal,
}: SeedContext): Promise<SeedRehearsal> {
  const [admin, partner] = await Promise.all(
    (['admin@tikitu.example', 'partner@tikitu.example'] as const).map((email) => signInWithRetries(graphUrl, email)),
  )
  if (!admin || !partner) throw new Error('Sign-in failed')
  // The first admin to call this becomes the superadmin.
  await admin.run(MyStaffMembershipDocument)
  const application = await applyAsPartner(partner, { ...company, idempotencyKey: 'season' })
  await verifyPartner(admin, application)
  const layouts = await createVenues(partner, application.partnerId)
  const newEvents = seedEvents
    .filter(({ slug }) => !done.includes(slug))
    .map((event) => newEventOf({ event, layoutId: layouts[event.venue], partnerId: application.partnerId, from }))
  const outcomes = await Promise.allSettled(
    // When a load is continued days later, past performances cannot go on sale.
    newEvents.filter(hasFuture).map(async (newEvent) => {
      await putOnSale(partner, newEvent)
      onDone?.(newEvent.event.slug)
    }),
  )
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure) throw failure.reason
  const { partnerId } = application
  return { ...(await ensureOpenRehearsal({ partner, partnerId, known: rehearsal, from })), partnerId }
}

/** Adds a performance with open doors to the open rehearsal when the last one has started or is about to. */
export async function reopenRehearsal(graphUrl: string, rehearsal: SeedRehearsal): Promise<void> {
  const partner = await signInWithRetries(graphUrl, 'partner@tikitu.example')
  await ensureOpenRehearsal({ partner, partnerId: rehearsal.partnerId, known: rehearsal, from: new Date() })
}

async function signInWithRetries(graphUrl: string, email: string): Promise<SignedInClient> {
  return withRetries(await retryUnavailable(() => signIn(graphUrl, email, demoPassword)))
}

const company = {
  name: 'Tikitu Presents',
  description: 'Theatre, opera, concerts and comedy in Vienna, London and Jakarta.',
  legalName: 'Tikitu Presents GmbH',
  registrationNumber: 'FN 123456 a',
  taxNumber: 'ATU12345678',
  country: 'AT',
  addressLines: ['Am Stadtpark 7', '1030 Vienna'],
  contactEmail: 'partner@tikitu.example',
}

async function createVenues(partner: SignedInClient, partnerId: string): Promise<Record<VenueKey, string>> {
  const opened = await Promise.all(
    Object.entries(seedVenues).map(async ([key, { layout, currency: _currency, ticketFee: _fee, ...venue }]) => {
      const input = {
        ...venue,
        accessibilityFeatures: [...venue.accessibilityFeatures],
        addressLines: [...venue.addressLines],
      }
      const { layoutId } = await createVenue(partner, {
        venue: { ...input, partnerId, idempotencyKey: `season:${key}` },
        layoutName: layout.name,
        layout: layout.draw(),
      })
      return [key, layoutId]
    }),
  )
  return Object.fromEntries(opened)
}

interface NewEventOptions {
  event: SeedEvent
  layoutId: string
  partnerId: string
  from: Date
}

function newEventOf({ event, layoutId, partnerId, from }: NewEventOptions) {
  const { slug, title, description, minimumAge, category } = event
  const key = `season:${slug}`
  return {
    event: {
      partnerId,
      slug,
      title,
      description,
      minimumAge,
      category: category as EventCategory,
      idempotencyKey: key,
    },
    performances: event.performances
      .map((performance, index) => ({
        ...datesOf(event, performance, from),
        ...termsOf(event),
        layoutId,
        salesStartAt: from.toISOString(),
        idempotencyKey: `${key}:${index}`,
      }))
      .filter(({ startsAt }) => Date.parse(startsAt) > Date.now()),
  }
}

function hasFuture({ performances }: { performances: readonly unknown[] }): boolean {
  return performances.length > 0
}

function datesOf(event: SeedEvent, { inDays, at }: { inDays: number; at: string }, from: Date) {
  const { timeZone } = seedVenues[event.venue]
  const startsAt = instantOf(`${localDate(from, inDays, timeZone)}T${at}`, timeZone)
  const minutesLater = (minutes: number) => new Date(startsAt.getTime() + minutes * 60_000).toISOString()
  return { startsAt: startsAt.toISOString(), doorsAt: minutesLater(-60), endsAt: minutesLater(event.minutes) }
}

/** The price tiers of the theatre, in percent of the adult price. */
const tierPercentages = { Adult: 100, Concession: 75, Child: 50 }

function termsOf(event: SeedEvent) {
  const { currency, ticketFee } = seedVenues[event.venue]
  const tiersFor = event.venue === 'theatre' ? Object.entries(tierPercentages) : [['Adult', 100] as const]
  return {
    currency,
    tiers: Object.entries(event.prices).flatMap(([zone, price]) =>
      tiersFor.map(([name, percent]) => ({ zone, name, priceMinor: Math.round((price * percent) / 100) })),
    ),
    fees: { perTicketMinor: ticketFee, basisPoints: 250 },
    taxBasisPoints: 1_000,
    cancellation: { deadlineHours: 48, feePerTicketMinor: ticketFee },
    maxSeatsPerPerson: 8,
    entryRule: event.venue === 'theatre' ? ('ONCE' as const) : ('REENTRY' as const),
  }
}
