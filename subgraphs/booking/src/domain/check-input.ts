import { InvalidInput } from '@tikitu/kit/errors'
import type { z } from 'zod'

/** The input, trimmed and checked. @throws {InvalidInput} that names every field that is wrong */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.infer<S> {
  const checked = schema.safeParse(input)
  if (checked.success) return checked.data
  throw new InvalidInput(
    checked.error.issues.map((issue) => ({ field: issue.path.join('.') || 'input', message: issue.message })),
  )
}
