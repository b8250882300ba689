import type { LayoutDocument } from '@tikitu/schema/layout'
import { arena } from './layouts/arena.ts'
import { club } from './layouts/club.ts'
import { theatre } from './layouts/theatre.ts'

/** A venue of the seed data. */
export interface SeedVenue {
  name: string
  description: string
  addressLines: string[]
  postalCode: string
  city: string
  country: string
  location: { latitude: number; longitude: number }
  timeZone: string
  /** The currency of its tickets. */
  currency: string
  /** Fee per ticket, in the smallest unit. */
  ticketFee: number
  capacity: number
  accessibilityFeatures: Feature[]
  accessibilityNotes: string
  layout: { name: string; draw: () => LayoutDocument }
}

type Feature = 'STEP_FREE_ACCESS' | 'LIFT' | 'ACCESSIBLE_TOILET' | 'HEARING_LOOP' | 'ASSISTANCE_DOGS' | 'QUIET_ROOM'

/** Three venues in three time zones. */
export const seedVenues = {
  theatre: {
    name: 'Theater am Stadtpark',
    description: 'A theatre of 1894 with a horseshoe of boxes, rebuilt after the war and known for its acoustics.',
    addressLines: ['Am Stadtpark 7'],
    postalCode: '1030',
    city: 'Vienna',
    country: 'AT',
    location: { latitude: 48.2042, longitude: 16.3795 },
    timeZone: 'Europe/Vienna',
    currency: 'EUR',
    ticketFee: 150,
    capacity: 1_200,
    accessibilityFeatures: ['STEP_FREE_ACCESS', 'ACCESSIBLE_TOILET', 'HEARING_LOOP', 'ASSISTANCE_DOGS'],
    accessibilityNotes:
      'The last row of the stalls is level with the foyer. The circle and the balcony are reached by stairs only.',
    layout: { name: 'Theatre style', draw: theatre },
  },
  arena: {
    name: 'Thames Arena',
    description: 'The largest hall on the river: 14,000 seats in two rings around a standing floor.',
    addressLines: ['1 Riverside Way'],
    postalCode: 'SE10 0AX',
    city: 'London',
    country: 'GB',
    location: { latitude: 51.5, longitude: 0.005 },
    timeZone: 'Europe/London',
    currency: 'GBP',
    ticketFee: 250,
    capacity: 18_000,
    accessibilityFeatures: [
      'STEP_FREE_ACCESS',
      'LIFT',
      'ACCESSIBLE_TOILET',
      'HEARING_LOOP',
      'ASSISTANCE_DOGS',
      'QUIET_ROOM',
    ],
    accessibilityNotes:
      'Wheelchair places are on the concourse, at the top of the lower bowl; lifts go from every gate.',
    layout: { name: 'End stage with standing floor', draw: arena },
  },
  club: {
    name: 'Gudang Malam',
    description: 'A former spice warehouse by the old port: a floor, a gallery, and the best sound system in town.',
    addressLines: ['Jalan Gudang Lama 21'],
    postalCode: '11110',
    city: 'Jakarta',
    country: 'ID',
    location: { latitude: -6.1352, longitude: 106.8133 },
    timeZone: 'Asia/Jakarta',
    currency: 'IDR',
    ticketFee: 500_000,
    capacity: 800,
    accessibilityFeatures: ['STEP_FREE_ACCESS', 'ACCESSIBLE_TOILET'],
    accessibilityNotes: 'The floor is step-free; the gallery is reached by stairs only.',
    layout: { name: 'Standing', draw: club },
  },
} as const satisfies Record<string, SeedVenue>

/** The key of a venue. */
export type VenueKey = keyof typeof seedVenues
