import type { GraphQLCompositeType, GraphQLOutputType } from 'graphql'
import type { CollectedField } from '../compile/collect-fields.ts'

/** What the parts of an answer cost, by the same rules as estimates, but with as many values as there are. */
export interface ResponseCost {
  /** What `@cost` of a field says that each value in it costs; undefined when it says nothing. */
  ofField: (owner: GraphQLCompositeType, name: string) => number | undefined
  /** What an object costs with those of its fields that are no objects and no lists. */
  ofObject: (owner: GraphQLCompositeType, fields: readonly CollectedField[], ofField: number | undefined) => number
  /** What each item of that type costs in a list, unless it is an object or a list. */
  ofItem: (type: GraphQLOutputType, ofField: number | undefined) => number
  /** What an object costs besides, by the arguments of its fields; null where these make no difference. */
  ofArguments: (
    owner: GraphQLCompositeType,
    fields: readonly CollectedField[],
  ) => ((variables: Readonly<Record<string, unknown>>) => number) | null
}
