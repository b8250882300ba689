import type { Ctx } from '../../context.ts'
import type { BankAccountRow } from '../../db/tables/bank.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { emit } from '../../emit.ts'
import { peopleOf } from '../partners/partner-people.ts'
import { lastFourOf } from './bank-accounts.ts'

/** Notifies all owners and managers of a change of the bank account. */
export async function publishBankAccount(
  ctx: Ctx,
  partner: Pick<PartnerRow, 'id' | 'name'>,
  { account, status }: { account: BankAccountRow; status: 'PROPOSED' | 'IN_USE' | 'WITHDRAWN' },
): Promise<void> {
  await emit(ctx, 'partner.bankAccountChanged', {
    subject: account.id,
    data: {
      ...(await peopleOf(ctx, partner)),
      bankAccountId: account.id,
      status,
      country: account.country,
      lastFour: lastFourOf(account),
      changedAt: ctx.now().toISOString(),
      payoutsFrom: account.usableFrom?.toISOString() ?? null,
    },
  })
}
