import { z } from 'zod'
import { money } from './money.ts'

/** The `typ` of a quote's JWS, and who signs it. */
export const quoteType = 'quote+jwt'
export const quoteIssuer = 'booking'

/**
 * What a customer is to pay for a booking, signed by booking and taken to payment by the client. `total` is the sum of the
 * lines' prices and fees; tax is inside the prices.
 */
export const quoteClaims = z.object({
  jti: z.string(),
  bookingId: z.string(),
  reference: z.string(),
  /** The customer: nobody else may pay with it. */
  userId: z.string(),
  partnerId: z.string(),
  eventTitle: z.string(),
  /** When the performance was to begin as the customer knew it; absent in quotes from before it was said. */
  startsAt: z.iso.datetime().optional(),
  lines: z.array(z.object({ label: z.string(), price: money, fee: money, tax: money })),
  fees: money,
  tax: money,
  /** The part of the tax that is inside the fees. Absent from quotes of before fees were taxed. */
  feesTax: money.optional(),
  total: money,
  /** Seconds since 1970: until when a payment may be started. */
  exp: z.int(),
})

export type QuoteClaims = z.infer<typeof quoteClaims>
