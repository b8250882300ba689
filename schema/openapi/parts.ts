import type { JsonSchema } from './json-schema.ts'
import { refTo } from './json-schema.ts'
import { commonProblems, problemResponse } from './responses.ts'

/** The groups of endpoints. */
export const tags: readonly JsonSchema[] = [
  { name: 'booking', description: 'Events, performances, seats, bookings, tickets and admission.' },
  { name: 'user', description: 'Accounts, sign-in, and what belongs to the caller.' },
  { name: 'partner', description: 'Partners, their members and documents, venues and layouts.' },
  { name: 'payment', description: 'Payments, refunds, and the ledger.' },
  { name: 'notification', description: 'Inbox, preferences, messages and templates.' },
  { name: 'admin', description: 'Staff, configuration, feature flags and the audit log.' },
  { name: 'health', description: 'Whether the platform and its services work.' },
]

/** Schemas that every document has. */
export const schemaComponents: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    type: 'object',
    description: 'A problem document (RFC 9457). Refusals add the fields that the graph has for them.',
    properties: {
      type: { type: 'string', examples: ['about:blank'] },
      title: { type: 'string', description: 'The phrase of the status.', examples: ['Conflict'] },
      status: { type: 'integer', examples: [409] },
      detail: { type: 'string', description: 'One sentence for the user that says what to do.' },
      code: { type: 'string', description: 'What is wrong, for programs.', examples: ['SEATS_TAKEN'] },
      requestId: { type: 'string', description: 'Names an internal error in the log.' },
      fields: { type: 'array', description: 'The values at fault.', items: refTo('InputFault') },
    },
    required: ['type', 'title', 'status', 'detail', 'code'],
    additionalProperties: true,
  },
  InputFault: {
    type: 'object',
    properties: {
      field: { type: 'string', description: 'Parameter, or path in the body.', examples: ['seats.0.tierId'] },
      message: { type: 'string', description: 'What is wrong with it.', examples: ['is required'] },
    },
    required: ['field', 'message'],
  },
  ServiceHealth: {
    type: 'object',
    properties: { service: { type: 'string' }, status: { type: 'string', enum: ['ok', 'unavailable'] } },
    required: ['service', 'status'],
  },
}

/** Components besides schemas. */
export const responseComponents: Readonly<Record<string, JsonSchema>> = {
  parameters: {
    Limit: {
      name: 'limit',
      in: 'query',
      description: 'How many items a page has at most.',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    },
    Cursor: {
      name: 'cursor',
      in: 'query',
      description: 'The `nextCursor` of the page before.',
      schema: { type: 'string', maxLength: 2_000 },
    },
  },
  headers: {
    Link: { description: 'The addresses of the next and the first page (RFC 8288).', schema: { type: 'string' } },
  },
  responses: Object.fromEntries(
    Object.entries(commonProblems).map(([name, { description }]) => [name, problemResponse(description)]),
  ),
}

/** The health addresses. */
export function healthPaths(services: readonly string[]): Record<string, JsonSchema> {
  const service = { name: 'service', in: 'path', required: true, schema: { type: 'string', enum: services } }
  const ok = (description: string, schema: JsonSchema) => ({ description, content: { 'application/json': { schema } } })
  const platform = {
    type: 'object',
    properties: {
      service: { type: 'string' },
      status: { type: 'string', enum: ['ok', 'degraded'] },
      services: { type: 'array', items: refTo('ServiceHealth') },
    },
    required: ['status', 'services'],
  }
  const one = { tags: ['health'], security: [] }
  return {
    '/api/health': {
      get: {
        ...one,
        operationId: 'health',
        summary: 'Health of the platform',
        responses: { 200: ok('The gateway works.', platform), 503: ok('It is shutting down.', platform) },
      },
    },
    '/api/v1/{service}/health': {
      get: {
        ...one,
        operationId: 'serviceHealth',
        summary: 'Health of a service',
        parameters: [service],
        responses: {
          200: ok('It works.', refTo('ServiceHealth')),
          404: { $ref: '#/components/responses/NotFound' },
          503: ok('It does not answer.', refTo('ServiceHealth')),
        },
      },
    },
  }
}
