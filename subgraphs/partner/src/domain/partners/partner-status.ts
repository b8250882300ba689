import { InvalidState } from '@tikitu/kit/base/errors'
import type { PartnerRow } from '../../db/tables/partners.ts'

export type PartnerStatus = PartnerRow['status']

/** The state machine of partners: the decisions, the statuses they are allowed in, and the status they lead to. */
const steps = {
  submitPartnerApplication: { from: ['DRAFT', 'CHANGES_REQUESTED'], to: 'SUBMITTED' },
  startPartnerReview: { from: ['SUBMITTED'], to: 'UNDER_REVIEW' },
  approvePartner: { from: ['UNDER_REVIEW'], to: 'VERIFIED' },
  requestPartnerChanges: { from: ['UNDER_REVIEW'], to: 'CHANGES_REQUESTED' },
  rejectPartner: { from: ['UNDER_REVIEW'], to: 'REJECTED' },
  restrictPartner: { from: ['VERIFIED'], to: 'RESTRICTED' },
  suspendPartner: { from: ['VERIFIED', 'RESTRICTED'], to: 'SUSPENDED' },
  reinstatePartner: { from: ['RESTRICTED', 'SUSPENDED'], to: 'VERIFIED' },
  terminatePartner: { from: ['VERIFIED', 'RESTRICTED', 'SUSPENDED'], to: 'TERMINATED' },
} as const satisfies Record<string, { from: readonly PartnerStatus[]; to: PartnerStatus }>

export type PartnerStep = keyof typeof steps

/** The status after a decision. @throws {InvalidState} when it is not allowed in that status */
export function statusAfter(step: PartnerStep, status: PartnerStatus): PartnerStatus {
  const { from, to } = steps[step]
  if ((from as readonly PartnerStatus[]).includes(status)) return to
  throw new InvalidState(`${step} requires a partner that is ${from.join(' or ')}. This one is ${status}.`, { status })
}

/** Whether the applicant can change the verified fields. */
export function isWithApplicant(status: PartnerStatus): boolean {
  return status === 'DRAFT' || status === 'CHANGES_REQUESTED'
}
