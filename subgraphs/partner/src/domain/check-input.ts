import { InvalidInput } from '@tikitu/kit/errors'
import { z } from 'zod'

/** The input as `schema` reads it. @throws {InvalidInput} that names every field which breaks a rule */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new InvalidInput(result.error.issues.map(({ path, message }) => ({ field: pathText(path), message })))
}

/** A path as people write it: `sections[0].rows[2].label`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

/** Text on one line, of 1 to `max` characters once the space around it is gone. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line of text')
}

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
export const addressLines = z.array(line(120)).min(1, 'needs at least one line').max(6, 'must be at most 6 lines')

/** The address of a page or an image: nothing that a browser would run. */
export const webAddress = z
  .union([z.string(), z.instanceof(URL)])
  .transform(String)
  .refine((text) => /^https?:\/\//i.test(text), 'must begin with https:// or http://')
  .refine((text) => text.length <= 2_000, 'must be at most 2000 characters')

/** Why staff decided something. The partner reads it. */
export const reasonText = z
  .string()
  .trim()
  .min(3, 'must say why, in at least 3 characters')
  .max(1_000, 'must be at most 1000 characters')

/** In a change, null cannot empty what must be there: it counts as absent. */
export function unchangedWhenNull<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined)
}
