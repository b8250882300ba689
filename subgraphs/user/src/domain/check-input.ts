import { InvalidInput } from '@tikitu/kit/errors'
import { z } from 'zod'

/** The input as `schema` reads it. @throws {InvalidInput} that names every field which breaks a rule */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new InvalidInput(result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })))
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

/** In a change, null cannot take away what must be there: it counts as absent. */
export function unchangedWhenNull<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined)
}

/** An e-mail address in the one form that we keep and compare: without space around it, in small letters. */
export const emailAddress = z.string().trim().toLowerCase().max(254, 'must be at most 254 characters')

/** A code that was sent to somebody. Space around it comes from copying. */
export const sentCode = z.string().trim().min(1, 'must not be empty').max(50, 'must be at most 50 characters')

/** Why staff did something. The audit log keeps it. */
export const reasonText = z
  .string()
  .trim()
  .min(3, 'must say why, in at least 3 characters')
  .max(500, 'must be at most 500 characters')
