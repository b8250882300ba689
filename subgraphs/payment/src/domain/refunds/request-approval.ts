import { accessSubjects } from '@tikitu/kit/postgres/shared-tables'
import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerMembers } from '../../db/tables/known.ts'
import type { PaymentRow, RefundRow } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import { partiesOf } from '../payments/payment-parties.ts'

/** Tells everybody who can approve a refund that it waits for a second person. */
export async function askForApproval(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, requestedBy } = refund
  const approverIds = await approversOf(ctx, payment.partnerId, requestedBy)
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, requestedBy, approverIds }
  await emit(ctx, 'payment.approvalRequested', { subject: refundId, data })
}

/** The partner's owners and managers and the staff's FINANCE and SUPERADMIN, apart from whoever asked. */
async function approversOf(ctx: Ctx, partnerId: string, requestedBy: string): Promise<string[]> {
  const members = await ctx.db
    .select({ userId: partnerMembers.userId })
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partnerId), inArray(partnerMembers.role, ['OWNER', 'MANAGER'])))
  const staff = await ctx.db
    .select({ userId: accessSubjects.userId })
    .from(accessSubjects)
    .where(
      and(inArray(accessSubjects.staffRole, ['FINANCE', 'SUPERADMIN']), eq(accessSubjects.accountStatus, 'ACTIVE')),
    )
  const all = new Set([...members, ...staff].map(({ userId }) => userId))
  all.delete(requestedBy)
  return [...all].toSorted()
}
