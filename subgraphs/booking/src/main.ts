import { createDb, createPool } from '@tikitu/kit/db'
import { startJobs } from '@tikitu/kit/jobs'
import { loadServiceKeys, remoteKeys } from '@tikitu/kit/keys'
import { createLog } from '@tikitu/kit/log'
import { httpTransport } from '@tikitu/kit/outbox'
import { remembered } from '@tikitu/kit/remembered'
import { runService } from '@tikitu/kit/service'
import { readBookingEnv } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { createBooking } from './server.ts'

const env = readBookingEnv()
const log = createLog('booking', env.logLevel)
const pool = createPool(env.databaseUrl, { name: 'booking' })
const keys = await loadServiceKeys('booking', env.keyFile, env.nodeEnv !== 'production')
const deps = { db: createDb(pool), keys, log, now: () => new Date() }
const keysOf = remembered((service) => remoteKeys(env.urlOf(service)))
const booking = await createBooking({ ...deps, requestKeys: env.requestKeys, keysOf })
const jobs = await startJobs({ pool, log, crontab, tasks: tasks(deps, httpTransport(keys, env.urlOf)) })

await runService({
  name: 'booking',
  server: booking.createServer(),
  host: env.host,
  port: env.port,
  log,
  closers: [jobs.stop, () => booking.apollo.stop(), () => pool.end()],
})
