import { NotFound } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type AddressRow, addresses } from '../../db/tables.ts'
import { AddressLimitReached } from '../../errors.ts'
import { requireMe } from '../account/require-me.ts'
import { newAddress } from './address-fields.ts'
import { clearDefault, lockAddresses } from './own-addresses.ts'

export type AddAddressInput = z.input<typeof newAddress> & { idempotencyKey?: string | null }

/** How many addresses one person can keep. */
export const maxAddresses = 20

/**
 * Keeps an address for the caller; it is the default when it is the first, or is wanted to be.
 * @throws {AddressLimitReached | UserSuspended | IdempotencyConflict | InvalidInput}
 * @throws {NotFound} when the key was used for an address that is gone
 */
export async function addAddress(ctx: Ctx, input: AddAddressInput): Promise<AddressRow> {
  const { isDefault, ...fields } = validateInput(newAddress, input)
  const { id: userId } = await requireMe(ctx)
  return await idempotent(
    ctx,
    { operation: 'addAddress', input },
    {
      authorize: (ctx) => lockAddresses(ctx, userId),
      load: (ctx, id) => loadAddress(ctx, userId, id),
      act: async (ctx, own) => {
        if (own.length >= maxAddresses) throw new AddressLimitReached(maxAddresses)
        if (isDefault) await clearDefault(ctx, userId)
        const [address] = await ctx.db
          .insert(addresses)
          .values({
            ...fields,
            id: ctx.newId('adr'),
            userId,
            isDefault: isDefault || own.length === 0,
            createdAt: ctx.now(),
          })
          .returning()
        return address as AddressRow
      },
    },
  )
}

async function loadAddress(ctx: Ctx, userId: string, id: string): Promise<AddressRow> {
  const [address] = await ctx.db
    .select()
    .from(addresses)
    .where(and(eq(addresses.id, id), eq(addresses.userId, userId)))
  if (!address) throw new NotFound('address', id)
  return address
}
