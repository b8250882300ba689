import type { GraphQLCompositeType, GraphQLOutputType } from 'graphql'
import type { CollectedField } from '../compile/collect-fields.ts'

/** The cost of the parts of a response, by the rules of the estimate but for the actual number of values. */
export interface ResponseCost {
  /** The `@cost` of each value of a field; undefined when it has none. */
  ofField: (owner: GraphQLCompositeType, name: string) => number | undefined
  /** The cost of an object with its leaf fields. */
  ofObject: (owner: GraphQLCompositeType, fields: readonly CollectedField[], ofField: number | undefined) => number
  /** The cost of each leaf item of a list. */
  ofItem: (type: GraphQLOutputType, ofField: number | undefined) => number
  /** The cost of an object's field arguments; null when they cost nothing. */
  ofArguments: (
    owner: GraphQLCompositeType,
    fields: readonly CollectedField[],
  ) => ((variables: Readonly<Record<string, unknown>>) => number) | null
}
