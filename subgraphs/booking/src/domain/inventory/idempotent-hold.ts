import { type IdempotentCall, idempotent } from '@tikitu/kit/context/idempotency'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { requireHold } from './get-hold.ts'
import { type Attempt, retryOnContention } from './retry-on-contention.ts'

/** Creates a hold, retrying on contention; once per idempotency key. Without a key it takes one round trip. */
export async function idempotentHold(
  ctx: Ctx,
  call: IdempotentCall,
  hold: (ctx: Ctx, attempt: Attempt) => Promise<HoldRow>,
): Promise<HoldRow> {
  return await retryOnContention(async (attempt) => {
    const act = (ctx: Ctx) => hold(ctx, attempt)
    if (!call.input.idempotencyKey) return await act(ctx)
    return await idempotent(ctx, call, { authorize: requireActiveUser, load: requireHold, act })
  })
}
