const codes: Readonly<Record<number, readonly string[]>> = {
  400: [
    'BAD_REQUEST',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'OPERATION_TOO_EXPENSIVE',
    'OPERATION_TOO_LARGE',
  ],
  401: ['UNAUTHENTICATED', 'SESSION_ENDED', 'SIGN_IN_REFUSED'],
  403: [
    'CANNOT_CHANGE_OWN_ROLE',
    'EMAIL_NOT_CONFIRMED',
    'FORBIDDEN',
    'INSUFFICIENT_ROLE',
    'INVITATION_FOR_ANOTHER_ADDRESS',
    'MEMBER_TOO_NEW',
    'NEW_PASSWORD_REQUIRED',
    'PARTNER_MAY_NOT_SELL',
    'PASSWORD_RESET_REQUIRED',
    'SECOND_APPROVER_REQUIRED',
    'SIGN_IN_STEP_UNSUPPORTED',
    'UNAUTHORIZED_FIELD_OR_TYPE',
    'USER_SUSPENDED',
  ],
  404: ['NOT_FOUND'],
  410: ['HOLD_NOT_ACTIVE', 'INVITATION_INVALID', 'QUOTE_EXPIRED'],
  422: [
    'BAD_USER_INPUT',
    'CONFIRMATION_CODE_REFUSED',
    'DOCUMENTS_MISSING',
    'IDEMPOTENCY_CONFLICT',
    'LAYOUT_INVALID',
    'PASSWORD_TOO_WEAK',
    'QUOTE_INVALID',
    'REFUND_TOO_LARGE',
    'TEMPLATE_INVALID',
    'TICKET_CHOICE_NEEDED',
  ],
  429: ['RATE_LIMITED', 'TOO_MANY_APPLICATIONS', 'TOO_MANY_ATTEMPTS', 'TOO_MANY_HOLDS'],
  500: ['INTERNAL_SERVER_ERROR', 'RESPONSE_VALIDATION_FAILED'],
  503: ['UNAVAILABLE'],
}

const statuses = new Map(
  Object.entries(codes).flatMap(([status, list]) => list.map((code) => [code, Number(status)] as const)),
)

/** The HTTP status of an error code. A refusal without a status of its own is a conflict with the state of things: 409. */
export function statusOfCode(code: string): number {
  return statuses.get(code) ?? 409
}
