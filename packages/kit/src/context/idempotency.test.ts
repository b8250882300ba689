import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Forbidden, IdempotencyConflict, InvalidInput } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { isInTransaction } from '../postgres/database.ts'
import { useDatabase } from '../testing/database/database.ts'
import { takenItems } from '../testing/database/tables.ts'
import { testCtx, testUser } from '../testing/graphql/context.ts'
import { idempotencyKeyDays, idempotent } from './idempotency.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const ada = testUser()

async function take(viewer = ada, input: { idempotencyKey?: string | null; what: string }) {
  return await idempotent(
    testCtx(database, { viewer }),
    { operation: 'take', input },
    {
      authorize: async () => undefined,
      load: async (_ctx, id) => ({ id }),
      act: async (ctx) => {
        const id = newId('itm')
        await ctx.db.insert(takenItems).values({ item: id })
        return { id }
      },
    },
  )
}

test('does the work once for one key, also when both calls run at once', async () => {
  const input = { what: 'apple', idempotencyKey: 'k1' }
  const [first, second] = await Promise.all([take(ada, input), take(ada, input)])
  expect(second).toEqual(first)
  expect(await take(ada, input)).toEqual(first)
})

test('does the work each time without a key, for another caller, and for another key', async () => {
  const ids = await Promise.all([
    take(ada, { what: 'fig' }),
    take(ada, { what: 'fig' }),
    take(ada, { what: 'fig', idempotencyKey: 'k2' }),
    take(ada, { what: 'fig', idempotencyKey: 'k3' }),
    take(testUser(), { what: 'fig', idempotencyKey: 'k2' }),
  ])
  expect(new Set(ids.map((row) => row.id)).size).toBe(5)
})

test('refuses other input under the same key', async () => {
  await take(ada, { what: 'pear', idempotencyKey: 'k4' })
  await expect(take(ada, { what: 'plum', idempotencyKey: 'k4' })).rejects.toThrow(IdempotencyConflict)
})

test('keeps nothing of a call that failed, so the key can be used again', async () => {
  const input = { what: 'kiwi', idempotencyKey: 'k5' }
  const failing = idempotent(
    testCtx(database, { viewer: ada }),
    { operation: 'take', input },
    {
      authorize: async () => undefined,
      load: async (_ctx, id) => ({ id }),
      act: async (): Promise<{ id: string }> => Promise.reject(new Error('not now')),
    },
  )
  await expect(failing).rejects.toThrow('not now')
  expect((await take(ada, input)).id).toMatch(/^itm_/)
})

test('answers any number of repeats at once, though answering needs a second connection', async () => {
  const ctx = testCtx(database, { viewer: ada })
  const call = { operation: 'storm', input: { idempotencyKey: 'storm' } }
  const once = () =>
    idempotent(ctx, call, {
      authorize: async () => undefined,
      act: async () => ({ id: 'itm_storm' }),
      load: async (_ctx, id) => {
        await database.db.select().from(takenItems).limit(1)
        return { id }
      },
    })
  const answers = await Promise.all(Array.from({ length: 40 }, once))
  expect(new Set(answers.map((answer) => answer.id))).toEqual(new Set(['itm_storm']))
})

test('refuses a key that is too long to be kept', async () => {
  await expect(take(ada, { what: 'plum', idempotencyKey: 'k'.repeat(256) })).rejects.toThrow(InvalidInput)
})

test('answers a repeated key to nobody who may not do it now, and asks before the key is looked at', async () => {
  let isAllowed = true
  const guarded = (what: string) => {
    const input = { what, idempotencyKey: 'k7' }
    return idempotent(
      testCtx(database, { viewer: ada }),
      { operation: 'guarded', input },
      {
        authorize: async (ctx) => {
          expect(isInTransaction(ctx.db)).toBe(true)
          if (!isAllowed) throw new Forbidden()
          return 'granted'
        },
        act: async (_ctx, grant) => ({ id: grant }),
        load: async (_ctx, id) => ({ id }),
      },
    )
  }
  expect(await guarded('fig')).toEqual({ id: 'granted' })
  expect(await guarded('fig')).toEqual({ id: 'granted' })
  isAllowed = false
  await expect(guarded('fig')).rejects.toThrow(Forbidden)
  await expect(guarded('other input')).rejects.toThrow(Forbidden)
})

test('counts a key as new after its days, also with other input, and once for all who come then', async () => {
  const at = (days: number) => new Date(Date.UTC(2027, 2, 1) + days * 86_400_000)
  const takeAt = (now: Date, what: string) => {
    const input = { what, idempotencyKey: 'k8' }
    return idempotent(
      testCtx(database, { viewer: ada, now: () => now }),
      { operation: 'take', input },
      {
        authorize: async () => undefined,
        act: async () => ({ id: newId('itm') }),
        load: async (_ctx, id) => ({ id }),
      },
    )
  }
  const first = await takeAt(at(0), 'fig')
  expect(await takeAt(at(idempotencyKeyDays - 0.01), 'fig')).toEqual(first)
  const later = at(idempotencyKeyDays + 0.01)
  const [second, third] = await Promise.all([takeAt(later, 'plum'), takeAt(later, 'plum')])
  expect(second).not.toEqual(first)
  expect(third).toEqual(second)
})
