import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BankAccountRow, bankAccounts } from '../../db/tables/bank.ts'
import { audit } from '../partners/audit.ts'
import { lastFourOf, lockProposedAccount } from './bank-accounts.ts'
import { publishBankAccount } from './publish-bank-account.ts'

/** Withdraws an account before it is confirmed. @throws {NotFound | Forbidden | InvalidState} */
export async function withdrawBankAccount(ctx: Ctx, bankAccountId: string): Promise<BankAccountRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { account, partner } = await lockProposedAccount(ctx, bankAccountId)
    const [withdrawn] = await ctx.db
      .update(bankAccounts)
      .set({ status: 'WITHDRAWN' })
      .where(eq(bankAccounts.id, account.id))
      .returning()
    await audit(ctx, {
      action: 'withdrawBankAccount',
      subjectType: 'BankAccount',
      subjectId: account.id,
      partnerId: account.partnerId,
      changes: { country: account.country, lastFour: lastFourOf(account) },
    })
    await publishBankAccount(ctx, partner, { account, status: 'WITHDRAWN' })
    return withdrawn as BankAccountRow
  })
}
