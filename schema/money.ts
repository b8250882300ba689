import { z } from 'zod'

/** An amount in the smallest unit of its currency, in events and quotes. */
export const money = z.object({
  amountMinor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
