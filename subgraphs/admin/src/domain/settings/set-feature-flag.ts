import { VersionConflict } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { applyFlagChange } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { asc, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type FeatureFlagRow, featureFlags } from '../../db/tables.ts'
import { emit } from '../../emit.ts'
import { recordAdminAction } from '../audit/record-audit.ts'
import { requireStaff } from '../staff/require-staff.ts'

export interface SetFeatureFlagInput {
  key: string
  description: string
  isEnabled: boolean
  percentage?: number | null
  isKilled?: boolean | null
  segments?: readonly string[] | null
  /** The version that the caller has seen, 0 for none; not checked when absent. */
  expectedVersion?: number | null
}

const rules = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be at most 63 lower-case letters, digits and hyphens'),
  description: z.string().trim().min(1, 'must say what the flag turns on').max(500),
  percentage: z.int().min(0).max(100),
  segments: z.array(z.string().min(1).max(100)).max(1_000),
  isEnabled: z.boolean(),
  isKilled: z.boolean(),
})

/** Makes or changes a flag and tells every service. @throws {Forbidden | InvalidInput | VersionConflict} */
export async function setFeatureFlag(ctx: Ctx, input: SetFeatureFlagInput): Promise<FeatureFlagRow> {
  const flag = checked(input)
  return await inTransaction(ctx, async (ctx) => {
    const member = await requireStaff(ctx, 'SUPERADMIN')
    const current = await lockFlagVersion(ctx, flag.key)
    if (input.expectedVersion != null && input.expectedVersion !== current) throw new VersionConflict('flag', current)
    const version = current + 1
    const state = { ...flag, version, updatedAt: ctx.now(), updatedBy: member.userId }
    const [stored] = await ctx.db
      .insert(featureFlags)
      .values(state)
      .onConflictDoUpdate({ target: featureFlags.key, set: state })
      .returning()
    const { description: _description, ...fact } = flag
    await emit(ctx, 'admin.flagChanged', { subject: flag.key, data: { ...fact, version } })
    await applyFlagChange(ctx, { ...fact, version })
    const changes = { ...fact, version }
    await recordAdminAction(ctx, {
      action: 'setFeatureFlag',
      subjectType: 'FeatureFlag',
      subjectId: flag.key,
      reason: null,
      changes,
    })
    return stored as FeatureFlagRow
  })
}

/** All flags, for the staff. */
export async function listFeatureFlags(ctx: Ctx): Promise<FeatureFlagRow[]> {
  await requireStaff(ctx)
  return await ctx.db.select().from(featureFlags).orderBy(asc(featureFlags.key))
}

/** The advisory lock stands in for the row while there is none yet, so two first versions cannot both be made. */
async function lockFlagVersion(ctx: Ctx, key: string): Promise<number> {
  await ctx.db.execute(sql`/* admin.lockFlag */ select pg_advisory_xact_lock(hashtextextended(${`flag:${key}`}, 0))`)
  const [flag] = await ctx.db
    .select({ version: featureFlags.version })
    .from(featureFlags)
    .where(eq(featureFlags.key, key))
  return flag?.version ?? 0
}

function checked(input: SetFeatureFlagInput): z.infer<typeof rules> {
  const { key, description, isEnabled } = input
  const { percentage, isKilled, segments } = { percentage: 100, isKilled: false, segments: [], ...present(input) }
  return validateInput(rules, { key, description, isEnabled, percentage, isKilled, segments })
}

function present(
  input: SetFeatureFlagInput,
): Partial<Pick<SetFeatureFlagInput, 'percentage' | 'isKilled' | 'segments'>> {
  const { percentage, isKilled, segments } = input
  return Object.fromEntries(
    Object.entries({ percentage, isKilled, segments }).filter(([, value]) => value !== null && value !== undefined),
  )
}
