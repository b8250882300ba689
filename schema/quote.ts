import { z } from 'zod'
import { money } from './money.ts'

/** The `typ` of a quote's JWS, and who signs it. */
export const quoteType = 'quote+jwt'
export const quoteIssuer = 'booking'

/**
 * The price of a booking, signed by booking and passed to payment by the client. `total` is the sum of the lines' prices and fees;
 * tax is included in both.
 */
export const quoteClaims = z.object({
  jti: z.string(),
  bookingId: z.string(),
  reference: z.string(),
  /** The customer; nobody else can pay with it. */
  userId: z.string(),
  partnerId: z.string(),
  eventTitle: z.string(),
  /** The start of the performance as shown to the customer; absent in older quotes. */
  startsAt: z.iso.datetime().optional(),
  lines: z.array(z.object({ label: z.string(), price: money, fee: money, tax: money })),
  fees: money,
  tax: money,
  /** The part of the tax that is included in the fees; absent in older quotes. */
  feesTax: money.optional(),
  total: money,
  /** Deadline for starting a payment, in seconds since 1970. */
  exp: z.int(),
})

export type QuoteClaims = z.infer<typeof quoteClaims>
