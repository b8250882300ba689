import type { ResponseCost } from '@tikitu/federation-executor/write/response-cost'
import { type GraphQLSchema, getNullableType, isCompositeType, isListType } from 'graphql'
import type { CostRules } from './collect-costs.ts'
import { argumentsOf, coordinatesOf, costOfArguments, firstOf, mutationWeight, typeWeight } from './weights.ts'

/** The cost counter for one loaded schema. */
export function createResponseCost(schema: GraphQLSchema, rules: CostRules): ResponseCost {
  const ofField: ResponseCost['ofField'] = (owner, name) => firstOf(coordinatesOf(owner, name), rules.weights)
  const ofItem: ResponseCost['ofItem'] = (type, own) => {
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
