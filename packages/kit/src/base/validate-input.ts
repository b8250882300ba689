import { z } from 'zod'
import { InvalidInput } from './errors.ts'
import { lineProblem, looksLikeAddress } from './line-text.ts'

/** The input parsed by `schema`. @throws {InvalidInput} that names every invalid field */
export function validateInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({ field: formatPath(path) || 'input', message }))
  throw new InvalidInput(issues)
}

/** `sections[0].rows[2].label` */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

/** Trimmed text on one line, of 1 to `max` characters, without invisible characters. */
export function line(max: number) {
  return optionalSingleLine(max).min(1, 'must not be empty')
}

/** Like `line`, but may be empty. */
export function optionalSingleLine(max: number) {
  return z
    .string()
    .trim()
    .max(max, `must be at most ${max} characters`)
    .superRefine((text, context) => {
      const message = lineProblem(text)
      if (message) context.addIssue({ code: 'custom', message })
    })
}

/** A reason of 3 to `max` characters, on any number of lines. */
export function reason(max: number) {
  return z.string().trim().min(3, 'must have at least 3 characters').max(max, `must be at most ${max} characters`)
}

/** Like `line`, for names shown in our mails: not a web or e-mail address either. */
export function ownName(max: number) {
  return line(max).refine(
    (text) => !looksLikeAddress(text),
    'must not look like a web or e-mail address. Put a space after a full stop',
  )
}

/** A required field in a patch: absent means unchanged, null is refused. */
export function neverNull<S extends z.ZodType>(schema: S) {
  return schema
    .nullish()
    .refine((value) => value !== null, 'must not be null. Omit it to keep the current value')
    .transform((value) => value ?? undefined)
}
