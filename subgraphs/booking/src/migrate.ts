import { fileURLToPath } from 'node:url'
import { runMigrations } from '@tikitu/kit/service/run-subgraph'
import { indexSearch } from './domain/catalogue/search-index.ts'
import { fillRowMiddles } from './domain/inventory/fill-row-middles.ts'
import { readEnv } from './env.ts'

await runMigrations(
  readEnv(),
  fileURLToPath(new URL('db/migrations', import.meta.url)),
  async (ctx) => (await indexSearch(ctx)) + (await fillRowMiddles(ctx)),
)
