import { isFlagOn } from '@tikitu/kit/context/settings'
import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { featureFlags } from '../../db/tables.ts'

/**
 * The features that are on for the caller: by the caller's id and groups, and for somebody unknown by nothing but a flag that
 * is on for everybody.
 */
export async function listFeatures(ctx: Ctx): Promise<string[]> {
  const flags = await ctx.db
    .select({ key: featureFlags.key })
    .from(featureFlags)
    .where(and(eq(featureFlags.isEnabled, true), eq(featureFlags.isKilled, false)))
    .orderBy(asc(featureFlags.key))
  const subject =
    ctx.viewer.kind === 'user'
      ? { id: ctx.viewer.userId, segments: [ctx.viewer.userId, ...ctx.viewer.groups] }
      : { id: 'anonymous' }
  const isOn = await Promise.all(flags.map((flag) => isFlagOn(ctx, flag.key, subject)))
  return flags.filter((_flag, index) => isOn[index]).map((flag) => flag.key)
}

/** As `listFeatures`, for that user; null for everybody else. */
export async function listFeaturesOfUser(ctx: Ctx, userId: string): Promise<string[] | null> {
  const isOwn = ctx.viewer.kind === 'user' && ctx.viewer.userId === userId
  return isOwn ? await listFeatures(ctx) : null
}
