import { line, optionalSingleLine } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import { eventCategories } from '../../db/tables/catalogue.ts'

const image = z.object({
  url: z
    .union([z.url({ protocol: /^https$/, error: 'must be a URL that starts with https://' }), z.instanceof(URL)])
    .transform(String)
    .refine((url) => url.startsWith('https://'), 'must be a URL that starts with https://'),
  alt: optionalSingleLine(300),
})

/** Editable fields of an event. */
export const eventFields = {
  title: line(200),
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits, separated by single hyphens')
    .max(80, 'must be at most 80 characters'),
  category: z.enum(eventCategories),
  description: z.string().trim().max(10_000, 'must be at most 10,000 characters'),
  minimumAge: z.int().min(0, 'must be between 0 and 99').max(99, 'must be between 0 and 99').nullable(),
  images: z.array(image).max(10, 'must be at most 10'),
}

/** Reason for a cancellation, shown to ticket holders. */
export const publicReason = z.string().trim().min(1, 'must not be empty').max(500, 'must be at most 500 characters')
