import { demoAccounts } from '../embedded/accounts.ts'
import { createVenue } from './create-venue.ts'
import type { DemoContext } from './demo-context.ts'
import { putOnSale } from './put-on-sale.ts'
import { register } from './register.ts'
import { type SignedInClient, signIn } from './signed-in-client.ts'
import { studioLayout } from './studio-layout.ts'
import { applyAsPartner, verifyPartner } from './verify-partner.ts'
import { waitFor } from './wait-for.ts'

/** A new partner with a published event. */
export interface PartnerSetup {
  admin: SignedInClient
  partner: SignedInClient
  partnerId: string
  eventId: string
  slug: string
  performanceId: string
}

/** A partner applies, is verified by an admin, creates a venue with a seat layout, and publishes an event with two performances. */
export async function setUpPartner(demo: DemoContext): Promise<PartnerSetup> {
  const partner = await register(demo, 'partner', 'Paula Impresario')
  const application = await applyAsPartner(partner, companyOf(demo, partner.email))
  demo.reportStep('A partner applies', `application ${application.partnerId}, with two documents`)
  const admin = await signIn(demo.graphUrl, demoAccounts[0].email, demo.adminPassword)
  await verifyPartner(admin, application)
  demo.reportStep('An admin reviews and verifies it', 'both documents approved, the partner can sell')
  await waitFor('the partner’s new tokens contain the group', async () => {
    await partner.refresh()
    return partner.groups().includes('partner')
  })
  const { venueId, layoutId } = await createVenue(partner, newVenueOf(application.partnerId))
  demo.reportStep('The partner creates a venue and imports its layout', `${venueId}, 60 seats in layout ${layoutId}`)
  const newEvent = newEventOf(demo, application.partnerId, layoutId)
  const { eventId, performanceIds } = await putOnSale(partner, newEvent)
  demo.reportStep('The partner publishes an event with two performances', performanceIds.join(' and '))
  const [performanceId = ''] = performanceIds
  return { admin, partner, partnerId: application.partnerId, eventId, slug: newEvent.event.slug, performanceId }
}

function companyOf(demo: DemoContext, contactEmail: string) {
  return {
    name: `Studio ${demo.unique}`,
    legalName: `Studio ${demo.unique} GmbH`,
    registrationNumber: `FN ${demo.unique}`,
    country: 'AT',
    addressLines: ['Gumpendorfer Straße 12', '1060 Wien'],
    contactEmail,
  }
}

function newVenueOf(partnerId: string) {
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
  return { venue, layoutName: 'Stalls', layout: studioLayout() }
}

/** The doors are open already, so that the demo can scan its tickets. */
function newEventOf(demo: DemoContext, partnerId: string, layoutId: string) {
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
  const slug = `woyzeck-${demo.unique}`
  return {
    event: {
      partnerId,
      slug,
      title: `Woyzeck ${demo.unique}`,
      category: 'THEATRE' as const,
      description: 'Büchner’s fragment, in ninety minutes.',
    },
    performances: [
      { ...terms, startsAt: inHours(3), doorsAt: inHours(-0.5), endsAt: inHours(5) },
      { ...terms, startsAt: inHours(27), doorsAt: inHours(26), endsAt: inHours(29) },
    ],
  }
}
