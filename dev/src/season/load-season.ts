import { AdminMeDocument, type EventCategory } from '@tikitu/client/operations'
import { demoPassword } from '../accounts.ts'
import { openHouse } from '../story/open-house.ts'
import { type Person, signIn } from '../story/person.ts'
import { putOnSale } from '../story/put-on-sale.ts'
import { applyAsPartner, verifyPartner } from '../story/verify-partner.ts'
import { instantOf, localDate } from './local-time.ts'
import { ensureOpenRehearsal, type OpenRehearsal } from './open-rehearsal.ts'
import { patient, patiently } from './patiently.ts'
import { type PlannedEvent, programme } from './programme.ts'
import { type VenueKey, venues } from './venues.ts'

/** What a season is put on sale with. */
export interface SeasonContext {
  graphUrl: string
  /** The day from which the programme counts: the same one when an interrupted load is taken up again. */
  from: Date
  /** The events, by slug, that an earlier load has put on sale. */
  done?: readonly string[]
  /** Called for each event that is on sale now. */
  onDone?: (slug: string) => void
  /** The open rehearsal that an earlier load returned. */
  rehearsal?: SeasonRehearsal | undefined
}

/** The open rehearsal, and the partner who puts it on sale. */
export interface SeasonRehearsal extends OpenRehearsal {
  partnerId: string
}

/**
 * Puts the demo season on sale through the graph, as the demo partner and the demo admin would by hand.
 * Safe to repeat with the same `from`: what is there already stays as it is. A service that does not answer is asked again, and
 * an event that cannot be put on sale does not keep the others from it. Returns the open rehearsal.
 * @throws the first failure, when all was tried
 */
export async function loadSeason({
  graphUrl,
  from,
  done = [],
  onDone,
  rehearsal,
}: SeasonContext): Promise<SeasonRehearsal> {
  const [admin, partner] = await Promise.all(
    (['admin@tikitu.example', 'partner@tikitu.example'] as const).map((email) => signInPatiently(graphUrl, email)),
  )
  if (!admin || !partner) throw new Error('nobody signed in')
  // The first admin who looks in becomes the superadmin.
  await admin.run(AdminMeDocument)
  const application = await applyAsPartner(partner, { ...company, idempotencyKey: 'season' })
  await verifyPartner(admin, application)
  const layouts = await openHouses(partner, application.partnerId)
  const shows = programme
    .filter(({ slug }) => !done.includes(slug))
    .map((event) => showOf({ event, layoutId: layouts[event.venue], partnerId: application.partnerId, from }))
  const outcomes = await Promise.allSettled(
    // What has begun meanwhile, when a load is taken up days later, cannot be put on sale any more.
    shows.filter(hasFuture).map(async (show) => {
      await putOnSale(partner, show)
      onDone?.(show.event.slug)
    }),
  )
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure) throw failure.reason
  const { partnerId } = application
  return { ...(await ensureOpenRehearsal({ partner, partnerId, known: rehearsal, from })), partnerId }
}

/** Opens the doors of the open rehearsal once more when its last performance has begun, or is about to. */
export async function reopenRehearsal(graphUrl: string, rehearsal: SeasonRehearsal): Promise<void> {
  const partner = await signInPatiently(graphUrl, 'partner@tikitu.example')
  await ensureOpenRehearsal({ partner, partnerId: rehearsal.partnerId, known: rehearsal, from: new Date() })
}

async function signInPatiently(graphUrl: string, email: string): Promise<Person> {
  return patient(await patiently(() => signIn(graphUrl, email, demoPassword)))
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

async function openHouses(partner: Person, partnerId: string): Promise<Record<VenueKey, string>> {
  const opened = await Promise.all(
    Object.entries(venues).map(async ([key, { layout, currency: _currency, ticketFee: _fee, ...venue }]) => {
      const input = {
        ...venue,
        accessibilityFeatures: [...venue.accessibilityFeatures],
        addressLines: [...venue.addressLines],
      }
      const { layoutId } = await openHouse(partner, {
        venue: { ...input, partnerId, idempotencyKey: `season:${key}` },
        layoutName: layout.name,
        layout: layout.draw(),
      })
      return [key, layoutId]
    }),
  )
  return Object.fromEntries(opened)
}

interface PlannedShow {
  event: PlannedEvent
  layoutId: string
  partnerId: string
  from: Date
}

function showOf({ event, layoutId, partnerId, from }: PlannedShow) {
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

function datesOf(event: PlannedEvent, { inDays, at }: { inDays: number; at: string }, from: Date) {
  const { timeZone } = venues[event.venue]
  const startsAt = instantOf(`${localDate(from, inDays, timeZone)}T${at}`, timeZone)
  const minutesLater = (minutes: number) => new Date(startsAt.getTime() + minutes * 60_000).toISOString()
  return { startsAt: startsAt.toISOString(), doorsAt: minutesLater(-60), endsAt: minutesLater(event.minutes) }
}

/** What a child and a student pay of an adult's price, in percent; where nobody sits, all pay alike. */
const reductions = { Adult: 100, Concession: 75, Child: 50 }

function termsOf(event: PlannedEvent) {
  const { currency, ticketFee } = venues[event.venue]
  const tiersFor = event.venue === 'theatre' ? Object.entries(reductions) : [['Adult', 100] as const]
  return {
    currency,
    tiers: Object.entries(event.prices).flatMap(([zone, price]) =>
      tiersFor.map(([name, percent]) => ({ zone, name, priceMinor: Math.round((price * percent) / 100) })),
    ),
    fees: { perTicketMinor: ticketFee, basisPoints: 250 },
    taxBasisPoints: 1_000,
    cancellation: { deadlineHours: 48, feePerTicketMinor: ticketFee },
    maxPlacesPerPerson: 8,
    entryRule: event.venue === 'theatre' ? ('ONCE' as const) : ('REENTRY' as const),
  }
}
