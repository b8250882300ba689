import { type IdempotentCall, idempotent } from '@tikitu/kit/idempotency'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { requireHold } from './get-hold.ts'
import { type Attempt, retryRaced } from './retry-raced.ts'

/** Makes a hold, in as many attempts as it takes; once per idempotency key. Without a key it costs one round trip. */
export async function holdOnce(
  ctx: Ctx,
  call: IdempotentCall,
  hold: (ctx: Ctx, attempt: Attempt) => Promise<HoldRow>,
): Promise<HoldRow> {
  return await retryRaced(async (attempt) => {
    const act = (ctx: Ctx) => hold(ctx, attempt)
    return call.input.idempotencyKey ? await idempotent(ctx, call, { load: requireHold, act }) : await act(ctx)
  })
}
