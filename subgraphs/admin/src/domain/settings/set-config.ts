import { InvalidInput, VersionConflict } from '@tikitu/kit/base/errors'
import { isId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { type ConfigKey, type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { configEntries, configHistory } from '../../db/tables.ts'
import { emit } from '../../emit.ts'
import { platform, recordAdminAction } from '../audit/record-audit.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { type ConfigView, viewOf } from './list-config.ts'

export interface SetConfigInput {
  key: string
  scope?: string | null
  value?: unknown
  /** The version that the caller has seen, 0 for none; not checked when absent. */
  expectedVersion?: number | null
  reason?: string | null
}

/**
 * Sets a value in a scope, or takes it back with null, and tells every service.
 * @throws {Forbidden | InvalidInput | VersionConflict}
 */
export async function setConfig(ctx: Ctx, input: SetConfigInput): Promise<ConfigView> {
  const scope = input.scope ?? platform
  const key = requireKey(input.key)
  requireScope(configKeys[key], scope)
  const value = input.value === null || input.value === undefined ? null : requireValue(key, input.value)
  return await inTransaction(ctx, async (ctx) => {
    const member = await requireStaff(ctx, 'SUPERADMIN')
    const version = await store(ctx, { key, scope, value, input, by: member.userId })
    await emit(ctx, 'admin.configChanged', { subject: key, data: { key, scope, value, version } })
    await applyConfigChange(ctx, { key, scope, value, version })
    const changes = { scope, value, version }
    await recordAdminAction(ctx, {
      action: 'setConfig',
      subjectType: 'ConfigEntry',
      subjectId: key,
      reason: input.reason ?? null,
      changes,
    })
    const rows = await ctx.db
      .select()
      .from(configEntries)
      .where(and(eq(configEntries.key, key), inArray(configEntries.scope, [scope, platform])))
    return viewOf(key, scope, rows)
  })
}

/** Writes the next version of what is locked, and the history. @throws {VersionConflict} */
async function store(
  ctx: Ctx,
  change: { key: string; scope: string; value: unknown; input: SetConfigInput; by: string },
): Promise<number> {
  const { key, scope, value, input, by } = change
  const current = await lockVersion(ctx, key, scope)
  if (input.expectedVersion != null && input.expectedVersion !== current) {
    throw new VersionConflict('configuration value', current)
  }
  const version = current + 1
  const state = { value, version, updatedAt: ctx.now(), updatedBy: by }
  await ctx.db
    .insert(configEntries)
    .values({ key, scope, ...state })
    .onConflictDoUpdate({ target: [configEntries.key, configEntries.scope], set: state })
  await ctx.db
    .insert(configHistory)
    .values({ key, scope, version, value, reason: input.reason ?? null, changedAt: ctx.now(), changedBy: by })
  return version
}

/** The advisory lock stands in for the row while there is none yet, so two first versions cannot both be made. */
async function lockVersion(ctx: Ctx, key: string, scope: string): Promise<number> {
  const name = `config:${key}:${scope}`
  await ctx.db.execute(sql`/* admin.lockConfig */ select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
  const [entry] = await ctx.db
    .select({ version: configEntries.version })
    .from(configEntries)
    .where(and(eq(configEntries.key, key), eq(configEntries.scope, scope)))
  return entry?.version ?? 0
}

function requireKey(key: string): ConfigKeyName {
  if (Object.hasOwn(configKeys, key)) return key as ConfigKeyName
  throw new InvalidInput([{ field: 'key', message: `must be one of ${Object.keys(configKeys).join(', ')}` }])
}

function requireScope(definition: ConfigKey, scope: string): void {
  const kind = scope === platform ? 'platform' : isId('ptr', scope) ? 'partner' : null
  if (kind && definition.scopes.includes(kind)) return
  throw new InvalidInput([
    { field: 'scope', message: `must be one of these for this key: ${definition.scopes.join(', ')}` },
  ])
}

function requireValue(key: ConfigKeyName, value: unknown): unknown {
  const parsed = configKeys[key].type.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InvalidInput(parsed.error.issues.map((issue) => ({ field: 'value', message: issue.message })))
}
