import { DomainError } from '@tikitu/kit/base/errors'
import type { PartnerDocumentRow, PartnerMemberRow } from './db/tables/partners.ts'

/** The caller has reached the limit of open applications. Nothing was created. */
export class TooManyApplications extends DomainError {
  override readonly name = 'TooManyApplications'
  readonly code = 'TOO_MANY_APPLICATIONS'
  readonly limit: number
  constructor(limit: number) {
    super(`You can have at most ${limit} open applications. Complete one before you start another.`, { limit })
    this.limit = limit
  }
}

/** Required documents are missing or not approved. Nothing was changed. */
export class DocumentsMissing extends DomainError {
  override readonly name = 'DocumentsMissing'
  readonly code = 'DOCUMENTS_MISSING'
  readonly kinds: PartnerDocumentRow['kind'][]
  constructor(message: string, kinds: PartnerDocumentRow['kind'][]) {
    super(message, { kinds })
    this.kinds = kinds
  }
}

/** Some documents are awaiting review. Nothing was changed. */
export class DocumentsUnreviewed extends DomainError {
  override readonly name = 'DocumentsUnreviewed'
  readonly code = 'DOCUMENTS_UNREVIEWED'
  readonly documentIds: string[]
  constructor(documentIds: string[]) {
    super('Some documents are awaiting review. Approve or reject each of them first.', { documentIds })
    this.documentIds = documentIds
  }
}

/** A role above the caller's own would be granted, changed or removed. Nothing was changed. */
export class InsufficientRole extends DomainError {
  override readonly name = 'InsufficientRole'
  readonly code = 'INSUFFICIENT_ROLE'
  readonly yourRole: PartnerMemberRow['role']
  constructor(yourRole: PartnerMemberRow['role']) {
    super(`As ${yourRole} you can grant, change and remove roles up to your own. Ask a member with a higher role.`, {
      yourRole,
    })
    this.yourRole = yourRole
  }
}

/** The person is already a member. Nothing was changed. */
export class AlreadyMember extends DomainError {
  override readonly name = 'AlreadyMember'
  readonly code = 'ALREADY_MEMBER'
  constructor(message = 'This person is already a member. Change their role instead.') {
    super(message)
  }
}

/** The partner would have no owner. Nothing was changed. */
export class LastOwnerCannotLeave extends DomainError {
  override readonly name = 'LastOwnerCannotLeave'
  readonly code = 'LAST_OWNER_CANNOT_LEAVE'
  constructor() {
    super('A partner must always have an owner. Hand over the ownership first.')
  }
}

/** The invitation does not exist, was used or revoked, or has expired. Nothing was changed. */
export class InvitationInvalid extends DomainError {
  override readonly name = 'InvitationInvalid'
  readonly code = 'INVITATION_INVALID'
  constructor() {
    super('This invitation was already used or revoked, or has expired. Ask for a new one.')
  }
}

/** The invitation was sent to another address than the verified one of the caller's account. Nothing was changed. */
export class InvitationForAnotherAddress extends DomainError {
  override readonly name = 'InvitationForAnotherAddress'
  readonly code = 'INVITATION_FOR_ANOTHER_ADDRESS'
  constructor() {
    super(
      'This invitation was sent to another email address. Sign in with the account whose verified address was invited, ' +
        'or ask for an invitation to your own address.',
    )
  }
}

/** The caller proposed the bank account and cannot confirm it. Nothing was changed. */
export class SecondApproverRequired extends DomainError {
  override readonly name = 'SecondApproverRequired'
  readonly code = 'SECOND_APPROVER_REQUIRED'
  constructor() {
    super('You proposed this account yourself. Another person must confirm it.')
  }
}

/** The caller has not been a member long enough to confirm a bank account. Nothing was changed. */
export class MemberTooNew extends DomainError {
  override readonly name = 'MemberTooNew'
  readonly code = 'MEMBER_TOO_NEW'
  readonly mayConfirmFrom: Date
  constructor(days: number, mayConfirmFrom: Date) {
    super(
      `Only people who have been members for ${days} days can confirm a bank account. Ask another member or contact support.`,
      { mayConfirmFrom: mayConfirmFrom.toISOString() },
    )
    this.mayConfirmFrom = mayConfirmFrom
  }
}

/** A problem in a layout document, with its path. */
export interface LayoutProblem {
  path: string
  message: string
}

const shownProblems = 100

/** The layout document is invalid. Nothing was changed. */
export class LayoutInvalid extends DomainError {
  override readonly name = 'LayoutInvalid'
  readonly code = 'LAYOUT_INVALID'
  readonly problems: LayoutProblem[]
  readonly problemCount: number
  constructor(all: readonly LayoutProblem[]) {
    const problems = all.slice(0, shownProblems)
    super(
      `This layout has ${all.length === 1 ? 'a problem' : `${all.length} problems`}. See the list, with the path of each.`,
      {
        problems,
        problemCount: all.length,
      },
    )
    this.problems = problems
    this.problemCount = all.length
  }
}
