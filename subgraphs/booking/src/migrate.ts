import { fileURLToPath } from 'node:url'
import { createPool } from '@tikitu/kit/db'
import { createLog } from '@tikitu/kit/log'
import { migrateDatabase } from '@tikitu/kit/migrate'
import { readBookingEnv } from './env.ts'

const env = readBookingEnv()
const pool = createPool(env.databaseUrl, { name: 'booking-migrate', statementTimeoutMs: 0 })
const { migrations } = await migrateDatabase(pool, fileURLToPath(new URL('db/migrations', import.meta.url)))
createLog('booking', env.logLevel).info({ migrations }, 'the database is up to date')
await pool.end()
