import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { bankAccounts } from '../../db/tables/bank.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { lastFourOf } from './bank-accounts.ts'
import { publishBankAccount } from './publish-bank-account.ts'

/**
 * Withdraws the proposals of a user who is no longer an owner, in the transaction of that change: nobody can confirm them
 * after it.
 */
export async function withdrawProposalsOf(ctx: Ctx, partner: PartnerRow, userId: string): Promise<void> {
  const partnerId = partner.id
  const isTheirs = and(eq(bankAccounts.partnerId, partnerId), eq(bankAccounts.proposedBy, userId))
  const withdrawn = await ctx.db
    .update(bankAccounts)
    .set({ status: 'WITHDRAWN' })
    .where(and(isTheirs, eq(bankAccounts.status, 'PROPOSED')))
    .returning()
  for (const account of withdrawn) {
    await audit(ctx, {
      action: 'withdrawBankAccount',
      subjectType: 'BankAccount',
      subjectId: account.id,
      partnerId,
      changes: { country: account.country, lastFour: lastFourOf(account), proposedBy: userId },
    })
    await publishBankAccount(ctx, partner, { account, status: 'WITHDRAWN' })
  }
}
