import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import type { AddressRow } from '../../db/tables.ts'
import { requireMe } from '../account/require-me.ts'
import { lockAddresses, requireAddress, setDefault } from './own-addresses.ts'

/** Makes one of the caller's addresses the default in place of the one before. @throws {NotFound | UserSuspended} */
export async function setDefaultAddress(ctx: Ctx, { id }: { id: string }): Promise<AddressRow> {
  const me = await requireMe(ctx)
  return await inTransaction(ctx, async (ctx) => {
    const address = requireAddress(await lockAddresses(ctx, me.id), id)
    return address.isDefault ? address : await setDefault(ctx, address)
  })
}
