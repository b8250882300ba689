import { execute, type GraphQLSchema, parse } from 'graphql'
import { parseExact } from '../../src/lib/exact-json.ts'
import type { ClientResult } from '../world.ts'
import { keyFields, type Model, type ModelObject, resolveField } from './model.ts'

/**
 * Executes an operation with graphql-js over the whole graph as one service, which gives the expected result. Federation may have
 * further errors, from fields that only the plan fetches.
 */
export async function executeAsMonolith(
  { schema, model }: { schema: GraphQLSchema; model: Model },
  query: string,
  variableValues: Record<string, unknown>,
): Promise<ClientResult> {
  const result = await execute({
    schema,
    document: parse(query),
    rootValue: { __typename: 'Query' },
    variableValues,
    // biome-ignore lint/complexity/useMaxParams: graphql-js gives four
    fieldResolver: (source: ModelObject, args: Record<string, unknown>, _context, { parentType, fieldName }) => {
      const key = source.id === undefined ? undefined : keyFields[fieldName]
      if (key) return key(source.id ?? '')
      const owner = [parentType.name, 'Base', 'Sub'].find((name) => model.fields.has(`${name}.${fieldName}`))
      const field = model.fields.get(`${owner}.${fieldName}`)
      return field ? resolveField(model, { source, field, args }) : source[fieldName as keyof ModelObject]
    },
    typeResolver: ({ __typename }: ModelObject) => __typename,
  })
  return parseExact(JSON.stringify(result)) as ClientResult
}
