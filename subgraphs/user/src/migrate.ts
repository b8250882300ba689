import { fileURLToPath } from 'node:url'
import { runMigrations } from '@tikitu/kit/service/run-subgraph'
import { readEnv } from './env.ts'

await runMigrations(readEnv(), fileURLToPath(new URL('db/migrations', import.meta.url)))
