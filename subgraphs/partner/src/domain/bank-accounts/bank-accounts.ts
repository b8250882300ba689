import { isStaff, type StaffRole } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BankAccountRow, bankAccounts } from '../../db/tables/bank.ts'
import { type PartnerMemberRow, type PartnerRow, partnerMembers } from '../../db/tables/partners.ts'
import { users } from '../../db/tables/users.ts'
import { lockPartnerAs, lockPartnerAsStaff, membershipOf } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'

/** The partner's account in that status; null when there is none. */
export async function bankAccountIn(
  ctx: Ctx,
  partnerId: string,
  status: 'PROPOSED' | 'IN_USE',
): Promise<BankAccountRow | null> {
  const accounts = await ctx.load.openBankAccounts.load(partnerId)
  return accounts.find((account) => account.status === status) ?? null
}

/** The staff roles that may decide on bank accounts. */
const bankRoles: readonly StaffRole[] = ['FINANCE', 'COMPLIANCE']

/** Whether payouts to an account are allowed at that time: it is in use, and the waiting period is over. */
export function isUsableAt(account: BankAccountRow | null, now: Date): boolean {
  return account?.status === 'IN_USE' && (account.usableFrom === null || account.usableFrom <= now)
}

/** The visible part of an account number. */
export function lastFourOf(account: BankAccountRow): string {
  return account.accountNumber.slice(-4)
}

/** An account, whatever its status; null when there is none. */
export async function findBankAccount(ctx: Ctx, id: string): Promise<BankAccountRow | null> {
  const [account] = await ctx.db.select().from(bankAccounts).where(eq(bankAccounts.id, id))
  return account ?? null
}

/** A proposed account, its partner, and the caller's membership; null for staff. */
export interface ProposedAccount {
  account: BankAccountRow
  partner: PartnerRow
  member: PartnerMemberRow | null
}

/** Refuses an account whose proposer is no longer an active owner. @throws {InvalidState} */
export async function requireProposer(ctx: Ctx, { partnerId, proposedBy }: BankAccountRow): Promise<void> {
  const [proposer] = await ctx.db
    .select({ role: partnerMembers.role, status: users.status })
    .from(partnerMembers)
    .leftJoin(users, eq(users.id, partnerMembers.userId))
    .where(and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.userId, proposedBy)))
  if (proposer?.role === 'OWNER' && (proposer.status ?? 'ACTIVE') === 'ACTIVE') return
  throw new InvalidState(
    'The person who proposed this account is no longer an active owner of the partner. An owner must propose it again.',
  )
}

/**
 * Locks the partner of a proposed account, for a manager of the partner, or for FINANCE and COMPLIANCE who are not members.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockProposedAccount(ctx: Ctx, id: string): Promise<ProposedAccount> {
  const { partnerId } = (await findBankAccount(ctx, id)) ?? { partnerId: '' }
  const isOutside = isStaff(ctx.viewer, ...bankRoles) && (await membershipOf(ctx, partnerId)) === null
  const lock: Promise<Omit<ProposedAccount, 'account'>> = isOutside
    ? lockPartnerAsStaff(ctx, partnerId, bankRoles).then((partner) => ({ partner, member: null }))
    : lockPartnerAs(ctx, partnerId, 'MANAGER')
  const membership = await notFoundAs('bank account', id, lock)
  const account = await findBankAccount(ctx, id)
  if (!account) throw new NotFound('bank account', id)
  if (account.status === 'PROPOSED') return { account, ...membership }
  throw new InvalidState(`This account is not awaiting confirmation. Its status is ${account.status}.`, {
    status: account.status,
  })
}
