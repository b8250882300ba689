import type { PartnerMemberRow } from '../../db/tables/partners.ts'

export type PartnerRole = PartnerMemberRow['role']

const ranks: Record<PartnerRole, number> = { OWNER: 4, MANAGER: 3, BOX_OFFICE: 2, SCANNER: 1 }

/** Whether `role` includes the rights of `minRole`. */
export function isAtLeast(role: PartnerRole, minRole: PartnerRole): boolean {
  return ranks[role] >= ranks[minRole]
}
