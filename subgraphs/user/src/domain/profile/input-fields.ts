import { z } from 'zod'

/**
 * An e-mail address in the one form that we keep and compare: without space around it, in small letters. ASCII only, as
 * the account's own sign-in is: other letters would have several spellings (a Kelvin sign becomes a k). What stands behind
 * a `+` is part of the address, since only its mail server knows what it means.
 */
export const emailAddress = z
  .string()
  .trim()
  .max(254, 'must be at most 254 characters')
  .regex(/^[\x21-\x7e]+$/, 'must be ASCII. Write an international domain in its xn-- form')
  .toLowerCase()

/** A code that was sent to somebody. Space around it comes from copying. */
export const sentCode = z.string().trim().min(1, 'must not be empty').max(50, 'must be at most 50 characters')
