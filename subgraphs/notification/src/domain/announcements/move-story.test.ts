import { readFileSync } from 'node:fs'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { events } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { ctxOf, deliverAll, fakeMailServer, migrations, person, take } from '../../../test/factories.ts'
import type { Ctx } from '../../context.ts'
import { announceMove } from './announce-move.ts'

const database = useDatabase(migrations)

interface Fact {
  name: 'booking.performanceChanged' | 'booking.ticketsIssued'
  data: { userId?: string; performanceId?: string }
}

/** What booking told of a performance that moved from March to September and to October: its own test writes it. */
const sample = readFileSync(new URL('../../../../../schema/events/samples/moves.json', import.meta.url), 'utf8')

/** The story once more, of another performance and other people. */
function story(): Fact[] {
  const known = new Map<string, string>()
  const text = sample.replaceAll(/\b([a-z]{3})_sample\d+\b/g, (id, kind) => {
    if (!known.has(id)) known.set(id, newId(kind))
    return known.get(id) ?? ''
  })
  return (JSON.parse(text) as Fact[]).filter(({ name }) => !name.endsWith('admissionChanged'))
}

async function replay(facts: readonly Fact[], afterEach: (ctx: Ctx, users: string[]) => Promise<void>) {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const users = facts.flatMap(({ name, data }) => (name === 'booking.ticketsIssued' ? [String(data.userId)] : []))
  for (const userId of users) await person(ctx, { userId, email: `${userId}@example.org` })
  for (const { name, data } of facts) {
    await take(ctx, name, events[name].payload.parse(data))
    await afterEach(ctx, users)
  }
  for (let round = 0; round < 4; round++) await tell(ctx, users)
  const mailsTo = (userId: string) =>
    mails.filter((mail) => mail.to.address === `${userId}@example.org`).map(({ subject, text }) => ({ subject, text }))
  return new Map(users.map((userId) => [userId, mailsTo(userId)]))
}

async function tell(ctx: Ctx, users: readonly string[]): Promise<void> {
  const { rows } = await database.pool.query(
    `delete from graphile_worker._private_jobs where key like 'announceMove:%' returning payload`,
  )
  for (const { payload } of rows) await announceMove(ctx, payload)
  for (const userId of users) await deliverAll(ctx, userId)
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state
  }
  return list
    .map((each) => ({ each, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ each }) => each)
}

const orders = [
  ['in order', (facts: Fact[]) => facts],
  ['backwards', (facts: Fact[]) => facts.toReversed()],
  ...[1, 2, 3, 4, 5].map((seed) => [`shuffled ${seed}`, (facts: Fact[]) => shuffled(facts, seed)] as const),
] as const

test.each(orders)(
  'told %s before the first message leaves, each holder hears of the newest date once',
  async (_name, order) => {
    const told = await replay(order(story()), async () => undefined)
    expect(told.size).toBe(3)
    for (const mails of told.values()) {
      expect(mails.map((mail) => mail.subject).toSorted()).toEqual(['New date: Hamlet', 'Your ticket for Hamlet'])
      for (const { text } of mails) {
        expect(text).toContain('Friday, 1 October 2027')
        expect(text).toContain('Nieuw Theater, Kade 2')
      }
      expect(mails.find((mail) => mail.subject.startsWith('New'))?.text).toContain('Flood')
    }
  },
)

test('told as it happens, each holder hears of each move they did not book for, and of what else changed', async () => {
  const told = [...(await replay(story(), tell)).values()]
  const later = ['Important change: Hamlet', 'Important change: Hamlet', 'Postponed: Hamlet', 'New date: Hamlet']
  expect(told.map((mails) => mails.map((mail) => mail.subject))).toEqual([
    ['Your ticket for Hamlet', 'New date: Hamlet', ...later],
    ['Your ticket for Hamlet', 'New date: Hamlet', ...later],
    ['Your ticket for Hamlet', ...later],
  ])
  expect(told[0]?.[1]?.text).toMatch(/New date: Wednesday, 1 September 2027.*Old date: Monday, 1 March 2027.*Storm/s)
  expect(told[1]?.[1]?.text).toMatch(/Old date: Monday, 1 March 2027/)
})

test.each(orders)(
  'told %s with messages leaving in between, the last word is the newest date',
  async (_name, order) => {
    for (const mails of (await replay(order(story()), tell)).values()) {
      expect(mails.filter((mail) => mail.subject === 'Your ticket for Hamlet')).toHaveLength(1)
      expect(mails.at(-1)?.text).toContain('Friday, 1 October 2027')
      const dates = mails.filter((mail) => mail.subject === 'New date: Hamlet').map((mail) => mail.text)
      expect(new Set(dates).size).toBe(dates.length)
    }
  },
)
