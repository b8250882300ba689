import { fileURLToPath } from 'node:url'
import { runMigrations } from '@tikitu/kit/service/run-subgraph'
import { indexSearch } from './domain/partners/search-index.ts'
import { readEnv } from './env.ts'

await runMigrations(readEnv(), fileURLToPath(new URL('db/migrations', import.meta.url)), indexSearch)
