import { neverNull, ownName, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { UserRow } from '../../db/tables.ts'
import { announceUser } from '../account/announce-user.ts'
import { changeUser } from '../account/change-user.ts'
import { requireMe } from '../account/require-me.ts'

/** Browsers load it: https only, so that nobody else learns who looks at whom. */
const pictureAddress = z
  .union([z.string(), z.instanceof(URL)])
  .transform(String)
  .refine((text) => /^https:\/\//i.test(text), 'must start with https://')
  .refine((text) => text.length <= 2_000, 'must be at most 2000 characters')

const profileChange = z.object({
  name: ownName(100).nullish(),
  phone: z.string().nullish(),
  locale: neverNull(z.string()),
  timeZone: neverNull(z.string()),
  avatarUrl: pictureAddress.nullish(),
  expectedVersion: z.int().nullish(),
})

export type UpdateProfileInput = z.input<typeof profileChange>

/**
 * Changes what is given of the caller's profile, and tells the other services.
 * @throws {UserSuspended | VersionConflict | InvalidInput}
 */
export async function updateProfile(ctx: Ctx, input: UpdateProfileInput): Promise<UserRow> {
  const { expectedVersion, ...set } = validateInput(profileChange, input)
  const me = await requireMe(ctx)
  return await inTransaction(ctx, async (ctx) => {
    const changed = await changeUser(ctx, me.id, { set, expectedVersion })
    await announceUser(ctx, changed)
    return changed
  })
}
