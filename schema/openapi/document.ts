import { buildSchema, type GraphQLSchema, isObjectType, Kind } from 'graphql'
import { type BoundEndpoint, bindEndpoint, type RestParameter } from '../rest/bind-endpoint.ts'
import { restEndpoints } from '../rest/endpoints.ts'
import { readOperations } from '../rest/operations.ts'
import { subgraphNames } from '../sdl.ts'
import { type Components, constraintsOf, described, inputSchema, type JsonSchema, nonNullInput } from './json-schema.ts'
import { healthPaths, responseComponents, schemaComponents, tags } from './parts.ts'
import { responsesOf } from './responses.ts'

/** The OpenAPI 3.1 document of the REST endpoints, from the supergraph and the persisted operations. */
export function openApiDocument(supergraphSdl: string): JsonSchema {
  const schema = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true })
  const documents = readOperations()
  const components: Components = new Map(Object.entries(schemaComponents))
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const endpoint of restEndpoints) {
    const path = `/api/v1${endpoint.path}`
    paths[path] ??= {}
    paths[path][endpoint.method.toLowerCase()] = operationOf(
      schema,
      bindEndpoint(schema, endpoint, documents),
      components,
    )
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tikitu',
      version: '1',
      description:
        'Tickets over REST. Each endpoint is an operation of the GraphQL API at `/graphql`, with the same rights and limits.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags,
    security: [{ bearer: [] }],
    paths: { ...paths, ...healthPaths(subgraphNames) },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The `accessToken` of `POST /api/v1/user/sign-in`.',
        },
      },
      ...responseComponents,
      schemas: schemasIn(components, paths),
    },
  }
}

/** The components in use, in alphabetical order. Pages have no `PageInfo`, although operations select it. */
function schemasIn(components: Components, paths: object): Record<string, JsonSchema> {
  const text = JSON.stringify([paths, ...components.values(), responseComponents, healthPaths([])])
  const used = [...components].filter(([name]) => text.includes(`"#/components/schemas/${name}"`))
  return Object.fromEntries(used.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function operationOf(schema: GraphQLSchema, bound: BoundEndpoint, components: Components): JsonSchema {
  const { endpoint, document, parameters } = bound
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const fragments = new Map(definitions.map((node) => [node.name.value, node]))
  const access = accessOf(schema, bound)
  const description = [descriptionOf(schema, bound), access.scopes && `Requires ${access.scopes}.`].filter(Boolean)
  const body = parameters.filter((one) => one.in === 'body')
  const others = parameters.filter((one) => one.in !== 'body')
  return {
    operationId: `${endpoint.operation[0]?.toLowerCase()}${endpoint.operation.slice(1)}`,
    summary: summaryOf(endpoint.operation),
    ...(description.length > 0 && { description: description.join('\n\n') }),
    tags: [endpoint.path.split('/')[1]],
    ...(access.isPublic && { security: [] }),
    ...(others.length > 0 && { parameters: others.map((one) => parameterOf(one, components)) }),
    ...(body.length > 0 && { requestBody: bodyOf(body, components) }),
    responses: responsesOf({ schema, fragments, components }, bound, { needsScope: access.scopes !== null }),
  }
}

/** `HoldBestAvailable` is “Hold best available”. */
function summaryOf(operation: string): string {
  const words = operation.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return `${words[0]?.toUpperCase()}${words.slice(1)}`
}

/** The description of the field that the body comes from. */
function descriptionOf(schema: GraphQLSchema, { operation, bodyPath }: BoundEndpoint): string {
  let type = schema.getRootType(operation.operation) as unknown
  let description = ''
  for (const name of bodyPath) {
    const field = isObjectType(type) ? type.getFields()[name] : undefined
    description = field?.description?.trim() ?? ''
    type = field && 'ofType' in field.type ? field.type.ofType : field?.type
  }
  return description
}

/** Who may call the root field: everybody, who is signed in, or who has a scope. */
function accessOf(schema: GraphQLSchema, { operation }: BoundEndpoint): { isPublic: boolean; scopes: string | null } {
  const [root] = operation.selectionSet.selections
  const name = root?.kind === Kind.FIELD ? root.name.value : ''
  const directives = schema.getRootType(operation.operation)?.getFields()[name]?.astNode?.directives ?? []
  const scopes = directives.find((one) => one.name.value === 'requiresScopes')
  return { isPublic: directives.some((one) => one.name.value === 'public'), scopes: scopes ? scopesIn(scopes) : null }
}

function scopesIn({ arguments: given = [] }: { arguments?: readonly { value: unknown }[] }): string {
  const groups = (given[0]?.value as { values?: { values?: { value: string }[] }[] } | undefined)?.values ?? []
  const names = groups.map(({ values = [] }) => values.map(({ value }) => `\`${value}\``).join(' and '))
  return `the scope ${names.join(' or ')}`
}

function parameterOf(parameter: RestParameter, components: Components): JsonSchema {
  const { name, in: place, type, description, isRequired, byDefault, node } = parameter
  if (name === 'limit') return { $ref: '#/components/parameters/Limit' }
  if (name === 'cursor') return { $ref: '#/components/parameters/Cursor' }
  const schema = described(constraintsOf(node, nonNullInput(type, components)), {
    description: null,
    default: byDefault,
  })
  return {
    name: place === 'header' ? 'Idempotency-Key' : name,
    in: place,
    ...(isRequired && { required: true }),
    ...(description?.trim() && { description: description.trim() }),
    ...(isObjectParameter(parameter) && { style: 'deepObject' }),
    schema,
  }
}

function isObjectParameter({ in: place, type }: RestParameter): boolean {
  return place === 'query' && /(?:Range|Input)!?$/.test(String(type))
}

function bodyOf(fields: readonly RestParameter[], components: Components): JsonSchema {
  const required = fields.filter((one) => one.isRequired).map(({ name }) => name)
  const properties = fields.map(({ name, type, description, byDefault, node }) => [
    name,
    described(constraintsOf(node, inputSchema(type, components)), { description, default: byDefault }),
  ])
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
  return { ...(required.length > 0 && { required: true }), content: { 'application/json': { schema } } }
}
