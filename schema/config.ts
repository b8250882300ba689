import { z } from 'zod'

/** A configuration value that the platform knows: what it may be, where it may be set, and what holds while nobody has set it. */
export interface ConfigKey<T extends z.ZodType = z.ZodType> {
  type: T
  fallback: z.infer<T>
  /** `platform` holds for all; a partner's own value goes before it. */
  scopes: readonly ('platform' | 'partner')[]
  description: string
}

/**
 * Amounts by currency, each in the smallest unit of its own. A bare number, as it was kept before, is an amount in euros.
 */
const amountByCurrency = z.union([
  z.record(z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as EUR'), z.int().min(0)),
  z
    .int()
    .min(0)
    .transform((amountMinor): Record<string, number> => ({ EUR: amountMinor })),
])

/** Some five hundred euros in each currency. */
const approvalLimits = {
  ...{ EUR: 50_000, USD: 50_000, GBP: 45_000, CHF: 50_000, AUD: 80_000, CAD: 80_000, SGD: 70_000 },
  ...{ SEK: 500_000, NOK: 500_000, DKK: 350_000, PLN: 200_000, CZK: 1_200_000, INR: 5_000_000, BRL: 300_000 },
  ...{ JPY: 80_000, KRW: 800_000, IDR: 800_000_000, KWD: 150_000, BHD: 180_000, AED: 180_000 },
}

/** An origin such as `https://tickets.example`, or the scheme of an app such as `com.example.tickets:`, which no browser runs as a page. */
const returnPlace = z
  .string()
  .max(200)
  .refine(
    isReturnPlace,
    "must be an https origin such as https://tickets.example, or an app's scheme with a dot such as com.example.app:",
  )

function isReturnPlace(text: string): boolean {
  if (/^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(text)) return true
  return URL.parse(text)?.origin === text && text.startsWith('https://') && !text.includes('*')
}

/** Every configuration value, by key. A service reads one with `readConfig(ctx, { key, ...configKeys[key] })`. */
export const configKeys = {
  'booking.maxPlacesPerPerson': {
    type: z.int().min(1).max(100),
    fallback: 10,
    scopes: ['platform', 'partner'],
    description: 'Maximum number of seats per person and performance, unless the performance sets its own.',
  },
  'booking.salesGraceMinutes': {
    type: z.int().min(0).max(60),
    fallback: 10,
    scopes: ['platform', 'partner'],
    description:
      'Minutes after the end of sales in which held seats can still be booked and paid, never past the end of the performance.',
  },
  'partner.bankAccountWaitDays': {
    type: z.int().min(0).max(60),
    fallback: 3,
    scopes: ['platform', 'partner'],
    description: 'How many days after a bank account came into use nothing is paid to it.',
  },
  'partner.bankAccountMemberDays': {
    type: z.int().min(0).max(365),
    fallback: 30,
    scopes: ['platform', 'partner'],
    description:
      'How many days somebody must have been a member of a partner to confirm its bank account. Staff need not.',
  },
  'partner.documentNoticeDays': {
    type: z.int().min(1).max(90),
    fallback: 30,
    scopes: ['platform', 'partner'],
    description: 'How many days before a document runs out its partner is told.',
  },
  'partner.documentGraceDays': {
    type: z.int().min(0).max(90),
    fallback: 14,
    scopes: ['platform', 'partner'],
    description: 'How many days after a required document ran out, with none in its place, a partner is restricted.',
  },
  'booking.maxOpenHolds': {
    type: z.int().min(1).max(100),
    fallback: 10,
    scopes: ['platform'],
    description: 'Maximum number of open holds and unpaid bookings per user, over all performances.',
  },
  'booking.maxUnpaidPlaces': {
    type: z.int().min(1).max(1_000),
    fallback: 30,
    scopes: ['platform'],
    description:
      'Maximum number of seats in holds and unpaid bookings per user, over all performances; at least the maximum per person of the performance.',
  },
  'booking.maxUnpaidPlacesPerAddress': {
    type: z.int().min(1).max(10_000),
    fallback: 30,
    scopes: ['platform', 'partner'],
    description:
      'Maximum number of unpaid seats per performance and network address; at least the maximum per person of the performance.',
  },
  'booking.holdsBeforePause': {
    type: z.int().min(1).max(1_000),
    fallback: 5,
    scopes: ['platform'],
    description:
      'Number of holds that may expire or be released unpaid within an hour, and since the last payment, before a user has to wait between holds.',
  },
  'booking.holdPauseSeconds': {
    type: z.int().min(0).max(900),
    fallback: 15,
    scopes: ['platform'],
    description:
      'Seconds of the first such wait. It doubles with each further unpaid hold, up to 15 minutes; 0 disables waits.',
  },
  'booking.accessibleReleaseHours': {
    type: z.int().min(0).max(8_760),
    fallback: 24,
    scopes: ['platform', 'partner'],
    description:
      'Hours before the start when wheelchair and companion seats go on general sale. 0: not before the start.',
  },
  'booking.taxBasisPointsByCountry': {
    type: z.record(z.string().regex(/^[A-Z]{2}$/), z.int().min(0).max(10_000)),
    fallback: {} as Record<string, number>,
    scopes: ['platform', 'partner'],
    description: 'Default tax rate of tickets in basis points, by country (ISO 3166-1 alpha-2): {"AT": 1300}.',
  },
  'payment.commissionBasisPoints': {
    type: z.int().min(0).max(5_000),
    fallback: 0,
    scopes: ['platform', 'partner'],
    description: 'What the platform keeps of a ticket price, in hundredths of a per cent.',
  },
  'payment.refundApprovalAboveMinor': {
    type: amountByCurrency,
    fallback: approvalLimits,
    scopes: ['platform', 'partner'],
    description:
      'What staff or a partner may give back without a second person: of one booking, and of all bookings by one person within a day. Amounts by currency, in its smallest unit: {"EUR": 50000}. In a currency that is not named everything needs a second person.',
  },
  'payment.returnUrls': {
    type: z.array(returnPlace).max(50),
    fallback: [] as string[],
    scopes: ['platform', 'partner'],
    description:
      'Where a payment provider may send customers back to: origins of web pages and schemes of apps, such as ["https://tickets.example", "com.example.tickets:"]. Outside production localhost may always.',
  },
  'payment.unknownAfterMinutes': {
    type: z.int().min(1).max(10_080),
    fallback: 15,
    scopes: ['platform'],
    description:
      'After how long a payment without an outcome, a captured one that booking has not answered, or a report of an unknown payment becomes an issue of the staff.',
  },
  'payment.refundUnknownAfterMinutes': {
    type: z.int().min(1).max(43_200),
    fallback: 1_440,
    scopes: ['platform'],
    description: 'After how long a refund of which the provider does not say the end becomes an issue of the staff.',
  },
  'tickets.mapUrl': {
    type: z
      .string()
      .max(500)
      .regex(/^(?:https:\/\/|geo:)\S*\{query\}\S*$/, 'must be an https or geo address with {query} in it'),
    fallback: 'https://www.openstreetmap.org/search?query={query}',
    scopes: ['platform'],
    description:
      'The map that tickets and mails link to, with {query} where the address of the venue goes: https://www.google.com/maps/search/?api=1&query={query} for Google.',
  },
  'notification.supportEmail': {
    type: z.email(),
    fallback: 'support@tikitu.example',
    scopes: ['platform', 'partner'],
    description: 'Where customers are told to write to.',
  },
} as const satisfies Record<string, ConfigKey>

export type ConfigKeyName = keyof typeof configKeys

/** The configuration values that are numbers: a statement can read them. */
export type NumberConfigKeyName = {
  [K in ConfigKeyName]: (typeof configKeys)[K]['fallback'] extends number ? K : never
}[ConfigKeyName]
