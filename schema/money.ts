import { z } from 'zod'

/** An amount in the smallest unit of its currency, as events and quotes carry it. */
export const money = z.object({
  amountMinor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
