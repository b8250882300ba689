import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNullableType,
  isInterfaceType,
  isUnionType,
} from 'graphql'
import { DomainError, refusalData } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

/** Errors of the whole request: never members of a result union. */
const requestErrors: ReadonlySet<string> = new Set(['Unauthenticated', 'UserSuspended', 'Unavailable'])

type Resolve = GraphQLFieldResolver<unknown, { log?: Log }>

/** Log message when a mutation throws a refusal that its result union lacks; clients get an error then. */
export const undeclaredRefusal = 'the result union does not list this refusal'

/**
 * Makes the refusals that a root field's result union lists its result: `throw new SeatsTaken(…)` in the domain becomes the member
 * `SeatsTaken`. Other errors stay errors; a refusal of a mutation that is missing from its union is logged.
 */
export function returnRefusals(schema: GraphQLSchema): void {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
  const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
  for (const field of [...mutations, ...queries]) {
    const refusals = refusalsOf(getNullableType(field.type))
    const isMutation = mutations.includes(field)
    if (refusals.size === 0 && !isMutation) continue
    field.resolve = returning(refusals, field.resolve ?? defaultFieldResolver, isMutation ? logUndeclared : undefined)
  }
}

function returning(refusals: ReadonlySet<string>, resolve: Resolve, onUndeclared?: typeof logUndeclared): Resolve {
  return async (...call) => {
    try {
      return await resolve(...call)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      if (refusals.has(error.name)) return refusalData(error)
      onUndeclared?.(error, call)
      throw error
    }
  }
}

function logUndeclared({ name }: DomainError, [, , ctx, { fieldName }]: Parameters<Resolve>): void {
  if (!requestErrors.has(name)) ctx.log?.error({ mutation: fieldName, refusal: name }, undeclaredRefusal)
}

/**
 * Tells of which member a value of a union is: a refusal of its own, anything else as the union's resolver says, or of the one
 * member that is not a refusal. An interface goes by `__typename`.
 */
export function resolveMembers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isUnionType(type) && !type.name.startsWith('_')) {
      const refusals = refusalsOf(type)
      const otherwise = type.resolveType ?? onlySuccess(type, refusals)
      type.resolveType = (value: { __typename?: string }, ...rest) =>
        refusals.has(value.__typename ?? '') ? value.__typename : otherwise(value, ...rest)
    }
    if (isInterfaceType(type) && !type.resolveType) {
      type.resolveType = (value: { __typename?: string }) => value.__typename
    }
  }
}

function onlySuccess(union: GraphQLUnionType, refusals: ReadonlySet<string>) {
  const successes = union.getTypes().filter(({ name }) => !refusals.has(name))
  const success = successes.length === 1 ? successes[0]?.name : undefined
  return (value: { __typename?: string }) => value.__typename ?? success
}

function refusalsOf(type: unknown): ReadonlySet<string> {
  const members = isUnionType(type) ? type.getTypes() : []
  const refusals = members.filter((member) => member.getInterfaces().some(({ name }) => name === 'Refusal'))
  return new Set(refusals.map(({ name }) => name))
}
