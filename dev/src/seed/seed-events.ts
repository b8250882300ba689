import type { VenueKey } from './seed-venues.ts'

/** An event of the seed data. Prices are in the smallest unit of the venue's currency. */
export interface SeedEvent {
  slug: string
  title: string
  category: string
  description: string
  venue: VenueKey
  minutes: number
  minimumAge?: number
  /** Days after the first start of the stack, and the local time. */
  performances: { inDays: number; at: string }[]
  /** Adult prices by price zone. */
  prices: Record<string, number>
}

const theatrePrices = { Premium: 11_900, Boxes: 9_900, Stalls: 7_900, Circle: 6_500, Balcony: 2_900 }
const operaPrices = { Premium: 18_500, Boxes: 14_900, Stalls: 11_900, Circle: 9_900, Balcony: 3_900 }
const arenaPrices = {
  Floor: 9_500,
  'Lower bowl': 12_500,
  'Lower bowl, side': 9_000,
  'Upper bowl': 7_500,
  'Upper bowl, side': 5_500,
}
const clubPrices = { Floor: 25_000_000, Gallery: 40_000_000 }

/** A dozen events in three cities. */
export const seedEvents: readonly SeedEvent[] = [
  {
    slug: 'the-tempest',
    title: 'The Tempest',
    category: 'THEATRE',
    description: 'Shakespeare’s farewell to the stage, played on an island of sailcloth and ropes.',
    venue: 'theatre',
    minutes: 165,
    performances: [18, 19, 20, 21].map((inDays) => ({ inDays, at: '19:30' })),
    prices: theatrePrices,
  },
  {
    slug: 'the-cherry-orchard',
    title: 'The Cherry Orchard',
    category: 'THEATRE',
    description: 'Chekhov’s last comedy: a house is sold, and nobody can bring themselves to notice.',
    venue: 'theatre',
    minutes: 150,
    performances: [
      { inDays: 26, at: '19:30' },
      { inDays: 27, at: '15:00' },
    ],
    prices: theatrePrices,
  },
  {
    slug: 'cosi-fan-tutte',
    title: 'Così fan tutte',
    category: 'OPERA',
    description:
      'Mozart and Da Ponte bet on fidelity, and lose. With the orchestra of the house; Italian, with surtitles.',
    venue: 'theatre',
    minutes: 195,
    performances: [33, 35, 38].map((inDays) => ({ inDays, at: '19:00' })),
    prices: operaPrices,
  },
  {
    slug: 'swan-lake',
    title: 'Swan Lake',
    category: 'DANCE',
    description: 'Tchaikovsky’s ballet in four acts, with a corps of forty.',
    venue: 'theatre',
    minutes: 160,
    performances: [
      { inDays: 42, at: '19:00' },
      { inDays: 43, at: '14:30' },
      { inDays: 43, at: '19:30' },
    ],
    prices: operaPrices,
  },
  {
    slug: 'an-evening-with-schubert',
    title: 'An Evening with Schubert',
    category: 'CONCERT',
    description: 'Songs and the String Quintet, by candlelight.',
    venue: 'theatre',
    minutes: 110,
    performances: [{ inDays: 47, at: '20:00' }],
    prices: theatrePrices,
  },
  {
    slug: 'the-comet-years',
    title: 'The Comet Years',
    category: 'CONCERT',
    description: 'Twenty years, nine albums, one stage the size of a football pitch: the world tour comes home.',
    venue: 'arena',
    minutes: 150,
    performances: [
      { inDays: 24, at: '20:00' },
      { inDays: 25, at: '20:00' },
    ],
    prices: arenaPrices,
  },
  {
    slug: 'neon-rivers',
    title: 'Neon Rivers',
    category: 'CONCERT',
    description: 'Synthesisers, lasers and a choir of two hundred.',
    venue: 'arena',
    minutes: 135,
    performances: [{ inDays: 40, at: '19:30' }],
    prices: arenaPrices,
  },
  {
    slug: 'winter-arena-sessions',
    title: 'Winter Arena Sessions',
    category: 'FESTIVAL',
    description: 'Six bands, one afternoon and one night; come and go as you like.',
    venue: 'arena',
    minutes: 480,
    performances: [{ inDays: 54, at: '15:00' }],
    prices: arenaPrices,
  },
  {
    slug: 'senja-and-the-rooftops',
    title: 'Senja & The Rooftops',
    category: 'CONCERT',
    description: 'Indie pop from Bandung: the songs everybody on the floor can sing.',
    venue: 'club',
    minutes: 120,
    performances: [
      { inDays: 16, at: '20:00' },
      { inDays: 17, at: '20:00' },
    ],
    prices: clubPrices,
  },
  {
    slug: 'dj-lintang-all-night',
    title: 'DJ Lintang: All Night',
    category: 'CONCERT',
    description: 'One DJ, one night, ten hours.',
    venue: 'club',
    minutes: 600,
    minimumAge: 21,
    performances: [{ inDays: 23, at: '22:00' }],
    prices: clubPrices,
  },
  {
    slug: 'kopi-dangdut-night',
    title: 'Kopi Dangdut Night',
    category: 'CONCERT',
    description: 'The classics, a live band, and coffee until midnight.',
    venue: 'club',
    minutes: 180,
    performances: [{ inDays: 30, at: '19:30' }],
    prices: clubPrices,
  },
  {
    slug: 'open-mic-jakarta',
    title: 'Open Mic Jakarta',
    category: 'COMEDY',
    description: 'Eight comedians, five minutes each, no mercy.',
    venue: 'club',
    minutes: 90,
    minimumAge: 17,
    performances: [15, 22, 29].map((inDays) => ({ inDays, at: '19:00' })),
    prices: { Floor: 12_500_000, Gallery: 20_000_000 },
  },
]
