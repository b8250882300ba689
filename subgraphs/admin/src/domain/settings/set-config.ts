import { InvalidInput, VersionConflict } from '@tikitu/kit/base/errors'
import { isId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { type ConfigKey, type ConfigKeyName, configKeys } from '@tikitu/schema/config'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type ConfigEntryRow, configEntries, configHistory } from '../../db/tables.ts'
import { emit } from '../../emit.ts'
import { platform, recordAdminAction } from '../audit/record-audit.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { type ConfigView, viewOf } from './list-config.ts'

/** An integer of Postgres goes no further: nobody has seen a version beyond it. */
const lastVersion = 2_147_483_647

export interface SetConfigInput {
  key: string
  scope?: string | null
  value?: unknown
  expectedVersion: number
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

/** Inserts the first version, or replaces exactly the version that the caller has seen. */
async function store(
  ctx: Ctx,
  change: { key: string; scope: string; value: unknown; input: SetConfigInput; by: string },
): Promise<number> {
  const { key, scope, value, input, by } = change
  const version = input.expectedVersion + 1
  if (version > lastVersion) throw await conflict(ctx, key, scope)
  const [stored] = await ctx.db
    .insert(configEntries)
    .values({ key, scope, value, version, updatedAt: ctx.now(), updatedBy: by })
    .onConflictDoUpdate({
      target: [configEntries.key, configEntries.scope],
      set: { value, version, updatedAt: ctx.now(), updatedBy: by },
      setWhere: sql`${configEntries.version} = ${input.expectedVersion}`,
    })
    .returning()
  if (!stored || (version !== 1 && (await isFirst(ctx, stored)))) throw await conflict(ctx, key, scope)
  await ctx.db
    .insert(configHistory)
    .values({ key, scope, version, value, reason: input.reason ?? null, changedAt: ctx.now(), changedBy: by })
  return version
}

/** A caller who claims to have seen a version of something that does not exist has seen something else. */
async function isFirst(ctx: Ctx, { key, scope }: ConfigEntryRow): Promise<boolean> {
  const [earlier] = await ctx.db
    .select({ version: configHistory.version })
    .from(configHistory)
    .where(and(eq(configHistory.key, key), eq(configHistory.scope, scope)))
    .limit(1)
  return earlier === undefined
}

async function conflict(ctx: Ctx, key: string, scope: string): Promise<VersionConflict> {
  const [now] = await ctx.db
    .select({ version: configHistory.version })
    .from(configHistory)
    .where(and(eq(configHistory.key, key), eq(configHistory.scope, scope)))
    .orderBy(sql`version desc`)
    .limit(1)
  return new VersionConflict('configuration value', now?.version ?? 0)
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
