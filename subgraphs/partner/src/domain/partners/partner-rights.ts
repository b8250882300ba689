import type { PartnerRow } from '../../db/tables/partners.ts'

/** Whether events of a partner in that status may be put on sale, and sold. */
export function maySell(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED'
}

/** Whether a partner may be paid what it earned: a restricted one is; there must be an account that two persons stand for. */
export function mayBePaidOut(status: PartnerRow['status'], hasUsableAccount: boolean): boolean {
  return hasUsableAccount && (status === 'VERIFIED' || status === 'RESTRICTED')
}

/** Whether a partner was verified once, so that the public may know it: its events and tickets name it. */
export function wasVerified(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED' || status === 'SUSPENDED' || status === 'TERMINATED'
}

/** Whether a partner may prepare what it will sell: venues and layouts. */
export function isEditable(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED'
}

/** Whether the public finds what a partner has: its venues and layouts. Who holds a ticket sees them in any case. */
export function isShown(status: PartnerRow['status']): boolean {
  return status === 'VERIFIED' || status === 'RESTRICTED'
}
