import { fileURLToPath } from 'node:url'
import { runMigrations } from '@tikitu/kit/run-subgraph'
import { fillRowMiddles } from './domain/fill-row-middles.ts'
import { indexSearch } from './domain/search-index.ts'
import { readEnv } from './env.ts'

await runMigrations(
  readEnv(),
  fileURLToPath(new URL('db/migrations', import.meta.url)),
  async (ctx) => (await indexSearch(ctx)) + (await fillRowMiddles(ctx)),
)
