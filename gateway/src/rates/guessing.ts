import { createHash } from 'node:crypto'
import { type DocumentNode, type FieldNode, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql'
import { rootFieldsOf } from '../access/check-operation.ts'
import { defaultsOf } from '../operations/variable-defaults.ts'
import type { Rate } from './rate-store.ts'

/** How often a field may be tried: from one address, and for one account, which is the e-mail address in its input. */
export interface GuessLimit {
  address: Rate
  account?: Rate
}

const tenMinutes = 600
const hour = 3_600

/** Root fields at which something can be guessed, or which make the platform send mail. */
export const guessLimits: Readonly<Record<string, GuessLimit>> = {
  signIn: { address: { points: 60, seconds: tenMinutes }, account: { points: 10, seconds: tenMinutes } },
  register: { address: { points: 20, seconds: hour }, account: { points: 5, seconds: hour } },
  confirmRegistration: { address: { points: 30, seconds: tenMinutes }, account: { points: 10, seconds: tenMinutes } },
  resetPassword: { address: { points: 30, seconds: tenMinutes }, account: { points: 10, seconds: tenMinutes } },
  resendConfirmationCode: { address: { points: 20, seconds: hour }, account: { points: 5, seconds: hour } },
  forgotPassword: { address: { points: 20, seconds: hour }, account: { points: 5, seconds: hour } },
  changePassword: { address: { points: 20, seconds: tenMinutes } },
  refreshSession: { address: { points: 300, seconds: tenMinutes } },
  acceptInvitation: { address: { points: 30, seconds: tenMinutes } },
  partnerInvitation: { address: { points: 60, seconds: tenMinutes } },
  inviteMember: { address: { points: 60, seconds: hour }, account: { points: 5, seconds: hour } },
}

/** One try of a field. `account` is a hash: addresses of people are kept nowhere. */
export interface Guess {
  field: string
  account: string | null
}

/** Every try in an operation: aliases and fragments make several of one field. */
export function guessesIn(
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
): Guess[] {
  return [...rootFieldsOf(document, operation.selectionSet)]
    .filter(({ name }) => Object.hasOwn(guessLimits, name.value))
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
