import { z } from 'zod'

/** A setting: its type and range, its default, and the scopes in which it can be set. */
export interface ConfigKey<T extends z.ZodType = z.ZodType> {
  type: T
  fallback: z.infer<T>
  /** `platform` applies to all; a partner's own value overrides it. */
  scopes: readonly ('platform' | 'partner')[]
  description: string
}

/** Amounts by currency, each in its smallest unit. A bare number, the earlier format, is an amount in euros. */
const amountByCurrency = z.union([
  z.record(z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as EUR'), z.int().min(0)),
  z
    .int()
    .min(0)
    .transform((amountMinor): Record<string, number> => ({ EUR: amountMinor })),
])

/** About 500 euros in each currency. */
const approvalLimits = {
  ...{ EUR: 50_000, USD: 50_000, GBP: 45_000, CHF: 50_000, AUD: 80_000, CAD: 80_000, SGD: 70_000 },
  ...{ SEK: 500_000, NOK: 500_000, DKK: 350_000, PLN: 200_000, CZK: 1_200_000, INR: 5_000_000, BRL: 300_000 },
  ...{ JPY: 80_000, KRW: 800_000, IDR: 800_000_000, KWD: 150_000, BHD: 180_000, AED: 180_000 },
}

/** An origin such as `https://tickets.example`, or an app's scheme such as `com.example.tickets:`. Schemes need a dot, so `javascript:` is none. */
const returnUrl = z
  .string()
  .max(200)
  .refine(
    isReturnUrl,
    "must be an https origin such as https://tickets.example, or an app's scheme with a dot such as com.example.app:",
  )

function isReturnUrl(text: string): boolean {
  if (/^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(text)) return true
  return URL.parse(text)?.origin === text && text.startsWith('https://') && !text.includes('*')
}

/** Every setting, by key. A service reads one with `readConfig(ctx, { key, ...configKeys[key] })`. */
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
    description:
      'Waiting period in days between the confirmation of a bank account and the first payout to it; 0: none.',
  },
  'partner.bankAccountMemberDays': {
    type: z.int().min(0).max(365),
    fallback: 30,
    scopes: ['platform', 'partner'],
    description:
      'Minimum days of membership before a member can confirm a bank account of the partner. Does not apply to staff.',
  },
  'partner.documentNoticeDays': {
    type: z.int().min(1).max(90),
    fallback: 30,
    scopes: ['platform', 'partner'],
    description: 'Days before the expiry of a document when the partner is notified.',
  },
  'partner.documentGraceDays': {
    type: z.int().min(0).max(90),
    fallback: 14,
    scopes: ['platform', 'partner'],
    description: 'Days after the expiry of a required document until the partner is restricted, unless it is replaced.',
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
    description: 'Platform commission on ticket prices in basis points (100 = 1 %), at most 50 %.',
  },
  'payment.refundApprovalAboveMinor': {
    type: amountByCurrency,
    fallback: approvalLimits,
    scopes: ['platform', 'partner'],
    description:
      'Maximum refund without a second person: per booking, and per requesting person and day over all bookings. Amounts by currency, in its smallest unit: {"EUR": 50000}. Every refund in a currency that is not listed needs approval.',
  },
  'payment.returnUrls': {
    type: z.array(returnUrl).max(50),
    fallback: [] as string[],
    scopes: ['platform', 'partner'],
    description:
      'Allowed return addresses after payment: origins of web pages and schemes of apps, such as ["https://tickets.example", "com.example.tickets:"]. Outside production, localhost is always allowed.',
  },
  'payment.unknownAfterMinutes': {
    type: z.int().min(1).max(10_080),
    fallback: 15,
    scopes: ['platform'],
    description:
      'Minutes until an issue is opened for a payment without an outcome, a capture that booking has not answered, or a provider report without a matching payment.',
  },
  'payment.refundUnknownAfterMinutes': {
    type: z.int().min(1).max(43_200),
    fallback: 1_440,
    scopes: ['platform'],
    description: 'Minutes until an issue is opened for a refund without an outcome from the provider.',
  },
  'tickets.mapUrl': {
    type: z
      .string()
      .max(500)
      .regex(/^(?:https:\/\/|geo:)\S*\{query\}\S*$/, 'must be an https or geo address with {query} in it'),
    fallback: 'https://www.openstreetmap.org/search?query={query}',
    scopes: ['platform'],
    description:
      'URL of the map that tickets and emails link to; {query} is replaced by the address of the venue. For Google: https://www.google.com/maps/search/?api=1&query={query}',
  },
  'notification.supportEmail': {
    type: z.email(),
    fallback: 'support@tikitu.example',
    scopes: ['platform', 'partner'],
    description: 'Contact address of customer support, shown to customers in emails.',
  },
} as const satisfies Record<string, ConfigKey>

export type ConfigKeyName = keyof typeof configKeys

/** The keys of numeric settings: an SQL statement can read them. */
export type NumberConfigKeyName = {
  [K in ConfigKeyName]: (typeof configKeys)[K]['fallback'] extends number ? K : never
}[ConfigKeyName]
