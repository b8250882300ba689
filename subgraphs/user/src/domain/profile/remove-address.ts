import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { addresses } from '../../db/tables.ts'
import { requireMe } from '../account/require-me.ts'
import { lockAddresses, requireAddress, setDefault } from './own-addresses.ts'

/**
 * Removes one of the caller's addresses. When it was the default, the oldest that is left becomes it.
 * @throws {NotFound | UserSuspended}
 */
export async function removeAddress(ctx: Ctx, { id }: { id: string }): Promise<{ deletedId: string }> {
  const me = await requireMe(ctx)
  await inTransaction(ctx, async (ctx) => {
    const own = await lockAddresses(ctx, me.id)
    const address = requireAddress(own, id)
    await ctx.db.delete(addresses).where(eq(addresses.id, id))
    const heir = own.find((other) => other.id !== id)
    if (address.isDefault && heir) await setDefault(ctx, heir)
  })
  return { deletedId: id }
}
