import { z } from 'zod'

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
