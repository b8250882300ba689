import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../../context.ts'

type DaysKey =
  | 'partner.bankAccountWaitDays'
  | 'partner.bankAccountMemberDays'
  | 'partner.documentNoticeDays'
  | 'partner.documentGraceDays'

/** A number of days configured for the partner or for all. */
export async function configuredDays(ctx: Ctx, key: DaysKey, partnerId: string): Promise<number> {
  const { type, fallback } = configKeys[key]
  return await readConfig(ctx, { key, type, fallback, scopes: [partnerId] })
}
