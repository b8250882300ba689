import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import type { UserRow } from '../../db/tables.ts'
import { announceUser } from './announce-user.ts'
import { changeUser } from './change-user.ts'

/**
 * Addresses are changed and proved in the account: ours follows, so that messages reach its owner and the other services
 * know which address is theirs. `proved` is null when the account has no address that its owner has proved.
 */
export async function syncEmail(ctx: Ctx, user: UserRow, proved: string | null): Promise<UserRow> {
  const email = proved?.toLowerCase()
  if (!email || (email === user.email && user.isEmailVerified)) return user
  return await inTransaction(ctx, async (ctx) => {
    const changed = await changeUser(ctx, user.id, { set: { email, isEmailVerified: true } })
    await announceUser(ctx, changed)
    return changed
  })
}
