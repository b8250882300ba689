import { createHash } from 'node:crypto'
import { and, eq, lt } from 'drizzle-orm'
import { requireUser } from '../auth/viewer.ts'
import { canonicalJson } from '../base/canonical-json.ts'
import { IdempotencyConflict, InvalidInput } from '../base/errors.ts'
import { inTransaction } from '../postgres/database.ts'
import { idempotencyKeys } from '../postgres/shared-tables.ts'
import type { BaseCtx } from './context.ts'

const maxKeyLength = 255

/** How long a key is remembered: longer than clients repeat a request. */
export const idempotencyKeyDays = 7

/** A mutation call with its idempotency key. */
export interface IdempotentCall {
  operation: string
  input: { idempotencyKey?: string | null }
}

/** The authorization, the work itself, and how to load its result on repetition. */
export interface IdempotentWork<C, Row extends { id: string }, Grant> {
  /**
   * Throws when the caller may not do it now. Called first in the transaction, also on repetition: a key gives no rights. Its result is
   * passed to `act`.
   */
  authorize: (ctx: C) => Promise<Grant>
  act: (ctx: C, grant: Grant) => Promise<Row>
  load: (ctx: C, id: string) => Promise<Row>
}

/**
 * Does the work in a transaction, once per caller, operation and key. The same key with the same input returns the first result, also
 * for concurrent calls, while the caller is still authorized. Without a key, the work is just done.
 * @throws {IdempotencyConflict} when the key was used with other input @throws {InvalidInput} when it is too long
 */
export async function idempotent<C extends BaseCtx, Row extends { id: string }, Grant>(
  ctx: C,
  call: IdempotentCall,
  work: IdempotentWork<C, Row, Grant>,
): Promise<Row> {
  const key = call.input.idempotencyKey
  if (!key) return await inTransaction(ctx, async (tx) => await work.act(tx, await work.authorize(tx)))
  requireShort(key)
  const callerId = requireUser(ctx.viewer).userId
  const slot = { callerId, operation: call.operation, key }
  const inputHash = hashOf(call.input)
  const done = await inTransaction(ctx, async (tx) => {
    const grant = await work.authorize(tx)
    if (!(await claim(tx, slot, inputHash))) return { id: await idMadeBefore(tx, slot, inputHash), row: null }
    const row = await work.act(tx, grant)
    await tx.db
      .update(idempotencyKeys)
      .set({ result: { id: row.id } })
      .where(isSlot(slot))
    return { id: row.id, row }
  })
  // Outside the transaction: `load` may use another connection, and waiting for one while holding one can deadlock the pool.
  return done.row ?? (await work.load(ctx, done.id))
}

/** The index limits the length of keys. @throws {InvalidInput} */
function requireShort(key: string): void {
  if (key.length <= maxKeyLength) return
  throw new InvalidInput([{ field: 'idempotencyKey', message: `must be at most ${maxKeyLength} characters` }])
}

interface Slot {
  callerId: string
  operation: string
  key: string
}

/** Claims the key unless it is in use. An expired key counts as new, whether purged or not. */
async function claim(ctx: BaseCtx, slot: Slot, inputHash: string): Promise<boolean> {
  const createdAt = ctx.now()
  const expired = new Date(createdAt.getTime() - idempotencyKeyDays * 86_400_000)
  const claimed = await ctx.db
    .insert(idempotencyKeys)
    .values({ ...slot, inputHash, createdAt })
    .onConflictDoUpdate({
      target: [idempotencyKeys.callerId, idempotencyKeys.operation, idempotencyKeys.key],
      set: { inputHash, createdAt, result: null },
      setWhere: lt(idempotencyKeys.createdAt, expired),
    })
    .returning({ key: idempotencyKeys.key })
  return claimed.length > 0
}

/** The id of the first call's result. @throws {IdempotencyConflict} */
async function idMadeBefore(ctx: BaseCtx, slot: Slot, inputHash: string): Promise<string> {
  const [before] = await ctx.db.select().from(idempotencyKeys).where(isSlot(slot))
  if (before?.inputHash !== inputHash) throw new IdempotencyConflict()
  return (before.result as { id: string }).id
}

function isSlot(slot: Slot) {
  return and(
    eq(idempotencyKeys.callerId, slot.callerId),
    eq(idempotencyKeys.operation, slot.operation),
    eq(idempotencyKeys.key, slot.key),
  )
}

/** A hash over sorted keys, so that the order of fields does not matter. */
function hashOf(input: object): string {
  return createHash('sha256').update(canonicalJson(input)).digest('base64url')
}
