import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type AddressRow, addresses } from '../../db/tables.ts'
import { requireMe } from '../account/require-me.ts'
import { addressPatch } from './address-fields.ts'
import { lockAddresses, requireAddress } from './own-addresses.ts'

export type UpdateAddressInput = z.input<typeof addressPatch> & { id: string }

/** Changes what is given of one of the caller's addresses. @throws {NotFound | UserSuspended | InvalidInput} */
export async function updateAddress(ctx: Ctx, input: UpdateAddressInput): Promise<AddressRow> {
  const change = validateInput(addressPatch, input)
  const me = await requireMe(ctx)
  return await inTransaction(ctx, async (ctx) => {
    const address = requireAddress(await lockAddresses(ctx, me.id), input.id)
    if (Object.values(change).every((value) => value === undefined)) return address
    const [changed] = await ctx.db.update(addresses).set(change).where(eq(addresses.id, address.id)).returning()
    return changed as AddressRow
  })
}
