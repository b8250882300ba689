import { demoAccounts } from '../accounts.ts'
import { eventually } from './eventually.ts'
import { openHouse } from './open-house.ts'
import { type Person, signIn } from './person.ts'
import { putOnSale } from './put-on-sale.ts'
import { register } from './register.ts'
import { studio } from './studio.ts'
import { applyAsPartner, verifyPartner } from './verify-partner.ts'
import type { World } from './world.ts'

/** What a new partner has put on sale. */
export interface Business {
  admin: Person
  partner: Person
  partnerId: string
  eventId: string
  slug: string
  performanceId: string
}

/** A partner applies, is verified by an admin, opens a venue with a seat layout, and publishes an event with two performances. */
export async function openForBusiness(world: World): Promise<Business> {
  const partner = await register(world, 'partner', 'Paula Impresario')
  const application = await applyAsPartner(partner, companyOf(world, partner.email))
  world.tell('A partner applies', `application ${application.partnerId}, with two documents`)
  const admin = await signIn(world.graphUrl, demoAccounts[0].email, world.adminPassword)
  await verifyPartner(admin, application)
  world.tell('An admin reviews and verifies it', 'both documents approved, the partner may sell')
  await eventually('the partner’s new tokens say so', async () => {
    await partner.refresh()
    return partner.groups().includes('partner')
  })
  const { venueId, layoutId } = await openHouse(partner, houseOf(application.partnerId))
  world.tell('The partner opens a venue and imports its layout', `${venueId}, 60 seats in layout ${layoutId}`)
  const show = showOf(world, application.partnerId, layoutId)
  const { eventId, performanceIds } = await putOnSale(partner, show)
  world.tell('The partner publishes an event with two performances', performanceIds.join(' and '))
  const [performanceId = ''] = performanceIds
  return { admin, partner, partnerId: application.partnerId, eventId, slug: show.event.slug, performanceId }
}

function companyOf(world: World, contactEmail: string) {
  return {
    name: `Studio ${world.unique}`,
    legalName: `Studio ${world.unique} GmbH`,
    registrationNumber: `FN ${world.unique}`,
    country: 'AT',
    addressLines: ['Gumpendorfer Straße 12', '1060 Wien'],
    contactEmail,
  }
}

function houseOf(partnerId: string) {
  const venue = {
    partnerId,
    name: 'Studio Bühne',
    addressLines: ['Gumpendorfer Straße 12'],
    city: 'Vienna',
    postalCode: '1060',
    country: 'AT',
    timeZone: 'Europe/Vienna',
    capacity: 60,
  }
  return { venue, layoutName: 'Stalls', layout: studio() }
}

/** The doors are open already, as the tickets are scanned in the same story. */
function showOf(world: World, partnerId: string, layoutId: string) {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  const terms = {
    layoutId,
    salesStartAt: inHours(-1),
    currency: 'EUR',
    tiers: [
      { zone: 'Stalls', name: 'Adult', priceMinor: 2_900 },
      { zone: 'Stalls', name: 'Child', priceMinor: 1_450 },
    ],
    fees: { perTicketMinor: 100, basisPoints: 250 },
    taxBasisPoints: 1_000,
    cancellation: { deadlineHours: 1, feePerTicketMinor: 200 },
  }
  const slug = `woyzeck-${world.unique}`
  return {
    event: {
      partnerId,
      slug,
      title: `Woyzeck ${world.unique}`,
      category: 'THEATRE' as const,
      description: 'Büchner’s fragment, in ninety minutes.',
    },
    performances: [
      { ...terms, startsAt: inHours(3), doorsAt: inHours(-0.5), endsAt: inHours(5) },
      { ...terms, startsAt: inHours(27), doorsAt: inHours(26), endsAt: inHours(29) },
    ],
  }
}
