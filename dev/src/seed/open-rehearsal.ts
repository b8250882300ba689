import { CreatePerformanceDocument, EventBySlugDocument } from '@tikitu/client/operations'
import { createVenue } from '../demo/create-venue.ts'
import { putOnSale } from '../demo/put-on-sale.ts'
import type { SignedInClient } from '../demo/signed-in-client.ts'
import { studioLayout } from '../demo/studio-layout.ts'

/** The options of an open rehearsal. */
export interface RehearsalContext {
  partner: SignedInClient
  partnerId: string
  /** The result of an earlier call; without it the venue and the event are created first. */
  known: OpenRehearsal | undefined
  /** The time of the first load, for idempotency keys. */
  from: Date
}

/** The event of the open rehearsal and its layout. */
export interface OpenRehearsal {
  eventId: string
  layoutId: string
}

const slug = 'open-rehearsal'
const hour = 3_600_000

/**
 * Ensures a performance with open doors that can be booked for at least another hour: so that a ticket bought by hand can also be
 * scanned.
 */
export async function ensureOpenRehearsal({
  partner,
  partnerId,
  known,
  from,
}: RehearsalContext): Promise<OpenRehearsal> {
  const rehearsal = known ?? (await putRehearsalOnSale(partner, partnerId, from))
  if (!(await hasOpenDoors(partner))) {
    const input = { ...performanceInput(rehearsal.layoutId, new Date()), eventId: rehearsal.eventId }
    await partner.mutate(CreatePerformanceDocument, { input })
  }
  return rehearsal
}

async function putRehearsalOnSale(partner: SignedInClient, partnerId: string, from: Date): Promise<OpenRehearsal> {
  const { layoutId } = await createVenue(partner, {
    venue: venueInput(partnerId),
    layoutName: 'Stalls',
    layout: studioLayout(),
  })
  const event = {
    partnerId,
    slug,
    title: 'Open Rehearsal',
    description: 'The ensemble works on The Tempest, and you watch. The doors are open already.',
    category: 'THEATRE' as const,
    idempotencyKey: 'season:rehearsal',
  }
  const openedAt = Date.now() - from.getTime() < 12 * hour ? from : new Date()
  const idempotencyKey = `season:rehearsal:${openedAt.toISOString()}`
  const performances = [{ ...performanceInput(layoutId, openedAt), idempotencyKey }]
  return { layoutId, eventId: (await putOnSale(partner, { event, performances })).eventId }
}

async function hasOpenDoors(partner: SignedInClient): Promise<boolean> {
  const { eventBySlug } = await partner.run(EventBySlugDocument, { slug })
  return !!eventBySlug?.performances.edges.some(
    ({ node: { status, startsAt } }) => status === 'SCHEDULED' && Date.parse(startsAt) > Date.now() + hour,
  )
}

function venueInput(partnerId: string) {
  return {
    partnerId,
    name: 'Studio am Stadtpark',
    addressLines: ['Am Stadtpark 9'],
    city: 'Vienna',
    postalCode: '1030',
    country: 'AT',
    timeZone: 'Europe/Vienna',
    capacity: 60,
    idempotencyKey: 'season:studio',
  }
}

/** Doors can open at most a day before the start. */
function performanceInput(layoutId: string, openedAt: Date) {
  const inHours = (hours: number) => new Date(openedAt.getTime() + hours * hour).toISOString()
  return {
    layoutId,
    salesStartAt: inHours(-1),
    doorsAt: inHours(-1),
    startsAt: inHours(20),
    endsAt: inHours(22),
    currency: 'EUR',
    tiers: [
      { zone: 'Stalls', name: 'Adult', priceMinor: 2_900 },
      { zone: 'Stalls', name: 'Child', priceMinor: 1_450 },
    ],
    fees: { perTicketMinor: 100, basisPoints: 250 },
    cancellation: { deadlineHours: 1, feePerTicketMinor: 200 },
  }
}
