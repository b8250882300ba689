import { line } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'

/** Text of up to `max` characters; empty counts as none. */
export function longText(max: number) {
  return z
    .string()
    .trim()
    .max(max, `must be at most ${max} characters`)
    .transform((text) => text || null)
    .nullish()
}

/** The lines of an address. */
export const addressLines = z.array(line(120)).min(1, 'must have at least one line').max(6, 'must have at most 6 lines')

/** The http(s) URL of a page or an image: nothing that a browser would execute. */
export const webAddress = z
  .union([z.string(), z.instanceof(URL)])
  .transform(String)
  .refine((text) => /^https?:\/\//i.test(text), 'must start with https:// or http://')
  .refine((text) => text.length <= 2_000, 'must be at most 2000 characters')
