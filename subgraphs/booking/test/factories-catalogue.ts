import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import type { Payload } from '@tikitu/schema/events/registry'
import type { LayoutDocument } from '@tikitu/schema/layout'
import type { EventRow, PerformanceRow, PriceTierRow } from '../src/db/tables/catalogue.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { publishEvent } from '../src/domain/catalogue/publish-event.ts'
import { applyLayout } from '../src/domain/projections/apply-layout.ts'
import { applyPartner } from '../src/domain/projections/apply-partner.ts'
import { applyVenue } from '../src/domain/projections/apply-venue.ts'
import { ctxOf } from './factories.ts'

/** Two rows of six with an aisle, a row with wheelchair spaces, and a floor for fifty. */
export const smallHouse: LayoutDocument = {
  format: 'tikitu.layout.v1',
  zones: [
    { name: 'Stalls', color: '#cc3344' },
    { name: 'Floor', color: '#3344cc' },
  ],
  sections: [
    {
      kind: 'SEATED',
      label: 'Stalls',
      zone: 'Stalls',
      rows: [
        { label: 'A', seats: seats(6, 0) },
        { label: 'B', seats: seats(6, 100).map((seat, index) => (index === 3 ? { ...seat, gapBefore: true } : seat)) },
        {
          label: 'C',
          seats: [
            { label: '1', x: 0, y: 200, accessible: true },
            { label: '2', x: 60, y: 200, companion: true },
            { label: '3', x: 120, y: 200, restrictedView: true },
          ],
        },
      ],
    },
    { kind: 'GENERAL_ADMISSION', label: 'Floor', zone: 'Floor', capacity: 50 },
  ],
}

function seats(count: number, y: number) {
  return Array.from({ length: count }, (_each, index) => ({ label: String(index + 1), x: index * 60, y }))
}

/** A signed-in member of a partner: the token says that they work for some partner. */
export function partnerUser(): UserViewer {
  return testUser({ groups: ['user', 'partner'] })
}

export interface Organizer {
  partnerId: string
  manager: UserViewer
  scanner: UserViewer
  venueId: string
  layoutId: string
}

/** A verified partner with a manager, a scanner, a venue in Amsterdam and a published layout. */
export async function organizer(
  database: TestDatabase,
  { document = smallHouse, ...partner }: Partial<Payload<'partner.changed'>> & { document?: LayoutDocument } = {},
): Promise<Organizer> {
  const ctx = ctxOf(database)
  const partnerId = newId('ptr')
  const manager = partnerUser()
  const scanner = partnerUser()
  const venueId = newId('ven')
  const layoutId = newId('lay')
  await applyPartner(ctx, {
    partnerId,
    version: 1,
    name: 'Globe',
    status: 'VERIFIED',
    maySell: true,
    mayBePaidOut: true,
    members: [
      { userId: manager.userId, role: 'MANAGER' },
      { userId: scanner.userId, role: 'SCANNER' },
    ],
    ...partner,
  })
  await applyVenue(ctx, {
    venueId,
    version: 1,
    partnerId,
    name: 'Theater aan het Water',
    city: 'Amsterdam',
    country: 'NL',
    addressLines: ['Kade 1', '1011 AB Amsterdam'],
    timeZone: 'Europe/Amsterdam',
  })
  await applyLayout(ctx, { layoutId, venueId, partnerId, number: 1, name: 'Main hall', document })
  return { partnerId, manager, scanner, venueId, layoutId }
}

/** What createEvent needs. */
export function eventInput(partnerId: string, overrides: object = {}) {
  return { partnerId, title: 'Hamlet', category: 'THEATRE' as const, description: 'To be, or not to be.', ...overrides }
}

/** What createPerformance needs: on sale on opening day. */
export function performanceInput(eventId: string, { layoutId }: Organizer, overrides: object = {}) {
  return {
    eventId,
    layoutId,
    startsAt: new Date('2027-06-01T18:00:00Z'),
    salesStartAt: new Date('2027-01-01T00:00:00Z'),
    currency: 'EUR',
    tiers: [
      { zone: 'Stalls', name: 'Adult', priceMinor: 5000 },
      { zone: 'Stalls', name: 'Child', priceMinor: 2500 },
      { zone: 'Floor', name: 'Standing', priceMinor: 3000 },
    ],
    ...overrides,
  }
}

export interface Show {
  by: Organizer
  event: EventRow
  performance: PerformanceRow
  adult: PriceTierRow
  child: PriceTierRow
  standing: PriceTierRow
}

/** A published event of a new partner with a performance on sale, made as its manager would. */
export async function onSale(
  database: TestDatabase,
  { event, performance, document }: { event?: object; performance?: object; document?: LayoutDocument } = {},
): Promise<Show> {
  const by = await organizer(database, document ? { document } : {})
  const ctx = () => ctxOf(database, by.manager)
  const draft = await createEvent(ctx(), eventInput(by.partnerId, event))
  const showing = await createPerformance(ctx(), performanceInput(draft.id, by, performance))
  const published = await publishEvent(ctx(), { eventId: draft.id })
  const [adult, child, standing] = await ctx().load.tiersOfPerformance.load(showing.id)
  if (!adult || !child || !standing) throw new Error('the performance has three tiers')
  return { by, event: published, performance: showing, adult, child, standing }
}
