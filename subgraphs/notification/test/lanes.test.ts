import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import { startJobs } from '@tikitu/kit/messaging/jobs'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import type { Channels, Mail } from '../src/channels/channel.ts'
import { notify } from '../src/domain/announcements/notify.ts'
import { tasks } from '../src/jobs.ts'
import { channelsWith, ctxOf, issued, migrations, noon, person, take } from './factories.ts'

const database = useDatabase(migrations)

/** Works through the queue for real, until `done`. */
async function work(channels: Channels, done: () => boolean): Promise<void> {
  const log = createLog('notification', 'silent')
  const deps = { db: database.db, log, now: () => noon, channels, webUrl: null, publicUrl: null }
  const jobs = await startJobs({ pool: database.pool, log, tasks: tasks(deps, async () => undefined) })
  await expect.poll(done, { timeout: 15_000, interval: 20 }).toBe(true)
  await jobs.stop()
}

test('tickets go out past a blast that is under way, and the blast never takes more than two workers', async () => {
  const mails: Mail[] = []
  let inBulk = 0
  let maxInBulk = 0
  const email = async (mail: Mail) => {
    const isBulk = mail.subject === 'News'
    if (isBulk) maxInBulk = Math.max(maxInBulk, ++inBulk)
    // A provider is never done at once: others get their turn meanwhile.
    for (let i = 0; i < 3; i++) await database.pool.query('select 1')
    if (isBulk) inBulk--
    mails.push(mail)
    if (mails.length === 10) await take(ctx, 'booking.ticketsIssued', issued(fan.userId))
    return { providerMessageId: mail.id }
  }
  const channels = channelsWith({ email })
  const ctx = ctxOf(database, { channels })
  const fan = await person(ctx)
  const crowd = await Promise.all(Array.from({ length: 100 }, () => person(ctx)))
  const data = { texts: [{ locale: 'en', title: 'News', body: 'x' }], link: null }
  const to = crowd.map(({ userId }) => ({ userId }))
  await notify(ctx, { kind: 'CUSTOM', cause: newId('tst'), to, data, channels: ['EMAIL'] })
  await work(channels, () => mails.length === 101)
  const place = mails.findIndex((mail) => mail.subject.startsWith('Your tickets'))
  expect(place).toBeGreaterThanOrEqual(10)
  expect(place).toBeLessThan(40)
  expect(maxInBulk).toBeGreaterThan(0)
  expect(maxInBulk).toBeLessThanOrEqual(2)
  expect(new Set(mails.map((mail) => mail.id)).size).toBe(101)
})

test('a message that waits is sent by the next job, and the job of a message that is done does nothing', async () => {
  const mails: Mail[] = []
  let isAway = true
  const email = async (mail: Mail) => {
    if (isAway) {
      isAway = false
      throw new Error('away')
    }
    mails.push(mail)
    return { providerMessageId: mail.id }
  }
  const channels = channelsWith({ email })
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  await work(channels, () => !isAway)
  // The tests' moment lies ahead of the queue's own clock: bring the next try forward.
  await database.pool.query("update graphile_worker._private_jobs set run_at = now() where key like 'deliver:%'")
  await work(channels, () => mails.length === 1)
  // A job is taken off the queue a moment after it was done.
  await expect.poll(waiting).toEqual([])
})

async function waiting(): Promise<unknown[]> {
  const { rows } = await database.pool.query("select key from graphile_worker._private_jobs where key like 'deliver:%'")
  return rows
}
