import { line, neverNull } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'

const optional = {
  label: line(50).nullish(),
  recipient: line(100).nullish(),
  region: line(100).nullish(),
  postalCode: line(20).nullish(),
}
const lines = z.array(line(120)).min(1, 'needs at least one line').max(3, 'must be at most 3 lines')

/** What a new address says. */
export const newAddress = z.object({
  ...optional,
  lines,
  city: line(100),
  country: z.string(),
  isDefault: z.boolean().nullish(),
})

/** What a change says: what is absent stays. */
export const addressPatch = z.object({
  ...optional,
  lines: neverNull(lines),
  city: neverNull(line(100)),
  country: neverNull(z.string()),
})
