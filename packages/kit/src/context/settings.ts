import { createHash } from 'node:crypto'
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { InvalidState } from '../base/errors.ts'
import { configValues, flagValues } from '../postgres/shared-tables.ts'
import type { BaseCtx } from './context.ts'

/** A configuration value in a scope, from the service that owns the configuration. */
export interface ConfigChange {
  key: string
  scope: string
  value?: unknown
  version: number
}

/** A feature flag, from the service that owns the flags. */
export type FlagChange = typeof flagValues.$inferInsert

/** A configuration value to look up. */
export interface ConfigQuery<S extends z.ZodType> {
  key: string
  /** The scopes to search, narrowest first; `platform` is always the last. */
  scopes?: readonly string[]
  type: S
  /** The default. */
  fallback: z.infer<S>
}

/** An integer to look up inside a statement. */
export interface NumberQuery {
  key: string
  /** SQL expressions of the scopes to search, narrowest first; `platform` is always the last. */
  scopes?: readonly SQL[]
  fallback: number
}

/** The subject of a flag evaluation. */
export interface FlagSubject {
  /** Decides the percentage, the same for equal ids. */
  id: string
  segments?: readonly string[]
}

const platform = 'platform'

/** Stores a configuration value unless a newer version is stored. Events may arrive late, twice and in any order. */
export async function applyConfigChange(ctx: BaseCtx, change: ConfigChange): Promise<void> {
  const { key, scope, version } = change
  const value = change.value ?? null
  await ctx.db
    .insert(configValues)
    .values({ key, scope, value, version })
    .onConflictDoUpdate({
      target: [configValues.key, configValues.scope],
      set: { value, version },
      setWhere: sql`${configValues.version} < ${version}`,
    })
}

/** Stores a feature flag unless a newer version is stored. */
export async function applyFlagChange(ctx: BaseCtx, change: FlagChange): Promise<void> {
  const { key, version, isEnabled, percentage, isKilled, segments } = change
  const state = { version, isEnabled, percentage, isKilled, segments }
  await ctx.db
    .insert(flagValues)
    .values({ key, ...state })
    .onConflictDoUpdate({
      target: flagValues.key,
      set: state,
      setWhere: sql`${flagValues.version} < ${version}`,
    })
}

/**
 * The value of the narrowest scope that has one, or the fallback, from this service's own database. A value of the wrong type is logged
 * and ignored.
 */
export async function readConfig<S extends z.ZodType>(ctx: BaseCtx, query: ConfigQuery<S>): Promise<z.infer<S>> {
  const scopes = [...(query.scopes ?? []), platform]
  const rows = await ctx.db
    .select()
    .from(configValues)
    .where(and(eq(configValues.key, query.key), inArray(configValues.scope, scopes)))
  for (const scope of scopes) {
    const row = rows.find((candidate) => candidate.scope === scope)
    if (!row || row.value === null) continue
    const parsed = query.type.safeParse(row.value)
    if (parsed.success) return parsed.data
    ctx.log.warn({ key: query.key, scope, problem: parsed.error.message }, 'a configuration value is invalid')
  }
  return query.fallback
}

/** An integer setting as an SQL expression, which saves a round trip. */
export function configuredNumber({ key, scopes = [], fallback }: NumberQuery): SQL {
  const all = sql`array[${sql.join([...scopes, sql`${platform}`], sql`, `)}]::text[]`
  return sql`coalesce((
    select trunc((value #>> '{}')::numeric)::integer from config_values
    where key = ${key} and scope = any(${all}) and jsonb_typeof(value) = 'number'
    order by array_position(${all}, scope) limit 1), ${fallback})`
}

/**
 * Whether a feature is on for that subject: the flag is known, enabled and not killed, the subject is in one of its
 * segments (when it names any) and within its percentage.
 */
export async function isFlagOn(ctx: BaseCtx, key: string, subject: FlagSubject): Promise<boolean> {
  const flag = await findFlag(ctx, key)
  return flag !== null && isOnFor(flag, subject)
}

/**
 * Throws when staff have switched off a feature for the subject. Like `isFlagOn`, but an undefined flag is on: it is an emergency switch. @throws {InvalidState}
 */
export async function requireSwitchedOn(
  ctx: BaseCtx,
  { key, subject, what }: { key: string; subject: FlagSubject; what: string },
): Promise<void> {
  const flag = await findFlag(ctx, key)
  if (flag && !isOnFor(flag, subject))
    throw new InvalidState(`${what} is switched off at present. Try again later.`, { flag: key })
}

type Flag = typeof flagValues.$inferSelect

async function findFlag(ctx: BaseCtx, key: string): Promise<Flag | null> {
  const [flag] = await ctx.db.select().from(flagValues).where(eq(flagValues.key, key))
  return flag ?? null
}

function isOnFor({ key, isEnabled, isKilled, percentage, segments }: Flag, subject: FlagSubject): boolean {
  if (!isEnabled || isKilled) return false
  const isMeant = segments.length === 0 || segments.some((segment) => subject.segments?.includes(segment))
  return isMeant && shareOf(key, subject.id) < percentage
}

/** From 0 to below 100, evenly distributed. Depends on the key, so that each flag starts with other subjects. */
function shareOf(key: string, id: string): number {
  return (createHash('sha256').update(`${key}:${id}`).digest().readUInt32BE() / 2 ** 32) * 100
}
