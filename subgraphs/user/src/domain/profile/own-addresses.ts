import { NotFound } from '@tikitu/kit/base/errors'
import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AddressRow, addresses, users } from '../../db/tables.ts'

/**
 * The addresses of a person, the oldest first, locked with the person's row until the transaction ends: changes to them
 * come one after the other, so that there is one default after each.
 */
export async function lockAddresses(ctx: Ctx, userId: string): Promise<AddressRow[]> {
  await ctx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update')
  ctx.load.addressesOfUser.clear(userId)
  return await ctx.db
    .select()
    .from(addresses)
    .where(eq(addresses.userId, userId))
    .orderBy(asc(addresses.createdAt), asc(addresses.id))
}

/** The one of these addresses with that id. Somebody else's is not among them. @throws {NotFound} */
export function requireAddress(own: readonly AddressRow[], id: string): AddressRow {
  const found = own.find((address) => address.id === id)
  if (!found) throw new NotFound('address', id)
  return found
}

/** Makes an address the default, and the one before no longer. Both under the lock of `lockAddresses`. */
export async function setDefault(ctx: Ctx, { id, userId }: AddressRow): Promise<AddressRow> {
  await clearDefault(ctx, userId)
  const [address] = await ctx.db.update(addresses).set({ isDefault: true }).where(eq(addresses.id, id)).returning()
  return address as AddressRow
}

/** Takes the mark from whichever address is the default. Under the lock of `lockAddresses`. */
export async function clearDefault(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db
    .update(addresses)
    .set({ isDefault: false })
    .where(and(eq(addresses.userId, userId), eq(addresses.isDefault, true)))
}
