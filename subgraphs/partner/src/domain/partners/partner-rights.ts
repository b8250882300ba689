import type { PartnerRow } from '../../db/tables/partners.ts'

/** Whether a partner in that status can put events on sale and sell tickets. */
export function canSell(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED'
}

/** Whether a partner can receive payouts: a restricted one can, if it has an account confirmed by a second person. */
export function canReceivePayouts(status: PartnerRow['status'], hasUsableAccount: boolean): boolean {
  return hasUsableAccount && (status === 'VERIFIED' || status === 'RESTRICTED')
}

/** Whether a partner was ever verified and is therefore public: its events and tickets name it. */
export function hasBeenVerified(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED' || status === 'SUSPENDED' || status === 'TERMINATED'
}

/** Whether the venues and layouts of a partner in that status can be changed. */
export function isEditable(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED'
}

/** Whether a partner's venues and layouts are public. Ticket holders see them in any case. */
export function isShown(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED'
}
