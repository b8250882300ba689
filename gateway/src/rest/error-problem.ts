import { statusOfCode } from '@tikitu/schema/rest/statuses'
import type { GraphQLFormattedError } from 'graphql'
import type { Problem } from '../http/problem.ts'
import type { GatewayContext } from '../request/context.ts'

/** The problem of an operation's error. `inputStatus` is that of bad input. */
export function problemOfError(
  { message, extensions = {} }: GraphQLFormattedError,
  { context, inputStatus }: { context: GatewayContext | null; inputStatus: number },
): Problem {
  const { code: stated, requestId, retryAfterSeconds } = extensions as Record<string, unknown>
  const isHidden = stated === 'UNAUTHORIZED_FIELD_OR_TYPE'
  const code = isHidden ? (context?.viewer.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN') : String(stated)
  const status = code === 'BAD_USER_INPUT' ? inputStatus : statusOfCode(code)
  return {
    status,
    code,
    detail: message,
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

/** A refusal is a member of a mutation's result that has both `code` and `message`. */
export function isRefusal(value: unknown): value is Record<string, unknown> & { code: string; message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}

/** The problem of a refusal, with its other fields. */
export function problemOfRefusal({
  code,
  message,
  __typename: _type,
  ...extra
}: { code: string; message: string } & Record<string, unknown>): Problem {
  return { ...extra, status: statusOfCode(code), code, detail: message }
}
