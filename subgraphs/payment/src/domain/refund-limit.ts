import { readConfig } from '@tikitu/kit/settings'
import { configKeys } from '@tikitu/schema/config'
import type { Ctx } from '../context.ts'
import type { PaymentRow } from '../db/tables/payments.ts'

/** Whether a refund of that much has to wait for a second person: it is above the configured amount. */
export async function needsApproval(ctx: Ctx, payment: PaymentRow, amountMinor: number): Promise<boolean> {
  const key = 'payment.refundApprovalAboveMinor'
  const { type, fallback } = configKeys[key]
  const limit = await readConfig(ctx, { key, scopes: [payment.partnerId], type, fallback })
  return amountMinor > limit
}
