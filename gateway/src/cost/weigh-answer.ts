import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isListType,
} from 'graphql'
import type { CollectedField } from '../executor/collect-fields.ts'
import type { CostRules } from './collect-costs.ts'
import {
  argumentsOf,
  coordinatesOf,
  costOfArguments,
  firstOf,
  mutationWeight,
  typeWeight,
  type Values,
} from './weights.ts'

/** What the parts of an answer cost, by the same rules as estimates, but with as many values as there are. */
export interface Weigher {
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
  ) => ((variables: Values) => number) | null
}

/** A weigher for one load of the schema. */
export function createWeigher(schema: GraphQLSchema, rules: CostRules): Weigher {
  const ofField: Weigher['ofField'] = (owner, name) => firstOf(coordinatesOf(owner, name), rules.weights)
  const ofItem: Weigher['ofItem'] = (type, own) => {
    const named = getNullableType(type)
    return isListType(named) || isCompositeType(named) ? 0 : (own ?? typeWeight(rules, named))
  }
  return {
    ofField,
    ofItem,
    ofObject: (owner, fields, own) => {
      const isMutation = owner === schema.getMutationType()
      const known = fields.flatMap(({ name, type }) => (type ? [{ name, type }] : []))
      const leaves = known.reduce((sum, { name, type }) => sum + ofItem(type, ofField(owner, name)), 0)
      const acts = isMutation ? mutationWeight * known.length : 0
      return leaves + acts + (own ?? typeWeight(rules, owner))
    },
    ofArguments: (owner, fields) => {
      if (!rules.weighsInputs || !('getFields' in owner)) return null
      const weighed = fields.flatMap(({ name, nodes: [node] }) => {
        const field = owner.getFields()[name]
        return field && node?.arguments?.length ? [{ field, node, coordinates: coordinatesOf(owner, name) }] : []
      })
      if (weighed.length === 0) return null
      return (variables) =>
        weighed.reduce((sum, place) => sum + costOfArguments(rules, place, argumentsOf(place.node, variables)), 0)
    },
  }
}
