import { createHash } from 'node:crypto'
import { defaultsOf } from '@tikitu/federation-executor/plan/document-fields'
import { type DocumentNode, type FieldNode, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql'
import { rootFieldsOf } from '../access/check-operation.ts'
import type { Rate } from './rate-store.ts'

/** How often a field may be tried. The account is the e-mail address in its input. */
export interface AttemptLimit {
  /** From one address, whatever the account. */
  address: Rate
  account?: {
    /** For one account from one address. */
    each: Rate
    /** For one account from all addresses: so many more that nobody keeps its owner out alone. */
    total: Rate
  }
}

const tenMinutes = 600
const hour = 3_600

const password = { each: { points: 10, seconds: tenMinutes }, total: { points: 100, seconds: tenMinutes } }
/** Codes have six digits, and are good for a day at most. */
const code = { each: { points: 10, seconds: tenMinutes }, total: { points: 60, seconds: hour } }
/** Whoever is mailed to has not asked for it, perhaps. */
const mail = { each: { points: 5, seconds: hour }, total: { points: 20, seconds: hour } }

/** Root fields at which something can be guessed, or which make the platform send mail. */
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

/** One try of a field. `account` is a hash: addresses of people are kept nowhere. */
export interface Attempt {
  field: string
  account: string | null
}

/** Every try of a field with a limit in an operation: aliases and fragments make several of one field. */
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
