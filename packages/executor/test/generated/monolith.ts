import { execute, type GraphQLSchema, parse } from 'graphql'
import { parseExact } from '../../src/lib/exact-json.ts'
import type { Seen } from '../world.ts'
import { answer, keyFields, type Model, type Thing } from './model.ts'

/**
 * Answers an operation as one service would that holds all of the graph, by graphql-js: what is right, whatever subgraphs there are.
 * Where federation asks for more than the client did and that fails, there may be errors that this does not have.
 */
export async function answerAsOne(
  { schema, model }: { schema: GraphQLSchema; model: Model },
  query: string,
  variableValues: Record<string, unknown>,
): Promise<Seen> {
  const result = await execute({
    schema,
    document: parse(query),
    rootValue: { __typename: 'Query' },
    variableValues,
    // biome-ignore lint/complexity/useMaxParams: graphql-js gives four
    fieldResolver: (thing: Thing, args: Record<string, unknown>, _context, { parentType, fieldName }) => {
      const key = thing.id === undefined ? undefined : keyFields[fieldName]
      if (key) return key(thing.id ?? '')
      const owner = [parentType.name, 'Base', 'Sub'].find((name) => model.fields.has(`${name}.${fieldName}`))
      const field = model.fields.get(`${owner}.${fieldName}`)
      return field ? answer(model, { thing, field, args }) : thing[fieldName as keyof Thing]
    },
    typeResolver: ({ __typename }: Thing) => __typename,
  })
  return parseExact(JSON.stringify(result)) as Seen
}
