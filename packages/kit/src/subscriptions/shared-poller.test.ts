import { afterEach, expect, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { createRounds, type Rounds, type RoundsOptions } from './shared-poller.ts'

const log = createLog('test', 'silent')
const opened: Rounds<unknown>[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((rounds) => rounds.close()))
})

function roundsOf<S>(options: Omit<RoundsOptions<S>, 'log'>): Rounds<S> {
  const rounds = createRounds({ tickMs: 5, ...options, log })
  opened.push(rounds as Rounds<unknown>)
  return rounds
}

/** Numbers by key that a test changes, and how often each was read. */
function numbers() {
  const values = new Map<string, number>()
  const reads = new Map<string, number>()
  const read = async (key: string, last: number | null) => {
    reads.set(key, (reads.get(key) ?? 0) + 1)
    const state = values.get(key) ?? 0
    return { state, isNews: state !== last }
  }
  return { values, reads, read, readsOf: (key: string) => reads.get(key) ?? 0 }
}

/** Rounds of something else come and go meanwhile. */
async function roundsPass(): Promise<void> {
  const { read, readsOf } = numbers()
  const { wake } = await roundsOf({ read }).follow('clock')
  await expect.poll(() => readsOf('clock'), { interval: 1 }).toBeGreaterThan(5)
  wake.close()
}

test('reads once per round, however many follow, and wakes all of them with news', async () => {
  const { values, read, readsOf } = numbers()
  const rounds = roundsOf({ read })
  const followers = await Promise.all(Array.from({ length: 500 }, () => rounds.follow('a')))
  for (const { wake } of followers) await wake.wait()
  const before = readsOf('a')
  values.set('a', 1)
  await Promise.all(followers.map(({ wake }) => wake.wait()))
  expect(followers.map(({ state }) => state())).toEqual(followers.map(() => 1))
  expect(before).toBeGreaterThan(0)
  expect(readsOf('a') - before).toBeLessThan(20)
})

test('makes one wake of any number of changes, with the newest state', async () => {
  const { values, read, readsOf } = numbers()
  const { wake, state } = await roundsOf({ read }).follow('a')
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
  const rounds = roundsOf({ read })
  const [one, two] = [await rounds.follow('a'), await rounds.follow('a')]
  one.wake.close()
  await expect.poll(() => readsOf('a'), { interval: 1 }).toBeGreaterThan(3)
  two.wake.close()
  const other = await rounds.follow('b')
  const [before, others] = [readsOf('a'), readsOf('b')]
  // A round that was under way may have had it to read still.
  await expect.poll(() => readsOf('b'), { interval: 1 }).toBeGreaterThan(others + 3)
  expect(readsOf('a')).toBeLessThanOrEqual(before + 1)
  other.wake.close()
  await roundsPass()
  values.set('a', 7)
  const again = await rounds.follow('a')
  expect(again.state()).toBe(7)
  values.set('a', 8)
  await expect.poll(async () => (await again.wake.wait()) && again.state()).toBe(8)
})

test('tells who comes first what reading throws, and tries anew for the next', async () => {
  const failing = { isBroken: true }
  const rounds = roundsOf({
    read: async () => {
      if (failing.isBroken) throw new Error('no database')
      return { state: 1, isNews: true }
    },
  })
  const all = await Promise.allSettled([rounds.follow('a'), rounds.follow('a')])
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  failing.isBroken = false
  expect((await rounds.follow('a')).state()).toBe(1)
})

test('passes over a reading that fails, and lets followers go when it goes on failing', async () => {
  const failing = { left: 0 }
  let value = 0
  const rounds = roundsOf({
    patienceMs: 50,
    read: async () => {
      if (failing.left-- > 0) throw new Error('no database')
      return { state: value, isNews: true }
    },
  })
  const { wake, state } = await rounds.follow('a')
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
  const rounds = roundsOf({
    read: async () => {
      begun.push(performance.now())
      await new Promise((resolve) => setTimeout(resolve, 20))
      return { state: begun.length, isNews: true }
    },
  })
  const { wake, state } = await rounds.follow('a')
  while (state() < 4) await wake.wait()
  const pauses = begun.slice(2).map((at, index) => at - (begun[index + 1] ?? 0))
  for (const pause of pauses) expect(pause).toBeGreaterThan(55)
})
