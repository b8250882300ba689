import { type GraphQLField, type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql'
import type { Viewer } from '../../auth/viewer.ts'
import type { BaseCtx } from '../../context/context.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import { badValues, type KnownValues, plainValue } from './bad-values.ts'
import { callAs } from './subgraph.ts'
import { firstEventAs } from './subscriptions.ts'

/** An operation with one bad value in it, by a name that finds it again. */
interface BadCall {
  where: string
  bad: unknown
  query: string
  variables: Record<string, unknown>
}

interface Place {
  owner: string
  field: GraphQLField<unknown, unknown>
  known: KnownValues
}

/**
 * Calls every root field, and every field with arguments of the entities in `entities`, as that viewer with one bad value
 * after the other: null bytes, lone surrogates, very long texts, numbers and dates at their ends, cursors of others. Answers
 * those calls that ended in an unexpected error: there should be none.
 */
export async function unexpectedErrorsOnBadInput<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  { known = {}, entities = {} }: { known?: KnownValues; entities?: Readonly<Record<string, string>> },
): Promise<string[]> {
  const { schema } = subgraph.options
  const broken: string[] = []
  for (const { where, bad, ...operation } of [...rootCalls(schema, known), ...entityCalls(schema, entities, known)]) {
    const call = operation.query.startsWith('subscription') ? firstEventAs : callAs
    const { errors = [] } = await call(subgraph, viewer, operation)
    const codes = errors.map((error) => error.extensions?.['code'])
    if (codes.includes('INTERNAL_SERVER_ERROR')) broken.push(`${where} ${JSON.stringify(bad).slice(0, 500)}`)
    if (codes.includes('GRAPHQL_VALIDATION_FAILED')) throw new Error(`${where}: ${errors[0]?.message}`)
  }
  return [...new Set(broken)]
}

function rootCalls(schema: GraphQLSchema, known: KnownValues): BadCall[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  return roots.flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter((field) => !field.name.startsWith('_'))
      .flatMap((field) => callsOf({ owner: type?.name ?? '', field, known })),
  )
}

function entityCalls(schema: GraphQLSchema, entities: Readonly<Record<string, string>>, known: KnownValues): BadCall[] {
  return Object.entries(entities).flatMap(([owner, id]) => {
    const type = schema.getType(owner)
    if (!isObjectType(type)) throw new Error(`there is no type ${owner}`)
    const fields = Object.values(type.getFields()).filter((field) => field.args.length > 0)
    const ids = ['\u0000', '\ud800', 'x'.repeat(20_000), ''].map((bad) => entityCall({ owner, id: bad }))
    return [
      ...ids,
      ...fields.flatMap((field) => callsOf({ owner, field, known }).map((call) => onEntity(call, owner, id))),
    ]
  })
}

function callsOf({ owner, field, known }: Place): BadCall[] {
  const { args } = field
  const variables = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  const call = `${field.name}${passed && `(${passed})`}${selectionOf(field)}`
  const operation = owner === 'Mutation' || owner === 'Subscription' ? owner.toLowerCase() : 'query'
  const query = `${operation}${variables && `(${variables})`} { ${call} }`
  const plain = Object.fromEntries(
    args
      .filter(({ name }) => name !== 'after' && name !== 'before')
      .map((arg) => [arg.name, plainValue(arg.type, arg.name, known)]),
  )
  return args.flatMap((arg) =>
    badValues(arg.type, arg.name, known).map((bad) => ({
      where: `${owner}.${field.name}`,
      bad,
      query,
      variables: { ...withoutOtherWay(plain, arg.name), [arg.name]: bad },
    })),
  )
}

/** A list is read forwards or backwards: with arguments of both, it is refused before it reads any of them. */
function withoutOtherWay(plain: Record<string, unknown>, name: string): Record<string, unknown> {
  const left = name === 'last' || name === 'before' ? ['first', 'after'] : ['last', 'before']
  return Object.fromEntries(Object.entries(plain).filter(([argument]) => !left.includes(argument)))
}

function onEntity(call: BadCall, owner: string, id: string): BadCall {
  const [, variables = '', selection = ''] = /^query(?:\((.*?)\))? (\{.*\})$/s.exec(call.query) ?? []
  return {
    ...call,
    query: `query($it: [_Any!]!, ${variables}) { _entities(representations: $it) { ... on ${owner} ${selection} } }`,
    variables: { ...call.variables, it: [{ __typename: owner, id }] },
  }
}

function entityCall({ owner, id }: { owner: string; id: string }): BadCall {
  const query = 'query($it: [_Any!]!) { _entities(representations: $it) { __typename } }'
  return { where: owner, bad: id, query, variables: { it: [{ __typename: owner, id }] } }
}

function selectionOf(field: GraphQLField<unknown, unknown>): string {
  return isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
}
