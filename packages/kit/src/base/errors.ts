/** A refusal the caller can act on. Its `code` is public and frozen, its `details` are safe to show. */
export abstract class DomainError extends Error {
  abstract override readonly name: string
  abstract readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.details = details
  }
}

/** The operation needs a signed-in user. */
export class Unauthenticated extends DomainError {
  override readonly name = 'Unauthenticated'
  readonly code = 'UNAUTHENTICATED'
  constructor(message = 'Sign in first. Send a valid access token in the Authorization header.') {
    super(message)
  }
}

/** Staff suspended this account. Its tokens are refused. */
export class UserSuspended extends DomainError {
  override readonly name = 'UserSuspended'
  readonly code = 'USER_SUSPENDED'
  constructor() {
    super('This account is suspended. Contact support.')
  }
}

/** The caller is signed in but lacks the permission. */
export class Forbidden extends DomainError {
  override readonly name = 'Forbidden'
  readonly code = 'FORBIDDEN'
  constructor(message = 'You are not allowed to do this.', details: Readonly<Record<string, unknown>> = {}) {
    super(message, details)
  }
}

/** The object does not exist or is not visible to the caller; the two are indistinguishable. */
export class NotFound extends DomainError {
  override readonly name = 'NotFound'
  readonly code = 'NOT_FOUND'
  constructor(what: string, id: string) {
    super(`There is no ${what} ${cut(id)}.`, { id: cut(id) })
  }
}

/** One field of the input, and what is wrong with it. */
export interface FieldProblem {
  field: string
  message: string
}

/** Limits on what is reported back, so that a large invalid input cannot make a large answer. */
const maxProblems = 20
const maxTextLength = 300

/** The input breaks a rule that its GraphQL type cannot say. `fields` names them, the first twenty when there are more. */
export class InvalidInput extends DomainError {
  override readonly name = 'InvalidInput'
  readonly code = 'BAD_USER_INPUT'
  readonly fields: readonly FieldProblem[]
  constructor(fields: readonly FieldProblem[]) {
    const told = fields
      .slice(0, maxProblems)
      .map(({ field, message }) => ({ field: cut(field), message: cut(message) }))
    const more = fields.length > told.length ? [`and ${fields.length - told.length} more`] : []
    super([...told.map(({ field, message }) => `${field}: ${message}`), ...more].join('; '), { fields: told })
    this.fields = told
  }
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength - 1)}…` : text
}

/** The object is not in a state that allows this. */
export class InvalidState extends DomainError {
  override readonly name = 'InvalidState'
  readonly code = 'INVALID_STATE'
}

/** Somebody changed the object since the caller read it. */
export class VersionConflict extends DomainError {
  override readonly name = 'VersionConflict'
  readonly code = 'VERSION_CONFLICT'
  readonly currentVersion: number
  constructor(what: string, currentVersion: number) {
    super(
      `This ${what} has changed in the meantime. Read it again and repeat the change with version ${currentVersion}.`,
      {
        currentVersion,
      },
    )
    this.currentVersion = currentVersion
  }
}

/** The idempotency key was used before with different input. */
export class IdempotencyConflict extends DomainError {
  override readonly name = 'IdempotencyConflict'
  readonly code = 'IDEMPOTENCY_CONFLICT'
  constructor() {
    super('This idempotency key was used with different input. Use a new key for a new request.')
  }
}

/** A dependency is temporarily unreachable. Nothing was changed; the request can be retried. */
export class Unavailable extends DomainError {
  override readonly name = 'Unavailable'
  readonly code = 'UNAVAILABLE'
}

/** A refusal as a plain object, named as its GraphQL type: GraphQL would treat an Error instance as a failure. */
export type RefusalData<E extends DomainError> = E extends DomainError
  ? Omit<E, 'name' | 'stack' | 'cause' | 'details'> & { __typename: E['name'] }
  : never

/** The fields of a refusal's GraphQL type: its own, its `code` and its `message`. */
export function refusalData<E extends DomainError>(error: E): RefusalData<E> {
  const { name, details: _details, ...fields } = error
  return { ...fields, message: error.message, __typename: name } as unknown as RefusalData<E>
}
