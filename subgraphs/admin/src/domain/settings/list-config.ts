import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import { and, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type ConfigEntryRow, type ConfigHistoryRow, configEntries, configHistory } from '../../db/tables.ts'
import { platform } from '../audit/record-audit.ts'
import { requireStaff } from '../staff/require-staff.ts'

/** A configuration value, as it holds in a scope. */
export interface ConfigView {
  key: ConfigKeyName
  description: string
  scope: string
  value: unknown
  isSet: boolean
  version: number
}

/** Every configuration value as it holds in that scope: its own, else the platform's, else the default. */
export async function listConfig(ctx: Ctx, scope: string): Promise<ConfigView[]> {
  await requireStaff(ctx)
  const rows = await ctx.db
    .select()
    .from(configEntries)
    .where(inArray(configEntries.scope, [scope, platform]))
  return (Object.keys(configKeys) as ConfigKeyName[]).map((key) => viewOf(key, scope, rows))
}

/** One value, as it holds in that scope, given the rows of that scope and of the platform. */
export function viewOf(key: ConfigKeyName, scope: string, rows: readonly ConfigEntryRow[]): ConfigView {
  const own = rows.find((row) => row.key === key && row.scope === scope)
  const wide = rows.find((row) => row.key === key && row.scope === platform)
  return {
    key,
    description: configKeys[key].description,
    scope,
    value: own?.value ?? wide?.value ?? configKeys[key].fallback,
    isSet: own !== undefined && own.value !== null,
    version: own?.version ?? 0,
  }
}

/** The type and range of a value, as a JSON Schema; what it cannot say, `setConfig` checks as well. */
export function valueSchemaOf(key: ConfigKeyName): Record<string, unknown> {
  return z.toJSONSchema(configKeys[key].type, { io: 'input' })
}

/** The values that were set in a scope, the newest first. */
export async function listConfigHistory(
  ctx: Ctx,
  { key, scope }: Pick<ConfigView, 'key' | 'scope'>,
  args: PageArgs,
): Promise<Connection<ConfigHistoryRow>> {
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [configHistory.version], 'desc')
  const rows = await ctx.db
    .select()
    .from(configHistory)
    .where(and(eq(configHistory.key, key), eq(configHistory.scope, scope), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.version])
}
