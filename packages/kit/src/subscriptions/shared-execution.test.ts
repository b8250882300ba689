import { expect, test } from 'vitest'
import { newId } from '../base/ids.ts'
import { createLog } from '../base/log.ts'
import type { BaseCtx } from '../context/context.ts'
import { testUser } from '../testing/graphql/context.ts'
import { executeOnce, markShared } from './shared-execution.ts'

const ctxOf = (): BaseCtx => ({
  db: undefined as never,
  viewer: testUser(),
  now: () => new Date(),
  newId,
  log: createLog('test', 'silent'),
  requestId: 'req_1',
  acceptLanguage: 'en',
})

/** Runs that are counted, and end in their own time. */
function counting(read: (ctx: BaseCtx) => unknown = () => undefined, hasErrors = false) {
  const runs = { count: 0 }
  const run = async (ctx: BaseCtx) => {
    runs.count += 1
    await new Promise(setImmediate)
    read(ctx)
    return { text: `run ${runs.count}`, isLast: false, hasErrors }
  }
  return { runs, run }
}

async function tellAll(event: object, run: ReturnType<typeof counting>['run'], operation = 'one'): Promise<string[]> {
  const told = Array.from({ length: 100 }, () => executeOnce({ event, operation, createCtx: ctxOf }, run))
  return (await Promise.all(told)).map(({ text }) => text)
}

test('makes once what is the same for all, at once and later', async () => {
  const { runs, run } = counting((ctx) => ctx.now())
  const event = markShared({})
  expect(new Set(await tellAll(event, run))).toEqual(new Set(['run 1']))
  await tellAll(event, run)
  expect(runs.count).toBe(1)
})

test('makes anew what another operation asks, or another event is', async () => {
  const { runs, run } = counting()
  const event = markShared({})
  await tellAll(event, run, 'one')
  await tellAll(event, run, 'two')
  await tellAll(markShared({}), run, 'one')
  expect(runs.count).toBe(3)
})

test('makes for each what is not for all', async () => {
  const { runs, run } = counting()
  await tellAll({}, run)
  expect(runs.count).toBe(100)
})

test.each(['viewer', 'acceptLanguage'] as const)('makes for each what asks for the %s', async (name) => {
  const { runs, run } = counting((ctx) => ctx[name])
  await tellAll(markShared({}), run)
  expect(runs.count).toBe(100)
})

test('makes for each what has errors, or fails', async () => {
  const erring = counting(undefined, true)
  await tellAll(markShared({}), erring.run)
  expect(erring.runs.count).toBe(100)
  const event = markShared({})
  const failing = () => Promise.reject(new Error('busy'))
  await expect(executeOnce({ event, operation: 'one', createCtx: ctxOf }, failing)).rejects.toThrow('busy')
  expect(await tellAll(event, counting().run)).toHaveLength(100)
})
