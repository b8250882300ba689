import { type GraphQLObjectType, getNullableType, isUnionType } from 'graphql'
import { refusalCode } from '../refusals.ts'
import type { BoundEndpoint } from '../rest/bind-endpoint.ts'
import { statusOfCode } from '../rest/statuses.ts'
import { type JsonSchema, orNull, refTo } from './json-schema.ts'
import { memberSchema, nonNullOutput, type OutputContext } from './output-schema.ts'

/** Problems that any endpoint may have, as components. */
export const commonProblems: Readonly<Record<string, { status: number; description: string }>> = {
  BadRequest: {
    status: 400,
    description: 'The request is malformed, or `fields` names unknown or invalid parameters.',
  },
  Unauthorized: { status: 401, description: 'The caller is not signed in, or the token is not valid.' },
  Forbidden: { status: 403, description: 'The caller may not do this.' },
  NotFound: { status: 404, description: 'The object does not exist, or the caller may not see it.' },
  UnprocessableContent: { status: 422, description: 'The body breaks a rule: `fields` names what and how.' },
  TooManyRequests: { status: 429, description: 'Too many requests: see `retry-after`.' },
  Unavailable: { status: 503, description: 'A service does not answer. Try again in a moment.' },
}

/** The responses of an endpoint: its success, and each status that a problem may have. */
export function responsesOf(ctx: OutputContext, bound: BoundEndpoint, access: { needsScope: boolean }): JsonSchema {
  const refusals = refusalsByStatus(bound)
  const common = Object.entries(commonProblems).filter(
    ([name, { status }]) => refusals.has(status) || isPossible(name, bound, access),
  )
  const statuses = new Set([...common.map(([, { status }]) => status), ...refusals.keys()])
  const problems = [...statuses].sort().map((status) => {
    const [name] = common.find(([, one]) => one.status === status) ?? []
    const listed = (refusals.get(status) ?? []).filter((one) => !name || !general.has(one.name))
    return [status, listed.length > 0 ? refusalResponse(listed, name) : { $ref: `#/components/responses/${name}` }]
  })
  return { [bound.endpoint.status ?? 200]: successOf(ctx, bound), ...Object.fromEntries(problems) }
}

/** The response of a problem. */
export function problemResponse(description: string, schema: JsonSchema = refTo('Problem')): JsonSchema {
  return { description, content: { 'application/problem+json': { schema } } }
}

function isPossible(
  name: string,
  { parameters, endpoint }: BoundEndpoint,
  { needsScope }: { needsScope: boolean },
): boolean {
  if (name === 'NotFound') return parameters.some((one) => one.in === 'path') || endpoint.body !== undefined
  if (name === 'UnprocessableContent') return parameters.some((one) => one.in === 'body')
  return name !== 'Forbidden' || needsScope
}

function refusalsByStatus({ bodyType }: BoundEndpoint): Map<number, GraphQLObjectType[]> {
  const union = getNullableType(bodyType)
  const byStatus = new Map<number, GraphQLObjectType[]>()
  if (!isUnionType(union)) return byStatus
  for (const member of union.getTypes().filter(isRefusal)) {
    const status = statusOfCode(refusalCode(member.name))
    byStatus.set(status, [...(byStatus.get(status) ?? []), member])
  }
  return byStatus
}

function isRefusal(member: GraphQLObjectType): boolean {
  return member.getInterfaces().some(({ name }) => name === 'Refusal')
}

/** Refusals that the common problem of their status describes. */
const general: ReadonlySet<string> = new Set(['NotFound', 'Forbidden', 'InvalidInput'])

function refusalResponse(refusals: readonly GraphQLObjectType[], common: string | undefined): JsonSchema {
  const otherwise = common ? [commonProblems[common]?.description ?? ''] : []
  const lines = refusals.map((one) => `\`${refusalCode(one.name)}\`: ${one.description?.trim().replace(/\n/g, ' ')}`)
  return problemResponse([...lines, ...otherwise].join('\n\n'))
}

function successOf(ctx: OutputContext, bound: BoundEndpoint): JsonSchema {
  const { status = 200 } = bound.endpoint
  const description = { 200: 'Done.', 201: 'Created.', 204: 'Deleted.', 303: 'Follow `Location` without a token.' }[
    status
  ]
  if (status === 204) return { description }
  if (status === 303) {
    const location = { description: 'The URL of the file, for ten minutes.', schema: { type: 'string', format: 'uri' } }
    return { description, headers: { location } }
  }
  return {
    description,
    ...(bound.list === 'connection' && { headers: { link: { $ref: '#/components/headers/Link' } } }),
    content: { 'application/json': { schema: bodySchema(ctx, bound) } },
  }
}

function bodySchema(ctx: OutputContext, { bodyType, selection, list, successes }: BoundEndpoint): JsonSchema {
  const type = getNullableType(bodyType)
  if (isUnionType(type)) {
    const members = type.getTypes().filter((one) => !isRefusal(one))
    const schemas = members.map((one) => memberSchema(ctx, one, selection?.selections ?? []))
    if (successes.length === 0 && schemas[0]) return withoutTypename(schemas[0])
    return { oneOf: schemas.map((schema, at) => typed(withoutTypename(schema), members[at]?.name ?? '')) }
  }
  const schema = nonNullOutput(ctx, type, selection)
  if (list === 'plain') return { type: 'object', properties: { items: schema }, required: ['items'] }
  return list === 'connection' ? pageSchema(schema) : withoutTypename(schema)
}

interface ObjectSchema extends JsonSchema {
  properties: Record<string, JsonSchema>
  required: string[]
}

function withoutTypename(schema: JsonSchema): JsonSchema {
  if (!('properties' in schema)) return schema
  const { properties, required, ...rest } = schema as ObjectSchema
  const { __typename: _type, ...others } = properties
  return { ...rest, properties: others, required: required.filter((name) => name !== '__typename') }
}

function typed(schema: JsonSchema, type: string): JsonSchema {
  const name = { type: 'object', properties: { type: { type: 'string', const: type } }, required: ['type'] }
  return { allOf: [name, schema] }
}

/** A page: its items without edges, and the cursor of the next one. */
function pageSchema(connection: JsonSchema): JsonSchema {
  const { properties, required } = connection as ObjectSchema
  const { edges, pageInfo: _page, ...rest } = properties
  const edge = (edges?.['items'] ?? {}) as ObjectSchema
  return {
    type: 'object',
    properties: {
      ...rest,
      items: { type: 'array', items: edge.properties['node'] },
      nextCursor: {
        ...orNull({ type: 'string' }),
        description: 'Pass it as `cursor` to get the next page; null on the last one.',
      },
    },
    required: [...required.filter((name) => name in rest), 'items', 'nextCursor'],
  }
}
