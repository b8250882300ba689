import { afterEach, expect, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { createSharedPoller, type PollerOptions, type SharedPoller } from './shared-poller.ts'

const log = createLog('test', 'silent')
const opened: SharedPoller<unknown>[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((poller) => poller.close()))
})

function pollerOf<S>(options: Omit<PollerOptions<S>, 'log'>): SharedPoller<S> {
  const poller = createSharedPoller({ intervalMs: 5, ...options, log })
  opened.push(poller as SharedPoller<unknown>)
  return poller
}

/** Numbers by key that a test changes, and how often each was read. */
function numbers() {
  const values = new Map<string, number>()
  const reads = new Map<string, number>()
  const read = async (key: string, last: number | null) => {
    reads.set(key, (reads.get(key) ?? 0) + 1)
    const state = values.get(key) ?? 0
    return { state, hasChanged: state !== last }
  }
  return { values, reads, read, readsOf: (key: string) => reads.get(key) ?? 0 }
}

/** Waits for several rounds of an unrelated poller. */
async function roundsPass(): Promise<void> {
  const { read, readsOf } = numbers()
  const { wake } = await pollerOf({ read }).subscribe('clock')
  await expect.poll(() => readsOf('clock'), { interval: 1 }).toBeGreaterThan(5)
  wake.close()
}

test('reads once per round, however many subscribe, and wakes all of them with news', async () => {
  const { values, read, readsOf } = numbers()
  const poller = pollerOf({ read })
  const subscribers = await Promise.all(Array.from({ length: 500 }, () => poller.subscribe('a')))
  for (const { wake } of subscribers) await wake.wait()
  const before = readsOf('a')
  values.set('a', 1)
  await Promise.all(subscribers.map(({ wake }) => wake.wait()))
  expect(subscribers.map(({ state }) => state())).toEqual(subscribers.map(() => 1))
  expect(before).toBeGreaterThan(0)
  expect(readsOf('a') - before).toBeLessThan(20)
})

test('makes one wake of any number of changes, with the newest state', async () => {
  const { values, read, readsOf } = numbers()
  const { wake, state } = await pollerOf({ read }).subscribe('a')
  await wake.wait()
  for (let value = 1; value <= 5; value++) {
    values.set('a', value)
    const before = readsOf('a')
    await expect.poll(() => readsOf('a'), { interval: 1 }).toBeGreaterThan(before + 1)
  }
  expect(await wake.wait()).toBe(true)
  expect(state()).toBe(5)
  const before = readsOf('a')
  await expect.poll(() => readsOf('a'), { interval: 1 }).toBeGreaterThan(before + 2)
  expect(await Promise.race([wake.wait(), Promise.resolve('asleep')])).toBe('asleep')
})

test('reads nothing when nobody follows any more, and begins anew for the next', async () => {
  const { values, read, readsOf } = numbers()
  const poller = pollerOf({ read })
  const [one, two] = [await poller.subscribe('a'), await poller.subscribe('a')]
  one.wake.close()
  await expect.poll(() => readsOf('a'), { interval: 1 }).toBeGreaterThan(3)
  two.wake.close()
  const other = await poller.subscribe('b')
  const [before, others] = [readsOf('a'), readsOf('b')]
  // A round that was under way may have had it to read still.
  await expect.poll(() => readsOf('b'), { interval: 1 }).toBeGreaterThan(others + 3)
  expect(readsOf('a')).toBeLessThanOrEqual(before + 1)
  other.wake.close()
  await roundsPass()
  values.set('a', 7)
  const again = await poller.subscribe('a')
  expect(again.state()).toBe(7)
  values.set('a', 8)
  await expect.poll(async () => (await again.wake.wait()) && again.state()).toBe(8)
})

test('tells who comes first what reading throws, and tries anew for the next', async () => {
  const failing = { isBroken: true }
  const poller = pollerOf({
    read: async () => {
      if (failing.isBroken) throw new Error('no database')
      return { state: 1, hasChanged: true }
    },
  })
  const all = await Promise.allSettled([poller.subscribe('a'), poller.subscribe('a')])
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  failing.isBroken = false
  expect((await poller.subscribe('a')).state()).toBe(1)
})

test('passes over a reading that fails, and lets subscribers go when it goes on failing', async () => {
  const failing = { left: 0 }
  let value = 0
  const poller = pollerOf({
    failureTimeoutMs: 50,
    read: async () => {
      if (failing.left-- > 0) throw new Error('no database')
      return { state: value, hasChanged: true }
    },
  })
  const { wake, state } = await poller.subscribe('a')
  await wake.wait()
  failing.left = 2
  value = 1
  await expect.poll(async () => (await wake.wait()) && state(), { interval: 1 }).toBe(1)
  failing.left = Number.POSITIVE_INFINITY
  const gone = async () => {
    while (await wake.wait());
  }
  await expect(gone()).rejects.toThrow('no database')
})

test('leaves the database two thirds of the time', async () => {
  const begun: number[] = []
  const poller = pollerOf({
    read: async () => {
      begun.push(performance.now())
      await new Promise((resolve) => setTimeout(resolve, 20))
      return { state: begun.length, hasChanged: true }
    },
  })
  const { wake, state } = await poller.subscribe('a')
  while (state() < 4) await wake.wait()
  const pauses = begun.slice(2).map((at, index) => at - (begun[index + 1] ?? 0))
  for (const pause of pauses) expect(pause).toBeGreaterThan(55)
})
