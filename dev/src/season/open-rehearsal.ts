import { CreatePerformanceDocument, EventBySlugDocument } from '@tikitu/client/operations'
import { openHouse } from '../story/open-house.ts'
import type { Person } from '../story/person.ts'
import { putOnSale } from '../story/put-on-sale.ts'
import { studio } from '../story/studio.ts'

/** What an open rehearsal is made with. */
export interface RehearsalContext {
  partner: Person
  partnerId: string
  /** What an earlier call returned; without it the studio and the event are made first. */
  known: OpenRehearsal | undefined
  /** When the season was first loaded: a first load that is repeated makes nothing twice. */
  from: Date
}

/** Which event the open rehearsal is, and in which layout it takes place. */
export interface OpenRehearsal {
  eventId: string
  layoutId: string
}

const slug = 'open-rehearsal'
const hour = 3_600_000

/**
 * Puts on sale a performance whose doors are open now, unless there is one that can be booked for an hour yet: so a ticket that
 * is bought by hand can be scanned by hand.
 */
export async function ensureOpenRehearsal({
  partner,
  partnerId,
  known,
  from,
}: RehearsalContext): Promise<OpenRehearsal> {
  const rehearsal = known ?? (await putRehearsalOnSale(partner, partnerId, from))
  if (!(await hasOpenDoors(partner))) {
    const input = { ...showing(rehearsal.layoutId, new Date()), eventId: rehearsal.eventId }
    await partner.run(CreatePerformanceDocument, { input })
  }
  return rehearsal
}

async function putRehearsalOnSale(partner: Person, partnerId: string, from: Date): Promise<OpenRehearsal> {
  const { layoutId } = await openHouse(partner, { venue: house(partnerId), layoutName: 'Stalls', layout: studio() })
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
  const performances = [{ ...showing(layoutId, openedAt), idempotencyKey }]
  return { layoutId, eventId: (await putOnSale(partner, { event, performances })).eventId }
}

async function hasOpenDoors(partner: Person): Promise<boolean> {
  const { eventBySlug } = await partner.run(EventBySlugDocument, { slug })
  return !!eventBySlug?.performances.some(
    ({ status, startsAt }) => status === 'SCHEDULED' && Date.parse(startsAt) > Date.now() + hour,
  )
}

function house(partnerId: string) {
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

/** The doors open at most a day before the beginning. */
function showing(layoutId: string, openedAt: Date) {
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
