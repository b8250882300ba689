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

/** Nobody is signed in, and this needs somebody. */
export class Unauthenticated extends DomainError {
  override readonly name = 'Unauthenticated'
  readonly code = 'UNAUTHENTICATED'
  constructor(message = 'Sign in first: send a valid access token in the Authorization header.') {
    super(message)
  }
}

/** Staff suspended this account: its tokens are good for nothing. */
export class UserSuspended extends DomainError {
  override readonly name = 'UserSuspended'
  readonly code = 'USER_SUSPENDED'
  constructor() {
    super('This account is suspended. Contact support.')
  }
}

/** The caller is known, and may not do this. */
export class Forbidden extends DomainError {
  override readonly name = 'Forbidden'
  readonly code = 'FORBIDDEN'
  constructor(message = 'You are not allowed to do this.', details: Readonly<Record<string, unknown>> = {}) {
    super(message, details)
  }
}

/** There is no such object, or it is not the caller's: the two look alike. */
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

/** So many problems are told, and so much of each: whoever sends a great many does not need them all to see what is wrong. */
const mostProblems = 20
const longestText = 300

/** The input breaks a rule that its GraphQL type cannot say. `fields` names them, the first twenty when there are more. */
export class InvalidInput extends DomainError {
  override readonly name = 'InvalidInput'
  readonly code = 'BAD_USER_INPUT'
  readonly fields: readonly FieldProblem[]
  constructor(fields: readonly FieldProblem[]) {
    const told = fields
      .slice(0, mostProblems)
      .map(({ field, message }) => ({ field: cut(field), message: cut(message) }))
    const more = fields.length > told.length ? [`and ${fields.length - told.length} more`] : []
    super([...told.map(({ field, message }) => `${field}: ${message}`), ...more].join('; '), { fields: told })
    this.fields = told
  }
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text
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
  constructor(what: string, version: number) {
    super(`This ${what} was changed meanwhile: read it again and repeat the change on version ${version}.`, { version })
  }
}

/** The idempotency key was used before, with other content. */
export class IdempotencyConflict extends DomainError {
  override readonly name = 'IdempotencyConflict'
  readonly code = 'IDEMPOTENCY_CONFLICT'
  constructor() {
    super('This idempotency key was used with other content: use a new key for a new request.')
  }
}

/** Something this needs is not reachable right now. Nothing was changed; the same request may be sent again. */
export class Unavailable extends DomainError {
  override readonly name = 'Unavailable'
  readonly code = 'UNAVAILABLE'
}

type RefusalClass<E extends DomainError> = abstract new (...args: never[]) => E

/** A refusal as data: a plain object, as GraphQL takes an Error instance for a failure. Named as its GraphQL type. */
export type RefusalData<E extends DomainError> = E extends DomainError
  ? Omit<E, 'name' | 'stack' | 'cause' | 'details'> & { __typename: E['name'] }
  : never

/** The result of `work`, or the refusal it threw when that is one of `classes`: a union member instead of an error. */
export async function orRefusal<T, C extends RefusalClass<DomainError>[]>(
  work: Promise<T>,
  ...classes: C
): Promise<T | RefusalData<InstanceType<C[number]>>> {
  try {
    return await work
  } catch (error) {
    if (!classes.some((refusal) => error instanceof refusal)) throw error
    return refusalData(error as InstanceType<C[number]>)
  }
}

function refusalData<E extends DomainError>(error: E): RefusalData<E> {
  const { name, details: _details, ...fields } = error
  return { ...fields, message: error.message, __typename: name } as unknown as RefusalData<E>
}
