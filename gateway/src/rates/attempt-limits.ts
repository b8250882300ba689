import { createHash } from 'node:crypto'
import { defaultsOf } from '@tikitu/federation-executor/plan/document-fields'
import { type DocumentNode, type FieldNode, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql'
import { rootFieldsOf } from '../access/check-operation.ts'
import type { Rate } from './rate-store.ts'

/** The limits of attempts on a field. The account is the e-mail address in its input. */
export interface AttemptLimit {
  /** Per address, for all accounts. */
  address: Rate
  account?: {
    /** Per account and address. */
    each: Rate
    /** Per account, for all addresses: high enough that an attacker alone cannot lock out the owner. */
    total: Rate
  }
}

const tenMinutes = 600
const hour = 3_600

const password = { each: { points: 10, seconds: tenMinutes }, total: { points: 100, seconds: tenMinutes } }
/** Codes have six digits and are valid for at most a day. */
const code = { each: { points: 10, seconds: tenMinutes }, total: { points: 60, seconds: hour } }
/** The recipient may not have requested the mail. */
const mail = { each: { points: 5, seconds: hour }, total: { points: 20, seconds: hour } }

/** Root fields that could be brute-forced, or that send mail. */
export const attemptLimits: Readonly<Record<string, AttemptLimit>> = {
  signIn: { address: { points: 60, seconds: tenMinutes }, account: password },
  register: { address: { points: 20, seconds: hour }, account: mail },
  confirmRegistration: { address: { points: 30, seconds: tenMinutes }, account: code },
  resetPassword: { address: { points: 30, seconds: tenMinutes }, account: code },
  resendConfirmationCode: { address: { points: 20, seconds: hour }, account: mail },
  forgotPassword: { address: { points: 20, seconds: hour }, account: mail },
  changePassword: { address: { points: 20, seconds: tenMinutes } },
  refreshSession: { address: { points: 300, seconds: tenMinutes } },
  acceptInvitation: { address: { points: 30, seconds: tenMinutes } },
  partnerInvitation: { address: { points: 60, seconds: tenMinutes } },
  inviteMember: { address: { points: 60, seconds: hour }, account: mail },
}

/** An attempt on a field. `account` is a hash, so that no e-mail address is stored. */
export interface Attempt {
  field: string
  account: string | null
}

/** All attempts in an operation. Aliases and fragments may repeat a field. */
export function attemptsIn(
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
  limits: Readonly<Record<string, AttemptLimit>>,
): Attempt[] {
  return rootFieldsOf({ document, operation })
    .filter(({ name }) => Object.hasOwn(limits, name.value))
    .map((field) => ({
      field: field.name.value,
      account: accountOf(field, { ...defaultsOf(operation), ...variables }),
    }))
}

function accountOf(field: FieldNode, variables: Readonly<Record<string, unknown>>): string | null {
  const node = field.arguments?.find(({ name }) => name.value === 'input')?.value
  const input = node && (valueFromASTUntyped(node, variables) as { email?: unknown } | null)
  const email = typeof input?.email === 'string' ? input.email.trim().toLowerCase() : null
  return email && createHash('sha256').update(email).digest('base64url')
}
